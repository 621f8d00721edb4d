import type { Classifier } from "../models/types.ts";
import { meanEstimate } from "../statistics/mean-estimate.ts";
import type { Interval } from "../statistics/studentized.ts";
import { type Effect, effectOf, type Move } from "./effect.ts";
import { at } from "./fit.ts";
import { type FixedSet, fixedSet } from "./fixed-set.ts";
import type { Split } from "./split.ts";
import type { TargetContext } from "./target-context.ts";

/** One target and its features on the fixed set, measured before anything is repaired. */
export interface TargetCase {
  readonly target: Classifier;
  /** Features: one coefficient each. */
  readonly against: readonly Classifier[];
  /** Features first, then what else the ledger shows: a feature's place is its column. */
  readonly columns: readonly Classifier[];
  readonly set: FixedSet;
  /** By feature and image, whether the feature was present on the reconstruction. */
  readonly present: readonly (readonly boolean[])[];
  /** Moves under the original target, by image, shown to every column. */
  readonly before: readonly Move[];
}

/** Fixes the images of a target and measures it on all of them. */
export async function targetCase(
  target: Classifier,
  against: readonly Classifier[],
  context: TargetContext,
): Promise<TargetCase> {
  const set = await fixedSet(target, context.pool, context);
  const columns = [...new Map([...against, ...context.downstream].map((shown) => [shown.name, shown])).values()];
  const before = await set.measure(target, [...set.images.keys()], columns);
  return { target, against, columns, set, present: against.map(set.present), before };
}

/** The effect on a feature over one split, with intervals; moves: by image of the split. */
export function effectIn(
  { set, present }: TargetCase,
  { split, feature, moves }: { readonly split: Split; readonly feature: number; readonly moves: readonly Move[] },
  { resamples, settings }: TargetContext,
): Effect {
  return effectOf(moves, feature, {
    present: at(present[feature] as readonly boolean[], set.places[split]),
    minBaseChange: settings.minBaseChange,
    interval: (values): Interval | null =>
      values.length < 2 ? null : meanEstimate(Float64Array.from(values), resamples, settings).ci,
  });
}
