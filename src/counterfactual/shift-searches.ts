import { CfalignError, throwIfInterrupted } from "../base/errors.ts";
import { row, stack, type Tensor } from "../base/tensor.ts";
import { modelsOf, type Outputs, rangeOf, read } from "../models/prediction.ts";
import type { Autoencoder, Classifier, ClassifierModel } from "../models/types.ts";
import { padded, width } from "../models/whole-calls.ts";
import { type Direction, jointDirections, lambdaOf, sharesRuns, sharing, shifted, shiftOf } from "./direction.ts";
import { lockstep } from "./lockstep.ts";
import { directionAlong, type MeanGradient, meanGradients, type PlaceRequest } from "./mean-gradient.ts";
import { orError, there } from "./or-error.ts";
import { displacementOf, type Leg, lengthOf, searchPath } from "./search-path.ts";
import { searchReference } from "./search-reference.ts";
import type { BeforeAfter, SearchFigures, SearchOptions } from "./types.ts";

/** Raw outputs of some classifier files on one image. */
export type Seen = ReadonlyMap<ClassifierModel, ArrayLike<number>>;

/** A base on one image: where its search starts. */
export interface ShiftJob {
  readonly base: Classifier;
  /** z0 = E(x), [1, ...latentDims] */
  readonly latent: Tensor;
  /** x0 = D(z0), [1, c, h, w] */
  readonly reconstruction: Tensor;
  /** Outputs of the base's models on x0. */
  readonly outputs: Outputs;
  /** Unit of `maxShift` and of the noise of a smoothed direction. */
  readonly latentScale: number;
  /** What this noise is drawn from (`noiseKey`). */
  readonly key: string;
  /** What `gradient` goes along: given where it is known already, or is not that of Eq. 1. */
  readonly direction?: Direction;
}

/** A counterfactual as a search found it. */
export interface ShiftResult
  extends Pick<
    SearchFigures,
    "lambda" | "shift" | "stopReason" | "evaluations" | "gradients" | "dominantTerm" | "trace"
  > {
  /** The way, straight part by straight part; none without a direction. */
  readonly legs: readonly Leg[];
  readonly prediction: BeforeAfter;
  /** xλ, [1, c, h, w] */
  readonly image: Tensor;
  /** Outputs on xλ of the base's models, which need not see it again. */
  readonly seen: Seen;
}

export interface ShiftSearchOptions {
  readonly autoencoder: Autoencoder;
  readonly search: SearchOptions;
  /** Fill every call up to `width` rows, so that the result of a job cannot depend on the jobs beside it. */
  readonly exact: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Told of a job whose search met a number that is not finite, and which then gives no result; without it that is an error. */
  readonly lost?: ((job: ShiftJob) => void) | undefined;
}

interface EvaluationRequest {
  readonly job: ShiftJob;
  readonly latent: Tensor;
}

/** What a search waits for: a picture and what its base says of it, or the gradients around a place. */
type Request =
  | (EvaluationRequest & { readonly wanted: "sample" })
  | { readonly place: PlaceRequest; readonly wanted: "gradient" };

interface Sample {
  readonly image: Tensor;
  readonly seen: Seen;
  readonly prediction: number;
  readonly logit: number;
}

/** What a search is told: what it waits for, or why that is no number. */
type Answer = Sample | MeanGradient | CfalignError;

/** Asks for either and waits. */
interface Asking {
  /** What is there; what is no number ends the search of the job alone. */
  known<T>(answer: T | CfalignError): T;
  sample(job: ShiftJob, latent: Tensor): Promise<Sample>;
  gradient(place: PlaceRequest): Promise<MeanGradient>;
}

/** Searches of paths that run at a time: some wait for pictures and some for gradients, of several bases, and each kind is to fill calls. */
const pathWidth = 4 * width;

/** Of what searches wait for, the kind that fills calls best, in whole calls where there are that many. draws: gradients of a place. */
function fullest(requests: readonly Request[], draws: number): readonly Request[] {
  const based = requests.map((request) => ({
    request,
    base: request.wanted === "sample" ? request.job.base : request.place.base,
  }));
  const groups = (["sample", "gradient"] as const).flatMap((wanted) => {
    const rows = wanted === "sample" ? 1 : draws;
    return sharing(based.filter(({ request }) => request.wanted === wanted)).map((group) => ({ group, rows }));
  });
  const { group, rows } = groups.reduce((a, b) => (b.group.length * b.rows > a.group.length * a.rows ? b : a));
  const whole = Math.floor((group.length * rows) / width) * width;
  return group
    .slice(0, whole === 0 ? group.length : Math.max(1, Math.floor(whole / rows)))
    .map(({ request }) => request);
}

/**
 * Searches of many jobs in lockstep: decoder and classifiers run once per round. `done` is called as searches end, in no
 * particular order. Along Eq. 1, neighbours whose bases are of the same files share their gradient run; the noisy gradients of smoothed
 * directions are taken together in every round.
 */
