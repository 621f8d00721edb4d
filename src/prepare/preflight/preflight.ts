import { CfalignError, throwIfBug } from "../../base/errors.ts";
import { row, sizeOf, type Tensor } from "../../base/tensor.ts";
import { listImages } from "../../images/list-images.ts";
import { autoencoderOf } from "../../models/edit-workspace.ts";
import { hasPrediction, isPositive, type Outputs, read } from "../../models/prediction.ts";
import type { Autoencoder, Classifier, ClassifierModel } from "../../models/types.ts";
import { filled, width } from "../../models/whole-calls.ts";
import type { Workspace } from "../../models/workspace.ts";
import type { Device } from "../../options/device.ts";
import { mean } from "../../statistics/moments.ts";
import { reconstructionLoss } from "../../statistics/reconstruction-loss.ts";
import { unsteady } from "../../words/preflight.ts";
import { type EncodedImage, encodedImages } from "../encoded-images.ts";
import type { ModelFacts, PreflightFacts } from "./facts.ts";
import { type Judgement, judge } from "./judge.ts";
import { reachOf } from "./reach.ts";
import { isSameAnswer } from "./same-answer.ts";

/** How a workspace is looked at before an audit. */
export interface PreflightOptions {
  readonly workspace: Workspace;
  /** Pictures that are looked at, 64. */
  readonly images?: number;
  readonly signal?: AbortSignal;
  /** A clock in milliseconds. */
  readonly now: () => number;
}

/** What was measured, and what it means. */
export type Preflight = PreflightFacts & Judgement;

/** Seconds that calls took, per row. */
interface Timed<T> {
  readonly results: readonly T[];
  readonly seconds: number;
}

/**
 * Looks at a workspace on the first pictures of a folder: whether everything runs, what the classifiers say, what the autoencoder loses, and
 * what an audit will cost. A classifier that fails is told, not thrown. Errors: CfalignError("input") for a folder without usable
 * pictures, and for an autoencoder that does not give numbers or pictures, or others when it is asked again.
 */
export async function preflight(folder: string, options: PreflightOptions): Promise<Preflight> {
  const { workspace, images: most = 64, now } = options;
  const { autoencoder } = workspace;
  const signal = options.signal ?? new AbortController().signal;
  const listing = await listImages(folder, 1, undefined, signal);
  const looked = { ...listing, rows: listing.rows.slice(0, most) };
  const all: EncodedImage[] = [];
  for await (const some of encodedImages(looked, { autoencoder, signal }, { most })) all.push(...some);
  if (all.length === 0) {
    throw new CfalignError(
      "input",
      `"${folder}": expected images, found none that can be used among ${listing.rows.length} files (PNG, JPEG, WebP, GIF and TIFF can be)`,
      { where: folder },
    );
  }
  requireFinite(
    autoencoder,
    "encoder",
    all.map(({ latent }) => latent),
  );
  const pictures = all.filter(({ latent }) => latent.every(Number.isFinite));
  const calls = chunked(pictures);
  const inputs = calls.map((some) => filled(some.map(({ pixels }) => pixels)));
  const latents = calls.map((some) =>
    filled(some.map(({ latent }) => ({ data: latent, dims: [1, ...autoencoder.latentDims] }))),
  );
  const encoding = await timed(inputs, (images) => autoencoder.encode(images), now);
  const decoding = await timed(latents, (codes) => autoencoder.decode(codes), now);
  requireFinite(
    autoencoder,
    "decoder",
    decoding.results.flatMap((images) => Array.from({ length: width }, (_, i) => row(images, i).data)),
  );
  const { device } = workspace.placements;
  const [pixels, codes] = [inputs[0] as Tensor, latents[0] as Tensor];
  requireSame(autoencoder, "encoder", [encoding.results[0], await autoencoder.encode(pixels)], device);
  requireSame(autoencoder, "decoder", [decoding.results[0], await autoencoder.decode(codes)], device);
  const shown = {
    device,
    inputs,
    latents,
    reconstructions: decoding.results,
    count: pictures.length,
    autoencoder,
    now,
  };
  const models = await modelFacts(workspace, shown, signal);
  const { manifest } = await autoencoderOf(workspace.path);
  const { latentDims } = autoencoder;
  const facts: PreflightFacts = {
    workspace: workspace.path,
    images: {
      folder,
      files: listing.rows.length,
      looked: looked.rows.length,
      unusable: looked.rows.length - pictures.length,
      stretched: pictures.filter(({ row }) => isStretched(row, autoencoder.image)).length,
    },
    autoencoder: {
      name: autoencoder.name,
      latentDims: [...latentDims],
      spatial: latentDims.length === 3 && sizeOf(latentDims.slice(1)) > 1,
      flattened: manifest.flattened !== undefined,
      pixels: manifest.pixels === true,
      encodeSeconds: encoding.seconds,
      decodeSeconds: decoding.seconds,
    },
    models,
    reach: models.every(({ forwardProblem }) => forwardProblem === null)
      ? await reachOf(listing, { workspace, signal })
      : [],
  };
  return { ...facts, ...judge(facts) };
}

