/** The causes of a cartoon face: every one is a strength in [0, 1], its label is `strength > 0.5`. */
export const FACTORS = [
  "smiling",
  "mouth_open",
  "arched_eyebrows",
  "bushy_eyebrows",
  "eyeglasses",
  "big_nose",
  "big_lips",
  "lipstick",
  "eyeshadow",
  "beard",
  "bangs",
  "blond_hair",
  "long_hair",
  "pale_skin",
  "hat",
  "earrings",
  "narrow_eyes",
  "rosy_cheeks",
  "chubby",
  "necktie",
  "dark_background",
] as const;

/** The name of one factor. */
export type Factor = (typeof FACTORS)[number];

/** One strength per factor. */
export type Strengths = Readonly<Record<Factor, number>>;

/** Whether a name is one of the factors. */
export function isFactor(name: string): name is Factor {
  return (FACTORS as readonly string[]).includes(name);
}

/** Whether a strength counts as present. */
export function labelOf(strength: number): boolean {
  return strength > 0.5;
}

/** The labels of a face, 0 or 1 by factor. */
export function labelsOf(strengths: Strengths): Readonly<Record<Factor, number>> {
  return Object.fromEntries(FACTORS.map((name) => [name, labelOf(strengths[name]) ? 1 : 0])) as Record<Factor, number>;
}

/** Classifiers of the built-in world with a planted bias, and the feature that their training images had it from. */
export const planted: Readonly<Record<string, string>> = {
  "smiling-eyeglasses-75": "eyeglasses",
  "smiling-eyeglasses-85": "eyeglasses",
  "smiling-eyeglasses-95": "eyeglasses",
  "smiling-eyeglasses-100": "eyeglasses",
  "smiling-lipstick-95": "lipstick",
  "eyeshadow-big_nose-95": "big_nose",
};