export async function shiftSearches<Job extends ShiftJob>(
  jobs: readonly Job[],
  options: ShiftSearchOptions,
  done: (job: Job, result: ShiftResult) => void | Promise<void>,
): Promise<void> {
  const { autoencoder, exact, search, signal, lost } = options;
  const smoothed = search.search === "fast" && search.direction !== "gradient";
  const directionOf = sharedDirections(jobs, autoencoder, exact);
  const problems = new Set<unknown>();
  const known = <T>(answer: T | CfalignError): T => {
    if (answer instanceof CfalignError) problems.add(answer);
    return there(answer);
  };
  const found = async (job: Job, ask: (request: Request) => Promise<Answer>): Promise<ShiftResult> => {
    const asking: Asking = {
      known,
      sample: async (job, latent) => known((await ask({ wanted: "sample", job, latent })) as Sample | CfalignError),
      gradient: async (place) => known((await ask({ wanted: "gradient", place })) as MeanGradient | CfalignError),
    };
    if (smoothed) return searchSmoothed(job, search, asking);
    const direction = job.direction ?? known(await directionOf(job));
    return searchAlong(job, direction, search, asking);
  };
  await lockstep<Job, Request, Answer>(jobs, {
    ...(smoothed ? { width: pathWidth, choose: (requests) => fullest(requests, search.draws) } : { width }),
    search: async (job, ask) => {
      let result: ShiftResult;
      try {
        result = await found(job, ask);
      } catch (error) {
        if (lost === undefined || !problems.has(error)) throw error;
        return lost(job);
      }
      return done(job, result);
    },
    evaluate: async (requests) => {
      throwIfInterrupted(signal);
      const wantingSamples = requests.flatMap((one) => (one.wanted === "sample" ? [one] : []));
      const wantingGradients = requests.flatMap((one) => (one.wanted === "gradient" ? [one] : []));
      const samples = wantingSamples.length === 0 ? [] : await evaluateAll(wantingSamples, autoencoder, exact);
      const places = wantingGradients.map(({ place }) => place);
      const { draws, noise } = search;
      const gradients = await meanGradients(places, { autoencoder, draws, noise, exact, signal });
      const answers = new Map<Request, Answer>([
        ...wantingSamples.map((one, index) => [one, samples[index] as Answer] as const),
        ...wantingGradients.map((one, index) => [one, gradients[index] as Answer] as const),
      ]);
      return requests.map((one) => answers.get(one) as Answer);
    },
  });
}

/** Directions in groups of neighbours whose bases share gradient runs, computed when the first of a group is asked for. */
function sharedDirections(
  jobs: readonly ShiftJob[],
  autoencoder: Autoencoder,
  exact: boolean,
): (job: ShiftJob) => Promise<Direction | CfalignError> {
  const groupOf = new Map<ShiftJob, ShiftJob[]>();
  let group: ShiftJob[] = [];
  for (const job of jobs) {
    const [first] = group;
    if (group.length === width || first === undefined || !sharesRuns(first.base, job.base)) group = [];
    group.push(job);
    groupOf.set(job, group);
  }
  const results = new Map<ShiftJob[], Promise<readonly (Direction | CfalignError)[]>>();
  return async (job) => {
    const group = groupOf.get(job) as ShiftJob[];
    let result = results.get(group);
    if (result === undefined) {
      result = jointDirections(autoencoder, exact ? padded(group) : group);
      results.set(group, result);
    }
    const index = group.indexOf(job);
    if (index === group.length - 1) results.delete(group);
    return (await result)[index] as Direction | CfalignError;
  };
}

async function evaluateAll(
  requests: readonly EvaluationRequest[],
  autoencoder: Autoencoder,
  exact: boolean,
): Promise<readonly (Sample | CfalignError)[]> {
  const images = await autoencoder.decode(stack((exact ? padded(requests) : requests).map(({ latent }) => latent)));
  const seen = requests.map(() => new Map<ClassifierModel, ArrayLike<number>>());
  for (const model of modelsOf(requests.map(({ job }) => job.base))) {
    const own = requests.flatMap(({ job }, index) => (modelsOf([job.base]).includes(model) ? [index] : []));
    const shown =
      own.length === requests.length ? images : stack((exact ? padded(own) : own).map((index) => row(images, index)));
    const outputs = await model.logits(shown);
    for (const [place, index] of own.entries()) seen[index]?.set(model, row(outputs, place).data);
  }
  return requests.map(({ job }, index) => {
    const own = seen[index] as Seen;
    const reading = orError(() => read(job.base, (model) => own.get(model) as ArrayLike<number>));
    if (reading instanceof CfalignError) return reading;
    // A copy, so that keeping one image does not keep the whole round.
    const image = row(images, index);
    return { ...reading, seen: own, image: { data: image.data.slice(), dims: image.dims } };
  });
}

