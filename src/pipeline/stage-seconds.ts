import type { Preflight } from "../prepare/preflight/preflight.ts";
import type { StageName } from "./pace.ts";

/** What stages will do. */
export interface AskedWork {
  /** Columns of the table. */
  readonly features: number;
  /** Pictures a feature and side, and counterfactuals a classifier. */
  readonly interventions: number;
  readonly limit: number;
}

/** Pictures that patterns are fitted to at most. */
const mostFitted = 1000;
/** Evaluations of decoder and classifier that a search for λ takes. */
const evaluations = 6;

/** An estimate of the seconds of the stages that run classifiers, from the calls that a preflight timed. */
export function secondsOf(
  { images, autoencoder, models }: Preflight,
  { features, interventions, limit }: AskedWork,
): readonly (readonly [StageName, number])[] {
  const all = models.reduce((sum, { forwardSeconds }) => sum + (forwardSeconds ?? 0), 0);
  const edits = 2 * features * interventions;
  const fitted = Math.min(mostFitted, images.files) * autoencoder.encodeSeconds;
  const audited = models.filter(({ role }) => role === "classifier");
  const lowered = audited.reduce((sum, { targets, gradientSeconds, forwardSeconds }) => {
    const search = evaluations * (autoencoder.decodeSeconds + (forwardSeconds ?? 0));
    return sum + targets.length * limit * ((gradientSeconds ?? 0) + search + autoencoder.decodeSeconds + 2 * all);
  }, 0);
  // Every picture that is edited is looked at before, too.
  return [
    ["interventions", fitted + 1.7 * edits * all],
    ["counterfactuals", lowered],
  ];
}
