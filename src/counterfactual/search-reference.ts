import type { Evaluation, SearchOutcome } from "./search.ts";
import type { StopReason } from "./types.ts";

/** What the reference search looks at. */
export interface ReferenceSample {
  readonly prediction: number;
  /** Σ|x0 − xλ| as a share of Σ|x0|, images in [0, 1]. */
  readonly pixelChange: number;
}

export interface ReferenceLimits {
  /** Stop when the prediction fell by strictly more than this. */
  readonly drop: number;
  /** Stop below this prediction. */
  readonly floor: number;
  /** Length of the first step. */
  readonly step: number;
  /** Stop at λ ≤ −maxLambda. */
  readonly maxLambda: number;
  /** Stop when pixels changed by more than this share. */
  readonly maxPixelChange: number;
}

/** Steps grow by a tenth of λ; this 10 does not change with `step`. */
const growth = 10;

/**
 * The published search, step for step: λ ← λ − step + ⌊λ / 10⌋ until the prediction rises or is low enough, or a limit is met.
 * The step that triggers the stop is the counterfactual.
 */
export async function searchReference<E extends ReferenceSample>(
  predict: (lambda: number) => Promise<E>,
  limits: ReferenceLimits,
): Promise<SearchOutcome<E>> {
  const evaluations: Evaluation[] = [];
  for (let lambda = 0; ; lambda = lambda - limits.step + Math.floor(lambda / growth)) {
    const chosen = await predict(lambda);
    const previous = evaluations.at(-1);
    evaluations.push({ at: lambda, prediction: chosen.prediction });
    const first = evaluations[0] as Evaluation;
    const stopReason = reasonToStop(
      chosen,
      { lambda, first: first.prediction, previous: previous?.prediction },
      limits,
    );
    if (stopReason !== undefined) return { at: lambda, chosen, stopReason, evaluations };
  }
}

/** Where the search stands, the prediction it began with and that of the step before. */
interface Step {
  readonly lambda: number;
  readonly first: number;
  readonly previous: number | undefined;
}

function reasonToStop(
  { prediction, pixelChange }: ReferenceSample,
  { lambda, first, previous }: Step,
  limits: ReferenceLimits,
): StopReason | undefined {
  if (previous !== undefined && prediction > previous) return "rebounded";
  if (prediction < limits.floor) return "floor";
  if (first - prediction > limits.drop) return "dropped";
  if (lambda <= -limits.maxLambda) return "lambda-limit";
  if (pixelChange > limits.maxPixelChange) return "pixel-limit";
  return undefined;
}