/** Where a job's search starts, and what limits it. */
function beginningOf(job: ShiftJob, { drop, floor }: SearchOptions) {
  const { low, high } = rangeOf(job.base);
  const seen: Seen = new Map(modelsOf([job.base]).map((model) => [model, job.outputs(model)]));
  const start: Sample = { ...read(job.base, job.outputs), seen, image: job.reconstruction };
  return { start, limits: { drop, floor: low + floor * (high - low), range: { low, high } } };
}

/** Along one direction: Eqs. 1 and 2. */
async function searchAlong(
  job: ShiftJob,
  direction: Direction,
  options: SearchOptions,
  asking: Asking,
): Promise<ShiftResult> {
  if (options.search === "fast" || direction.unit === undefined) {
    const walk = { steps: 1, gradients: 1, directionAt: async () => direction };
    return searchWay(job, options, asking, { ...walk, lambdaAt: (shift) => lambdaOf(direction, shift) });
  }
  const { start, limits } = beginningOf(job, options);
  const { step, maxLambda, maxPixelChange } = options;
  const size = job.reconstruction.data.reduce((sum, value) => sum + Math.abs(value), 0);
  const outcome = await searchReference(
    async (lambda) => {
      const shift = shiftOf(direction, lambda);
      const sample = shift === 0 ? start : await asking.sample(job, shifted(job.latent, direction, shift));
      return { ...sample, pixelChange: distance(sample.image, job.reconstruction) / size };
    },
    { ...limits, step, maxLambda, maxPixelChange },
  );
  const shift = shiftOf(direction, outcome.at);
  return {
    legs: [{ direction, shift }],
    lambda: outcome.at,
    shift,
    stopReason: outcome.stopReason,
    evaluations: outcome.evaluations.length,
    gradients: 1,
    dominantTerm: direction.dominantTerm ?? null,
    prediction: { before: start.prediction, after: outcome.chosen.prediction },
    trace: outcome.evaluations.map(({ at, prediction }) => ({
      lambda: at,
      prediction,
      step: 1,
      length: shiftOf(direction, at),
    })),
    image: outcome.chosen.image,
    seen: outcome.chosen.seen,
  };
}

/** Along the mean of the logit's gradients over noisy latents, taken once or anew at every step of a path. */
function searchSmoothed(job: ShiftJob, options: SearchOptions, asking: Asking): Promise<ShiftResult> {
  const { base, key, latentScale } = job;
  return searchWay(job, options, asking, {
    steps: options.direction === "path" ? options.steps : 1,
    gradients: options.draws,
    directionAt: async (latent, sample, step) => {
      const own = step === 1 ? key : `${key}/step ${step}`;
      const gradient = await asking.gradient({ base, latent, key: own, latentScale });
      return asking.known(orError(() => directionAlong(base, gradient, sample)));
    },
    lambdaAt: () => null,
  });
}

/** How a way is found: its steps, what a direction costs and how it is taken, and what a shift is in the paper's units. */
interface Walk {
  readonly steps: number;
  readonly gradients: number;
  directionAt(latent: Tensor, sample: Sample, step: number): Promise<Direction>;
  lambdaAt(shift: number): number | null;
}

async function searchWay(
  job: ShiftJob,
  options: SearchOptions,
  asking: Asking,
  { steps, gradients, directionAt, lambdaAt }: Walk,
): Promise<ShiftResult> {
  const { start, limits } = beginningOf(job, options);
  const outcome = await searchPath(
    { latent: job.latent, sample: start },
    { direction: directionAt, predict: (latent) => asking.sample(job, latent) },
    { ...limits, steps, maxShift: options.maxShift * job.latentScale },
  );
  const { legs, chosen, stopReason, evaluations } = outcome;
  const shift = displacementOf(legs);
  const [term, ...others] = new Set(legs.map(({ direction }) => direction.dominantTerm));
  return {
    legs,
    lambda: lambdaAt(shift),
    shift,
    stopReason,
    evaluations: evaluations.length,
    gradients: gradients * outcome.directions,
    dominantTerm: (others.length === 0 ? term : undefined) ?? null,
    prediction: { before: start.prediction, after: chosen.prediction },
    trace: evaluations.map(({ step, length, prediction }) => ({ lambda: lambdaAt(length), prediction, step, length })),
    image: chosen.image,
    seen: chosen.seen,
  };
}

/** What a search found, in figures. latentScale: infinite where the data have none. */
export function figuresOf(
  { base, latentScale }: Pick<ShiftJob, "base" | "latentScale">,
  { lambda, shift, legs, stopReason, evaluations, gradients, prediction, dominantTerm, trace }: ShiftResult,
): SearchFigures {
  const inScale = (distance: number): number | null => (Number.isFinite(latentScale) ? distance / latentScale : null);
  return {
    ...{ base: base.name, lambda, shift, displacement: inScale(shift), length: inScale(lengthOf(legs)) },
    ...{ stopReason, evaluations, gradients, basePrediction: prediction, dominantTerm, trace },
  };
}

/** Σ|a − b| */
function distance(a: Tensor, b: Tensor): number {
  return a.data.reduce((sum, value, index) => sum + Math.abs(value - (b.data[index] as number)), 0);
}
