import { throwIfInterrupted } from "../errors.ts";
import { modelsOf, type Outputs, rangeOf, read } from "../models/prediction.ts";
import type { Autoencoder, Classifier, ClassifierModel } from "../models/types.ts";
import { padded, width } from "../models/whole-calls.ts";
import { row, stack, type Tensor } from "../tensor.ts";
import { type Direction, jointDirections, lambdaOf, sharesRuns, shifted, shiftOf } from "./direction.ts";
import { lockstep } from "./lockstep.ts";
import type { SearchOutcome } from "./search.ts";
import { searchFast } from "./search-fast.ts";
import { searchReference } from "./search-reference.ts";
import type { BeforeAfter, SearchOptions, StopReason, TracePoint } from "./types.ts";

/** A base on one image: where its search starts. */
export interface ShiftJob {
  readonly base: Classifier;
  /** z0 = E(x), [1, ...latentDims] */
  readonly latent: Tensor;
  /** x0 = D(z0), [1, c, h, w] */
  readonly reconstruction: Tensor;
  /** Outputs of the base's models on x0. */
  readonly outputs: Outputs;
  /** Unit of `maxShift`. */
  readonly latentScale: number;
  /** Where it is known already, or is not that of Eq. 1. */
  readonly direction?: Direction;
}

/** A counterfactual as a search found it. */
export interface ShiftResult {
  readonly direction: Direction;
  readonly lambda: number | null;
  readonly shift: number;
  readonly stopReason: StopReason;
  readonly evaluations: number;
  readonly prediction: BeforeAfter;
  readonly trace: readonly TracePoint[];
  /** xλ, [1, c, h, w] */
  readonly image: Tensor;
}

export interface ShiftSearchOptions {
  readonly autoencoder: Autoencoder;
  readonly search: SearchOptions;
  /** Fill every call up to `width` rows, so that the result of a job cannot depend on the jobs beside it. */
  readonly exact: boolean;
  readonly signal?: AbortSignal | undefined;
}

interface Request {
  readonly job: ShiftJob;
  readonly latent: Tensor;
}

interface Sample {
  readonly image: Tensor;
  readonly prediction: number;
  readonly logit: number;
}

/**
 * Searches of many jobs in lockstep: decoder and classifiers run once per round. `done` is called as searches end, in no
 * particular order. Neighbours whose bases are of the same files share their gradient run.
 */
export async function shiftSearches<Job extends ShiftJob>(
  jobs: readonly Job[],
  options: ShiftSearchOptions,
  done: (job: Job, result: ShiftResult) => void | Promise<void>,
): Promise<void> {
  const { autoencoder, exact } = options;
  const directionOf = sharedDirections(jobs, autoencoder, exact);
  await lockstep<Job, Request, Sample>(jobs, {
    width,
    search: async (job, ask) =>
      done(job, await searchOne(job, job.direction ?? (await directionOf(job)), options.search, ask)),
    evaluate: (requests) => {
      throwIfInterrupted(options.signal);
      return evaluateAll(requests, autoencoder, exact);
    },
  });
}

/** Directions in groups of neighbours whose bases share gradient runs, computed when the first of a group is asked for. */
function sharedDirections(
  jobs: readonly ShiftJob[],
  autoencoder: Autoencoder,
  exact: boolean,
): (job: ShiftJob) => Promise<Direction> {
  const groupOf = new Map<ShiftJob, ShiftJob[]>();
  let group: ShiftJob[] = [];
  for (const job of jobs) {
    const [first] = group;
    if (group.length === width || first === undefined || !sharesRuns(first.base, job.base)) group = [];
    group.push(job);
    groupOf.set(job, group);
  }
  const results = new Map<ShiftJob[], Promise<readonly Direction[]>>();
  return async (job) => {
    const group = groupOf.get(job) as ShiftJob[];
    let result = results.get(group);
    if (result === undefined) {
      result = jointDirections(autoencoder, exact ? padded(group) : group);
      results.set(group, result);
    }
    const index = group.indexOf(job);
    if (index === group.length - 1) results.delete(group);
    return (await result)[index] as Direction;
  };
}

async function evaluateAll(
  requests: readonly Request[],
  autoencoder: Autoencoder,
  exact: boolean,
): Promise<readonly Sample[]> {
  const images = await autoencoder.decode(stack((exact ? padded(requests) : requests).map(({ latent }) => latent)));
  const rows = new Map<ClassifierModel, Map<number, ArrayLike<number>>>();
  for (const model of modelsOf(requests.map(({ job }) => job.base))) {
    const own = requests.flatMap(({ job }, index) => (modelsOf([job.base]).includes(model) ? [index] : []));
    const shown =
      own.length === requests.length ? images : stack((exact ? padded(own) : own).map((index) => row(images, index)));
    const outputs = await model.logits(shown);
    rows.set(model, new Map(own.map((index, place) => [index, row(outputs, place).data])));
  }
  return requests.map(({ job }, index) => {
    const reading = read(job.base, (model) => rows.get(model)?.get(index) as ArrayLike<number>);
    // A copy, so that keeping one image does not keep the whole round.
    const image = row(images, index);
    return { ...reading, image: { data: image.data.slice(), dims: image.dims } };
  });
}

async function searchOne(
  job: ShiftJob,
  direction: Direction,
  options: SearchOptions,
  ask: (request: Request) => Promise<Sample>,
): Promise<ShiftResult> {
  const start: Sample = { ...read(job.base, job.outputs), image: job.reconstruction };
  const at = async (shift: number): Promise<Sample> =>
    shift === 0 ? start : ask({ job, latent: shifted(job.latent, direction, shift) });
  const { low, high } = rangeOf(job.base);
  const floor = low + options.floor * (high - low);
  const common = { drop: options.drop, floor };

  const finish = (
    outcome: SearchOutcome<Sample>,
    shift: number,
    lambdaAt: (at: number) => number | null,
  ): ShiftResult => ({
    direction,
    lambda: lambdaAt(outcome.at),
    shift,
    stopReason: outcome.stopReason,
    evaluations: outcome.evaluations.length,
    prediction: { before: start.prediction, after: outcome.chosen.prediction },
    trace: outcome.evaluations.map(({ at, prediction }) => ({ lambda: lambdaAt(at), prediction })),
    image: outcome.chosen.image,
  });

  if (direction.unit === undefined) {
    const evaluations = [{ at: 0, prediction: start.prediction }];
    return finish({ at: 0, chosen: start, stopReason: "no-direction", evaluations }, 0, () => 0);
  }
  if (options.search === "reference") {
    const { step, maxLambda, maxPixelChange } = options;
    const size = job.reconstruction.data.reduce((sum, value) => sum + Math.abs(value), 0);
    const outcome = await searchReference(
      async (lambda) => {
        const sample = await at(shiftOf(direction, lambda));
        return { ...sample, pixelChange: distance(sample.image, job.reconstruction) / size };
      },
      { ...common, step, maxLambda, maxPixelChange },
    );
    return finish(outcome, shiftOf(direction, outcome.at), (lambda) => lambda);
  }
  const outcome = await searchFast(at, {
    ...common,
    range: { low, high },
    slope: { logit: direction.logitSlope, prediction: Math.exp(direction.logNorm) },
    maxShift: options.maxShift * job.latentScale,
  });
  return finish(outcome, outcome.at, (shift) => lambdaOf(direction, shift));
}

/** Σ|a − b| */
function distance(a: Tensor, b: Tensor): number {
  return a.data.reduce((sum, value, index) => sum + Math.abs(value - (b.data[index] as number)), 0);
}
