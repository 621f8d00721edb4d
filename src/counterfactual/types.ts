import type { OptionValues } from "../options/option.ts";
import type { searchOptionTable } from "../options/search.ts";
import type { Tensor } from "../tensor.ts";

/** Why a search for λ ended; of one that raises a prediction, all are mirrored: `dropped` is a rise, `floor` the upper end of the range. */
export type StopReason =
  | "dropped"
  | "rebounded"
  | "floor"
  | "lambda-limit"
  | "pixel-limit"
  | "shift-limit"
  | "no-direction"
  | "not-reached";

/** Every stop reason, in the order reports list them. */
export const stopReasons: readonly StopReason[] = [
  "dropped",
  "floor",
  "rebounded",
  "shift-limit",
  "lambda-limit",
  "pixel-limit",
  "not-reached",
  "no-direction",
];

/** A prediction before (on the reconstruction) and after (on the counterfactual). */
export interface BeforeAfter {
  readonly before: number;
  readonly after: number;
}

/** One evaluation of a search. */
export interface TracePoint {
  /** In the paper's units (Eq. 2); null beyond float64, and along another direction than Eq. 1. */
  readonly lambda: number | null;
  readonly prediction: number;
  /** Step of a path in which it was made, from 1. */
  readonly step: number;
  /** Latent distance from z0 along the way. */
  readonly length: number;
}

/** Options of a search for λ. */
export type SearchOptions = OptionValues<typeof searchOptionTable>;

/** A counterfactual image and how it was found (Eqs. 1, 2). */
export interface Counterfactual {
  readonly base: string;
  readonly source?: string;
  /** λ ≤ 0 in the paper's units (Eq. 2), λ ≥ 0 where it raises the prediction; null beyond float64, and along another direction than Eq. 1. */
  readonly lambda: number | null;
  /** Latent distance from z0 to the counterfactual; |λ|·‖g‖ along Eq. 1. */
  readonly shift: number;
  /** The same in units of the latent scale; null without one. */
  readonly displacement: number | null;
  /** Length of the way in units of the latent scale: more than the displacement where a path bends. */
  readonly length: number | null;
  /** Of the last step. */
  readonly stopReason: StopReason;
  /** Decoder evaluations, the first included. */
  readonly evaluations: number;
  /** Latents at which the gradient was taken. */
  readonly gradients: number;
  /** x0 = D(E(x)), [1, c, h, w] in [0, 1]. */
  readonly reconstruction: Tensor;
  /** xλ, same shape. */
  readonly image: Tensor;
  readonly basePrediction: BeforeAfter;
  readonly trace: readonly TracePoint[];
  /** Name of the term that holds more than 90 % of the direction of a sum. */
  readonly dominantTerm?: string;
}
