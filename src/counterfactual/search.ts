import type { StopReason } from "./types.ts";

/** One evaluation of a search, in order. `at` is λ for the reference search and the latent distance for the fast one. */
export interface Evaluation {
  readonly at: number;
  readonly prediction: number;
}

/** Where a search ended and why. `E` is whatever the callback returned there, such as the image. */
export interface SearchOutcome<E> {
  readonly at: number;
  readonly chosen: E;
  readonly stopReason: StopReason;
  /** Every evaluation, in the order they were made, the first included. */
  readonly evaluations: readonly Evaluation[];
}