/** What a classifier is shown. */
interface Shown {
  readonly inputs: readonly Tensor[];
  readonly latents: readonly Tensor[];
  readonly reconstructions: readonly Tensor[];
  /** Pictures, without those that only fill calls. */
  readonly count: number;
  readonly autoencoder: Autoencoder;
  readonly device: Device;
  readonly now: () => number;
  readonly isJudge: boolean;
}

/** Facts of every classifier model, then of every judge. */
async function modelFacts(
  workspace: Workspace,
  shown: Omit<Shown, "isJudge">,
  signal: AbortSignal,
): Promise<ModelFacts[]> {
  const facts: ModelFacts[] = [];
  for (const model of workspace.models) {
    if (signal.aborted) throw new CfalignError("interrupted", "interrupted between two classifiers");
    facts.push(await factsOf(model, targetsOf(model, workspace.classifiers()), { ...shown, isJudge: false }));
  }
  for (const model of workspace.judgeModels) {
    facts.push(await factsOf(model, targetsOf(model, workspace.judges), { ...shown, isJudge: true }));
  }
  return facts;
}

async function factsOf(model: ClassifierModel, targets: readonly Classifier[], shown: Shown): Promise<ModelFacts> {
  const { inputs, reconstructions, count, device, now, isJudge } = shown;
  const named = {
    name: model.name,
    role: isJudge ? "judge" : model.probeOf === undefined ? "classifier" : "probe",
    activation: model.activation,
  } as const;
  const forward = await tried(async () => {
    const before = await timed(inputs, (images) => model.logits(images), now);
    const after = await timed(reconstructions, (images) => model.logits(images), now);
    const again = await model.logits(inputs[0] as Tensor);
    return {
      repeats: isSameAnswer(before.results[0] as Tensor, again, device),
      seconds: before.seconds,
      targets: targets.map((target) => targetFacts(target, outputsIn(before, count), outputsIn(after, count))),
    };
  });
  if ("problem" in forward) {
    return {
      ...named,
      forwardProblem: forward.problem,
      gradientProblem: null,
      repeats: null,
      forwardSeconds: null,
      gradientSeconds: null,
      targets: [],
    };
  }
  const gradient = isJudge ? undefined : await tried(() => gradientSeconds(model, shown));
  const failed = gradient !== undefined && "problem" in gradient;
  return {
    ...named,
    forwardProblem: null,
    gradientProblem: failed ? gradient.problem : null,
    repeats: forward.result.repeats,
    forwardSeconds: forward.result.seconds,
    gradientSeconds: gradient === undefined || failed ? null : gradient.result,
    targets: forward.result.targets,
  };
}

/** Seconds of a call from which on it is not asked again. */
const longCall = 1;

/** Seconds of one gradient. Errors: CfalignError where there is none, or no number. */
async function gradientSeconds(model: ClassifierModel, { latents, autoencoder, now }: Shown): Promise<number> {
  const cotangents = {
    data: new Float32Array(width * model.targets.length).fill(1),
    dims: [width, model.targets.length],
  };
  const call = () => timed([latents[0] as Tensor], (codes) => autoencoder.gradients(model, codes, cotangents), now);
  const { results, seconds } = await call();
  for (const { gradients } of results) {
    if (!Array.from({ length: width }, (_, i) => row(gradients, i).data).some((own) => own.every(Number.isFinite))) {
      throw new CfalignError("runtime", "its gradient is not a finite number", { where: model.name });
    }
  }
  // The first call also compiles, which is a small part of a long one.
  return seconds * width > longCall ? seconds : (await call()).seconds;
}

