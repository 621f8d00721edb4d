import type { AurocEstimate } from "../statistics/auroc.ts";
import type { Levels } from "./augment.ts";
import { calibrationOf, crossJudged, type Line, labelled, type Moment } from "./calibration.ts";
import { type DescentOptions, descend, type TrainingTask } from "./descent.ts";
import { levelsOf } from "./labelled-pictures.ts";
import { type Network, networkFor } from "./network.ts";
import { openReader } from "./reader.ts";
import { recipe } from "./recipe.ts";
import { openStep } from "./step.ts";

/** How a network is trained, and on what. */
export interface TrainingOptions extends DescentOptions {
  /** Threads inside an operator. */
  readonly threads: number;
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

/**
 * Trains a network from its first numbers on. The same seed gives the same bits on the same machine. The held-out pictures say after which step it was
 * best. An interrupt ends it with the best so far. Errors: as `descend`.
 */
export async function trainNetwork(task: TrainingTask, options: TrainingOptions): Promise<TrainedNetwork> {
  const { pictures, targets, learned } = task;
  const { threads } = options;
  const network = networkFor(pictures.side, targets.length);
  const levels = levelsOf(pictures, learned);
  const batch = Math.min(recipe.batch, learned.length);
  const step = await openStep(network, { batch, threads });
  try {
    const reader = await openReader(network, pictures, { levels, threads });
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
