/** A face, and two classifiers of one thing that are lowered on it: one of them took a shortcut. */
export interface GuessRound {
  /** Name of a picture of the site. */
  readonly picture: string;
  readonly clean: string;
  readonly biased: string;
  /** Who says whether the shortcut went: a judge, which is no part of either. */
  readonly judge: string;
  /** What the biased one was taught with. */
  readonly feature: string;
}

const clean = "smiling-clean";
const eyeglasses = { clean, judge: "attributes-b/eyeglasses", feature: "eyeglasses" };
const lipstick = { clean, judge: "attributes-b/lipstick", feature: "lipstick" };

/** Rounds in the built-in world, on faces that show the difference (scripts/docs/guess-rounds.ts). */
export const guessRounds: readonly GuessRound[] = [
  { picture: "face-00049.png", biased: "smiling-eyeglasses-95", ...eyeglasses },
  { picture: "face-00012.png", biased: "smiling-lipstick-95", ...lipstick },
  { picture: "face-00038.png", biased: "smiling-eyeglasses-100", ...eyeglasses },
  { picture: "face-00021.png", biased: "smiling-lipstick-95", ...lipstick },
  { picture: "face-00008.png", biased: "smiling-eyeglasses-85", ...eyeglasses },
];
