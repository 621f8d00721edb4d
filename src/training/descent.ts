import { CfalignError } from "../base/errors.ts";
import { createRandom } from "../base/random.ts";
import { type AdamWState, adamW, adamWState } from "./adamw.ts";
import type { AugmentationOptions, Levels } from "./augment.ts";
import { foldNorms, follow, runningStatistics } from "./batch-norm.ts";
import { batchesOf } from "./batches.ts";
import { calibratedLoss, type Moment } from "./calibration.ts";
import { decayOf, initialNumbers } from "./initial.ts";
import type { LabelledPictures } from "./labelled-pictures.ts";
import { learnedSegments, type Network, viewsOf } from "./network.ts";
import type { Reader } from "./reader.ts";
import { recipe, stepsFor } from "./recipe.ts";
import { oneCycle } from "./schedule.ts";
import type { Step } from "./step.ts";

/** What is learned from, and what is judged on; pictures by their place. */
export interface TrainingTask {
  readonly pictures: LabelledPictures;
  readonly targets: readonly string[];
  readonly learned: readonly number[];
  readonly heldOut: readonly number[];
}

/** How a network is trained. */
export interface DescentOptions {
  /** Pictures are learned from so many times. */
  readonly epochs: number | undefined;
  readonly seed: number;
  readonly augmentation: AugmentationOptions;
  readonly signal: AbortSignal;
  /** Where the descent stands is kept, so that one that was killed goes on; from its beginning without. */
  readonly memory?: DescentMemory | undefined;
  /** loss: mean of the last steps, on what is learned from. */
  progress?(told: { readonly done: number; readonly total: number; readonly loss: number }): void;
}

/** A network that was best so far. */
export interface Best {
  readonly numbers: Float32Array;
  readonly loss: number;
  /** The look at the held-out pictures that found it, and the steps before it. */
  readonly look: number;
  readonly step: number;
}

/** Where a descent stands after a look. */
export interface Descended {
  readonly numbers: Float32Array;
  readonly running: Float32Array;
  readonly state: AdamWState;
  /** Steps that were made. */
  readonly done: number;
  /** Mean of the last steps. */
  readonly loss: number;
  /** What the network said of the held-out pictures, look by look. */
  readonly looks: readonly Moment[];
  readonly best: Best;
}

/** Keeps where a descent stands. */
export interface DescentMemory {
  find(): Promise<Descended | undefined>;
  keep(stand: Descended): Promise<void>;
}

/** What a network descends with. */
export interface Descent extends TrainingTask {
  readonly network: Network;
  readonly levels: Levels;
  readonly batch: number;
  readonly step: Step;
  readonly reader: Reader;
}

/** Weight of the newest loss in what is told. */
const newest = 0.05;

/**
 * Steps down from a network's first numbers, or from where an earlier descent of the same stood: to the same bits. An interrupt ends it with the best so far.
 * Errors: CfalignError("interrupted") where there is none yet, ("runtime") where numbers grow beyond all bounds.
 */
export async function descend(
  { network, batch, step, ...task }: Descent,
  { epochs, seed, augmentation, signal, memory, progress }: DescentOptions,
): Promise<Pick<Descended, "best" | "looks" | "done">> {
  const random = createRandom(`${seed}/training`);
  const first = initialNumbers(network, random.fork("numbers"));
  const before = await memory?.find();
  const { numbers = first, running = runningStatistics(network), state = adamWState(numbers.length) } = before ?? {};
  const views = viewsOf(numbers, learnedSegments(network));
  const decay = decayOf(network, recipe.decay);
  const next = batchesOf({ ...task, batch, augmentation, skip: before?.done ?? 0 }, random);
  const total = stepsFor(task.learned.length, batch, epochs);
  const looks: Moment[] = [...(before?.looks ?? [])];
  let { best, loss, done = 0 } = before ?? ({} as Partial<Descended>);
  const isOver = (): boolean =>
    best !== undefined && looks.length - 1 - best.look >= recipe.patience && 2 * done > total;
  const isLook = () =>
    Math.floor((done * recipe.looks) / total) > Math.floor(((done - 1) * recipe.looks) / total) ||
    // What was learned since the last look is not lost by an interrupt.
    signal.aborted;
  while (done < total && !signal.aborted && !isOver()) {
    const result = await step.run(numbers, next());
    if (!Number.isFinite(result.loss)) throw diverged(done);
    adamW(numbers, result.gradient, state, { ...recipe.moments, decay, rate: oneCycle(done, total, recipe.rate) });
    follow(running, result.statistics, network, step.counts);
    done += 1;
    loss = loss === undefined ? result.loss : (1 - newest) * loss + newest * result.loss;
    progress?.({ done, total, loss });
    if (!isLook()) continue;
    const found = foldNorms(network, views, running);
    const moment = await answersOf(task, found);
    const own = { numbers: found, loss: calibratedLoss(moment), look: looks.push(moment) - 1, step: done };
    if (best === undefined || own.loss < best.loss) best = own;
    // An interrupt looks where an undisturbed descent would not: nothing to go on from.
    if (!signal.aborted) await memory?.keep({ numbers, running, state, done, loss, looks, best });
  }
  if (best === undefined) throw new CfalignError("interrupted", "interrupted before a first step was made");
  return { best, looks, done };
}

function diverged(step: number): CfalignError {
  return new CfalignError(
    "runtime",
    `training: expected a loss, got numbers beyond all bounds at step ${step}: try another seed`,
  );
}

/** What the network says of the held-out pictures now. */
async function answersOf(
  { reader, heldOut, targets, pictures }: Pick<Descent, "reader" | "heldOut" | "targets" | "pictures">,
  numbers: Float32Array,
): Promise<Moment> {
  const rows = await reader.read(numbers, heldOut);
  return targets.map((target, column) => ({
    logits: rows.map((row) => row[column] as number),
    labels: heldOut.map((picture) => pictures.labels[picture]?.[target]),
  }));
}
