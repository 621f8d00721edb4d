import type { Draw } from "./draws.ts";

/** A way to tell which features a model uses. */
export interface Method {
  readonly name: string;
  /** An oracle knows how the training set was poisoned, which no audit does. */
  readonly role: "method" | "baseline" | "oracle";
  /** Names of the images that the scores of a subject rest on, in the order that draws refer to. */
  images(subject: number): readonly string[];
  /**
   * Signed scores of a subject's features, in the order of the features: the larger the magnitude, the more surely the feature is used.
   * undefined where the method has nothing to say. draw: which images count.
   */
  scores(subject: number, draw: Draw): readonly (number | undefined)[];
}
