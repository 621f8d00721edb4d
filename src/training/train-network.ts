import { CfalignError } from "../base/errors.ts";
import { createRandom } from "../base/random.ts";
import type { AurocEstimate } from "../statistics/auroc.ts";
import { adamW, adamWState } from "./adamw.ts";
import type { AugmentationOptions, Levels } from "./augment.ts";
import { foldNorms, follow, runningStatistics } from "./batch-norm.ts";
import { batchesOf } from "./batches.ts";
import { calibratedLoss, calibrationOf, crossJudged, type Line, labelled, type Moment } from "./calibration.ts";
import { decayOf, initialNumbers } from "./initial.ts";
import { type LabelledPictures, levelsOf } from "./labelled-pictures.ts";
import { learnedSegments, type Network, networkFor, viewsOf } from "./network.ts";
import { openReader, type Reader } from "./reader.ts";
import { recipe, stepsFor } from "./recipe.ts";
import { oneCycle } from "./schedule.ts";
import { openStep, type Step } from "./step.ts";

/** How a network is trained. */
export interface TrainingOptions {
  /** Pictures are learned from so many times. */
  readonly epochs: number | undefined;
  readonly seed: number;
  readonly augmentation: AugmentationOptions;
  /** Threads inside an operator. */
  readonly threads: number;
  readonly signal: AbortSignal;
  /** loss: mean of the last steps, on what is learned from. */
  progress?(told: { readonly done: number; readonly total: number; readonly loss: number }): void;
}

/** What is learned from, and what is judged on; pictures by their place. */
export interface TrainingTask {
  readonly pictures: LabelledPictures;
  readonly targets: readonly string[];
  readonly learned: readonly number[];
  readonly heldOut: readonly number[];
}

/** A trained network. */
export interface TrainedNetwork {
  readonly network: Network;
  /** As `foldedSegments` has it. */
  readonly numbers: Float32Array;
  readonly levels: Levels;
  /** By target. */
  readonly calibration: readonly Line[];
  readonly aurocs: readonly (AurocEstimate | undefined)[];
  /** Steps that were made, and after which of them the network was best. */
  readonly steps: number;
  readonly best: number;
  readonly interrupted: boolean;
}

/** Weight of the newest loss in what is told. */
const newest = 0.05;

/**
 * Trains a network from its first numbers on. The same seed gives the same bits on the same machine. The held-out pictures say after which step it was
 * best. An interrupt ends it with the best so far. Errors: CfalignError("interrupted") where there is none yet, ("runtime")
 * where numbers grow beyond all bounds.
 */
export async function trainNetwork(task: TrainingTask, options: TrainingOptions): Promise<TrainedNetwork> {
  const { pictures, targets, learned } = task;
  const network = networkFor(pictures.side, targets.length);
  const levels = levelsOf(pictures, learned);
  const batch = Math.min(recipe.batch, learned.length);
  const step = await openStep(network, { batch, threads: options.threads });
  try {
    const reader = await openReader(network, pictures, { levels, threads: options.threads });
    try {
      const { best, looks, done } = await descend({ ...task, network, levels, batch, step, reader }, options);
      const moment = looks[best.look] as Moment;
      return {
        network,
        numbers: best.numbers,
        levels,
        calibration: moment.map((answers) => calibrationOf(labelled(answers))),
        aurocs: crossJudged(looks),
        steps: done,
        best: best.step,
        interrupted: options.signal.aborted,
      };
    } finally {
      await reader.dispose();
    }
  } finally {
    await step.dispose();
  }
}

/** A network that was best so far. */
interface Best {
  readonly numbers: Float32Array;
  readonly loss: number;
  /** The look at the held-out pictures that found it, and the steps before it. */
  readonly look: number;
  readonly step: number;
}

interface Descent extends TrainingTask {
  readonly network: Network;
  readonly levels: Levels;
  readonly batch: number;
  readonly step: Step;
  readonly reader: Reader;
}

async function descend(
  { network, batch, step, ...task }: Descent,
  { epochs, seed, augmentation, signal, progress }: TrainingOptions,
): Promise<{ readonly best: Best; readonly looks: readonly Moment[]; readonly done: number }> {
  const random = createRandom(`${seed}/training`);
  const numbers = initialNumbers(network, random.fork("numbers"));
  const views = viewsOf(numbers, learnedSegments(network));
  const running = runningStatistics(network);
  const state = adamWState(numbers.length);
  const decay = decayOf(network, recipe.decay);
  const next = batchesOf({ ...task, batch, augmentation }, random);
  const total = stepsFor(task.learned.length, batch, epochs);
  const looks: Moment[] = [];
  let best: Best | undefined;
  let loss: number | undefined;
  let done = 0;
  const look = async (): Promise<void> => {
    const found = foldNorms(network, views, running);
    const moment = await answersOf(task, found);
    const own = { numbers: found, loss: calibratedLoss(moment), look: looks.push(moment) - 1, step: done };
    if (best === undefined || own.loss < best.loss) best = own;
  };
  const isLook = () =>
    Math.floor((done * recipe.looks) / total) > Math.floor(((done - 1) * recipe.looks) / total) ||
    // What was learned since the last look is not lost by an interrupt.
    signal.aborted;
  while (done < total && !signal.aborted) {
    const result = await step.run(numbers, next());
    if (!Number.isFinite(result.loss)) throw diverged(done);
    adamW(numbers, result.gradient, state, { ...recipe.moments, decay, rate: oneCycle(done, total, recipe.rate) });
    follow(running, result.statistics, network, step.counts);
    done += 1;
    loss = loss === undefined ? result.loss : (1 - newest) * loss + newest * result.loss;
    progress?.({ done, total, loss });
    if (isLook()) await look();
    if (best !== undefined && looks.length - 1 - best.look >= recipe.patience && 2 * done > total) break;
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
