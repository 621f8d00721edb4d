import { z } from "zod";
import type { Tensor } from "../base/tensor.ts";
import type { OptionValues } from "../options/option.ts";
import type { searchOptionTable } from "../options/search.ts";

/**
 * Why a search for λ ended, in the order reports list them; of one that raises a prediction, all are mirrored: `dropped` is a rise, `floor` the
 * upper end of the range.
 */
export const stopReasons = [
  "dropped",
  "floor",
  "rebounded",
  "shift-limit",
  "lambda-limit",
  "pixel-limit",
  "not-reached",
  "no-direction",
] as const;
/** One of `stopReasons`. */
export type StopReason = (typeof stopReasons)[number];

/** A prediction before (on the reconstruction) and after (on the counterfactual). */
export const beforeAfter = z.strictObject({ before: z.number(), after: z.number() });
/** A prediction before and after. */
export type BeforeAfter = Readonly<z.infer<typeof beforeAfter>>;

/** One evaluation of a search. */
const tracePoint = z.strictObject({
  /** In the paper's units (Eq. 2); null beyond float64, and along another direction than Eq. 1. */
  lambda: z.number().nullable(),
  prediction: z.number(),
  /** Step of a path in which it was made, from 1. */
  step: z.number().int(),
  /** Latent distance from z0 along the way. */
  length: z.number(),
});
/** One evaluation of a search. */
export type TracePoint = Readonly<z.infer<typeof tracePoint>>;

/** Options of a search for λ. */
export type SearchOptions = OptionValues<typeof searchOptionTable>;

/** How a counterfactual was found, in figures (Eqs. 1, 2): the only list of them, for rows, JSON and pages. */
export const searchFigures = z.strictObject({
  base: z.string(),
  /** λ ≤ 0 in the paper's units (Eq. 2), λ ≥ 0 where it raises the prediction; null beyond float64, and along another direction than Eq. 1. */
  lambda: z.number().nullable(),
  /** Latent distance from z0 to the counterfactual; |λ|·‖g‖ along Eq. 1. */
  shift: z.number(),
  /** The same in units of the latent scale; null without one. */
  displacement: z.number().nullable(),
  /** Length of the way in units of the latent scale: more than the displacement where a path bends. */
  length: z.number().nullable(),
  /** Of the last step. */
  stopReason: z.enum(stopReasons),
  /** Decoder evaluations, the first included. */
  evaluations: z.number().int(),
  /** Latents at which the gradient was taken. */
  gradients: z.number().int(),
  basePrediction: beforeAfter,
  /** Name of the term that holds more than 90 % of the direction of a sum; null without one. */
  dominantTerm: z.string().nullable(),
  trace: z.array(tracePoint).readonly(),
});
/** How a counterfactual was found, in figures. */
export type SearchFigures = Readonly<z.infer<typeof searchFigures>>;

/** A counterfactual image and how it was found. */
export interface Counterfactual extends SearchFigures {
  /** x0 = D(E(x)), [1, c, h, w] in [0, 1]. */
  readonly reconstruction: Tensor;
  /** xλ, same shape. */
  readonly image: Tensor;
}
