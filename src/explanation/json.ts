import type { BeforeAfter, StopReason, TracePoint } from "../counterfactual/types.ts";
import type { Explanation } from "./explain.ts";

/** An explanation as JSON: floats unrounded, null for what has no value, no pictures. */
export interface ExplanationJson {
  readonly image: string;
  readonly base: string;
  readonly lambda: number | null;
  readonly shift: number;
  readonly displacement: number | null;
  readonly length: number | null;
  readonly stopReason: StopReason;
  readonly evaluations: number;
  readonly gradients: number;
  readonly basePrediction: BeforeAfter;
  readonly dominantTerm: string | null;
  readonly alignment: readonly (BeforeAfter & {
    readonly downstream: string;
    readonly relativeChange: number | null;
  })[];
  readonly minBaseChange: number;
  /** Why no downstream classifier has a relative change; null where they have. */
  readonly withoutRelativeChange: string | null;
  readonly trace: readonly TracePoint[];
}

/** What is written beside the pictures, and printed under --json. */
export function explanationJson(explanation: Omit<Explanation, "kept">): ExplanationJson {
  const { image, base, lambda, shift, displacement, length, stopReason, evaluations, gradients } = explanation;
  const { basePrediction, trace } = explanation;
  return {
    image,
    base,
    lambda,
    shift,
    displacement,
    length,
    stopReason,
    evaluations,
    gradients,
    basePrediction,
    dominantTerm: explanation.dominantTerm ?? null,
    alignment: explanation.alignment.map(({ downstream, before, after, relativeChange }) => ({
      downstream,
      before,
      after,
      relativeChange: relativeChange ?? null,
    })),
    minBaseChange: explanation.minBaseChange,
    withoutRelativeChange: explanation.withoutRelativeChange ?? null,
    trace,
  };
}
