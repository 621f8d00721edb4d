import { chunkSize } from "../results/chunks.ts";
import type { WorkPlan, WorkState } from "./work-plan.ts";

/** How far a run is. */
export interface RunProgress {
  /** First the files are read to put them in order, then images are aligned. */
  readonly phase: "listing" | "aligning";
  /** Files or images that are done with; fractions within a chunk. */
  readonly done: number;
  /** Files or images that there are to do: an estimate while aligning, because bases may reach their limit earlier. */
  readonly total: number;
  /** Counterfactuals so far, those of an earlier process included. */
  readonly counterfactuals: number;
}

/** How far the next work of a plan is: the share of it that is done, and its counterfactuals that are finished. */
export interface WorkProgress {
  readonly share: number;
  readonly counterfactuals: number;
}

/** How far a run is, by its plan. */
export function progressOf(
  { looked, found, next }: WorkPlan,
  { chunks, limits }: Pick<WorkState, "chunks" | "limits">,
  within: WorkProgress = { share: 0, counterfactuals: 0 },
): RunProgress {
  const images = chunks.reduce((sum, count) => sum + count, 0);
  const made = [...found.values()].reduce((sum, count) => sum + count, 0);
  const bases = [...limits].map(([base, limit]) => ({ count: found.get(base) ?? 0, limit }));
  return {
    phase: "aligning",
    done: looked + Math.floor((next?.images ?? 0) * within.share),
    total: next === undefined ? looked : expectedImages(looked, images, bases),
    counterfactuals: made + within.counterfactuals,
  };
}

/** Images until every base has its limit, if positives go on as they did. found: counterfactuals of every base among `looked` images. */
export function expectedImages(
  looked: number,
  images: number,
  found: readonly { readonly count: number; readonly limit: number }[],
): number {
  if (looked === 0) return images;
  const needed = found.map(({ count, limit }) =>
    count >= limit ? 0 : count === 0 || limit === Infinity ? images : (looked * limit) / count,
  );
  return Math.min(images, Math.max(looked, ...needed.map((need) => Math.ceil(need / chunkSize) * chunkSize)));
}