function targetFacts(
  target: Classifier,
  before: readonly Outputs[],
  after: readonly Outputs[],
): ModelFacts["targets"][number] {
  const known = before
    .map((outputs, i) => [outputs, after[i] as Outputs] as const)
    .filter((both) => both.every((outputs) => hasPrediction(target, outputs)));
  // Where none is a number, reading the first says so.
  const pairs = (known.length > 0 ? known : [[before[0] as Outputs, after[0] as Outputs] as const]).map(
    ([outputs, reconstruction]) => {
      return {
        input: read(target, outputs).prediction,
        reconstruction: read(target, reconstruction).prediction,
        before: isPositive(target, outputs),
        after: isPositive(target, reconstruction),
      };
    },
  );
  const { agreement, kept, blind } = reconstructionLoss(pairs);
  return {
    name: target.name,
    positives: pairs.filter(({ before: positive }) => positive).length,
    meanPrediction: mean(pairs.map(({ input }) => input)),
    agreement: agreement ?? null,
    kept: kept ?? null,
    notFinite: before.length - known.length,
    blind,
  };
}

function targetsOf(model: ClassifierModel, all: readonly Classifier[]): readonly Classifier[] {
  return all.filter(({ terms }) => terms[0]?.model === model);
}

function outputsIn({ results }: Timed<Tensor>, count: number): readonly Outputs[] {
  return Array.from({ length: count }, (_, i) => {
    const tensor = results[Math.floor(i / width)] as Tensor;
    const size = sizeOf(tensor.dims.slice(1));
    const row = i % width;
    return () => tensor.data.subarray(row * size, (row + 1) * size);
  });
}

/** Calls one after the other; the first one, which also compiles, counts only where it is the only one. */
async function timed<T>(
  calls: readonly Tensor[],
  call: (tensor: Tensor) => Promise<T>,
  now: () => number,
): Promise<Timed<T>> {
  const results: T[] = [];
  const took: number[] = [];
  for (const tensor of calls) {
    const started = now();
    results.push(await call(tensor));
    took.push((now() - started) / 1000 / width);
  }
  return { results, seconds: mean(took.length > 1 ? took.slice(1) : took) };
}

/** The result, or what a user's model did wrong. */
async function tried<T>(work: () => Promise<T>): Promise<{ readonly result: T } | { readonly problem: string }> {
  try {
    return { result: await work() };
  } catch (error) {
    throwIfBug(error);
    if (error instanceof CfalignError && (error.code === "interrupted" || error.code === "internal")) throw error;
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function chunked(pictures: readonly EncodedImage[]): readonly (readonly EncodedImage[])[] {
  return Array.from({ length: Math.ceil(pictures.length / width) }, (_, i) =>
    pictures.slice(i * width, (i + 1) * width),
  );
}

/** Shapes that differ by less are one. */
const sameShape = 0.05;

function isStretched(row: EncodedImage["row"], { width: across, height, framing }: Autoencoder["image"]): boolean {
  if ((framing?.fit ?? "stretch") !== "stretch" || row.width === null || row.height === null) return false;
  return Math.abs(Math.log(row.width / row.height / (across / height))) > sameShape;
}

function requireSame(
  { name }: Autoencoder,
  part: string,
  answers: readonly (Tensor | undefined)[],
  device: Device,
): void {
  const [first, again] = answers as [Tensor, Tensor];
  if (isSameAnswer(first, again, device)) return;
  throw new CfalignError("input", `${name}: its ${part} ${unsteady}`, { where: name });
}

/** Refuses a part of the autoencoder that gives no picture finite numbers. values: by picture. */
function requireFinite({ name }: Autoencoder, part: string, values: readonly Float32Array[]): void {
  const bad = values.flatMap((all) => all.find((value) => !Number.isFinite(value)) ?? []);
  if (bad.length < values.length) return;
  throw new CfalignError(
    "input",
    `${name}: its ${part} gives ${bad[0]}, expected finite numbers: check range and the files it was exported to`,
    { where: name },
  );
}
