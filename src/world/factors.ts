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
