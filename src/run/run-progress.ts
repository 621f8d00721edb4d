import { chunkSize } from "../results/chunks.ts";
import type { Workers } from "./open-executor.ts";
import { expectedRows, type Rows, type Widths, type WorkOptions, workOf } from "./work.ts";
import type { Computed, WorkPlan, WorkState } from "./work-plan.ts";

/** How far a run is. */
export interface RunProgress {
  /** First the files are read to put them in order, then features are taken out and put in, then images are aligned. */
  readonly phase: "listing" | "intervening" | "aligning";
  /** Files, looks at edited pictures or images that are done with; fractions within a chunk. */
  readonly done: number;
  /** Files, looks or images that there are to do: an estimate while aligning, because bases may reach their limit earlier; more looks once it is known which features no pattern moves. */
  readonly total: number;
  /** Files or images that there are at most, which stays: no estimate. */
  readonly most: number;
  /** Share of the work that is done, as far as it can be told: what the time left is estimated from. Images are not alike, only the first are decomposed. */
  readonly share: number;
  /** Counterfactuals so far, those of an earlier process included. */
  readonly counterfactuals: number;
  /** Processes that align, where it is not this one alone. */
  readonly workers?: Workers;
}

/** How far the next work of a plan is. */
export interface WorkProgress {
  /** Share of its work. */
  readonly share: number;
  /** Its work in all, in counterfactuals (`workOf`), as far as it is known. */
  readonly work: number;
  /** Its counterfactuals that are finished. */
  readonly counterfactuals: number;
  /** Its rows of latent gradients; undefined until it is known which images are decomposed. */
  readonly products: number | undefined;
}

/** What the work of a run is told from, beside its limits. */
export interface RunOutlook extends Widths {
  readonly options: WorkOptions;
}

type Asked = Pick<WorkState, "chunks" | "limits"> & RunOutlook;

const begun: WorkProgress = { share: 0, work: 0, counterfactuals: 0, products: undefined };

/** How far a run is, by its plan. */
export function progressOf(plan: WorkPlan<Computed>, asked: Asked, within: WorkProgress = begun): RunProgress {
  const { looked, found, next } = plan;
  const { chunks, limits } = asked;
  const images = chunks.reduce((sum, count) => sum + count, 0);
  const made = [...found.values()].reduce((sum, count) => sum + count, 0);
  const bases = [...limits].map(([base, limit]) => ({ count: found.get(base) ?? 0, limit }));
  return {
    phase: "aligning",
    done: looked + Math.floor((next?.images ?? 0) * within.share),
    total: next === undefined ? looked : expectedImages(looked, images, bases),
    most: images,
    share: next === undefined ? 1 : shareOf(plan, asked, within),
    counterfactuals: made + within.counterfactuals,
  };
}

/** Share of the work of a run with that in hand: its work is known better than that of later chunks. */
function shareOf({ commits, looked, found }: WorkPlan<Computed>, asked: Asked, within: WorkProgress): number {
  const { chunks, limits, options, concepts, mapped } = asked;
  const made = rowsOf(commits);
  const whole = expectedRows(
    {
      images: chunks.reduce((sum, count) => sum + count, 0),
      looked,
      bases: [...limits].map(([base, limit]) => ({ limit, count: found.get(base) ?? 0 })),
      made,
      products: within.products === undefined ? undefined : made.products + within.products,
      ...{ concepts, mapped },
    },
    options,
  );
  const finished = workOf(made, options);
  return (
    (finished + within.share * within.work) / Math.max(workOf(whole, options), finished + within.work, Number.MIN_VALUE)
  );
}

function rowsOf(commits: readonly Computed[]): Rows {
  const sum = (of: (commit: Computed) => number): number => commits.reduce((total, commit) => total + of(commit), 0);
  return {
    counterfactuals: sum(({ parts }) => parts.counterfactuals.rows),
    products: sum(({ parts }) => parts.products.rows),
    saliency: sum(({ parts }) => parts.saliency.rows),
    pictures: sum(({ pictures }) => pictures.length),
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
