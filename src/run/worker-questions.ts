import { platform } from "#platform";
import { type AlignBatchResult, alignEncoded, shownImagesTo } from "../alignment/align-batch.ts";
import { type BatchImage, type EncodedBatchImage, encodeBatch } from "../alignment/encoded-batch.ts";
import type { SaliencyRow } from "../alignment/rows.ts";
import { CfalignError } from "../base/errors.ts";
import { sizeOf, stack, type Tensor } from "../base/tensor.ts";
import { cotangentOf } from "../counterfactual/direction.ts";
import type { CompileOptions } from "../engine/compile.ts";
import type { LoadedImage } from "../images/image-source.ts";
import { hereAlone } from "../interventions/predictions-on.ts";
import { modelsOf, outputsOf } from "../models/prediction.ts";
import type { Classifier, ClassifierModel } from "../models/types.ts";
import { width } from "../models/whole-calls.ts";
import { openWorkspace, type Workspace } from "../models/workspace.ts";
import type { Commit } from "../results/commit.ts";
import type { RunFile } from "../results/run-file.ts";
import {
  type ExecutorContext,
  type GramRequest,
  localExecutor,
  pictureWriter,
  sharedRequest,
} from "./chunk-executor.ts";
import { membersOf, type Roles } from "./roles.ts";

/** What the work of a run is done with, as a worker is told. */
export interface Opening {
  readonly ask: "open";
  /** Path of the workspace. */
  readonly workspace: string;
  readonly compile: CompileOptions;
  readonly file: RunFile;
  /** Folder of the run. */
  readonly out: string;
}

/** Encodes images and shows them to classifiers. */
export interface Encoding {
  readonly ask: "encode";
  readonly images: readonly BatchImage[];
}

/** The images that bases are aligned on until others come. */
export interface Caching {
  readonly ask: "cache";
  readonly images: readonly SentImage[];
}

/** Counterfactuals of some bases on the images that are cached. */
export interface Aligning {
  readonly ask: "align";
  readonly bases: readonly string[];
  readonly limits: ReadonlyMap<string, number>;
  readonly keep: ReadonlyMap<string, number>;
  readonly thumbnails: ReadonlySet<string>;
  /** By base the images that it is not aligned on. */
  readonly skipped: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What members of the run say of a call of pictures. */
export interface Predicting {
  readonly ask: "predict";
  readonly pictures: readonly Tensor[];
  /** Their names. */
  readonly classifiers: readonly string[];
}

export interface Multiplying {
  readonly ask: "grams";
  readonly requests: readonly GramRequest[];
}

export interface Mapping {
  readonly ask: "saliency";
  readonly images: readonly LoadedImage[];
}

export type Question = Opening | Encoding | Caching | Aligning | Predicting | Multiplying | Mapping;

/** Bytes of a process that has worked on a call of every model. */
export interface Opened {
  readonly bytes: number;
}

export type Aligned = Pick<AlignBatchResult, "counterfactuals" | "changes" | "thumbnails" | "notFinite"> & {
  readonly pictures: Commit["pictures"];
};

/** An encoded image on its way between processes: outputs by the names of classifier files. */
export interface SentImage extends Omit<EncodedBatchImage, "onInput" | "onReconstruction"> {
  readonly onInput: Readonly<Record<string, ArrayLike<number>>>;
  readonly onReconstruction: Readonly<Record<string, ArrayLike<number>>>;
}

export function sentImage(image: EncodedBatchImage, models: readonly ClassifierModel[]): SentImage {
  const sent = (outputs: EncodedBatchImage["onInput"]) =>
    Object.fromEntries(models.map((model) => [model.name, outputs(model)]));
  return { ...image, onInput: sent(image.onInput), onReconstruction: sent(image.onReconstruction) };
}

export function receivedImage({ onInput, onReconstruction, ...image }: SentImage): EncodedBatchImage {
  const received =
    (outputs: SentImage["onInput"]): EncodedBatchImage["onInput"] =>
    ({ name }) =>
      outputs[name] as ArrayLike<number>;
  return { ...image, onInput: received(onInput), onReconstruction: received(onReconstruction) };
}

/** Told how many steps of all are done, and of counterfactuals how many are finished. */
export type WorkerProgress = readonly [done: number, total: number, counterfactuals?: number];

/** What a worker does: what it was told is kept for what it is asked later. */
export function workerAnswers(): (question: Question, tell: (steps: WorkerProgress) => void) => Promise<unknown> {
  let context: ExecutorContext | undefined;
  let cached: readonly EncodedBatchImage[] = [];
  const opened = (): ExecutorContext => {
    if (context === undefined) throw new CfalignError("internal", "a worker was asked before it was told of a run");
    return context;
  };
  return async (
    question,
    tell,
  ): Promise<
    Opened | readonly SentImage[] | Aligned | readonly Float64Array[] | readonly SaliencyRow[] | number[][] | undefined
  > => {
    switch (question.ask) {
      case "open":
        context = await openedFor(question);
        await warmUp(context);
        return { bytes: platform.machine().usedBytes };
      case "encode": {
        const { autoencoder, roles } = opened();
        const models = modelsOf(shownImagesTo(roles));
        const images = await encodeBatch(question.images, autoencoder, models);
        return images.map((image) => sentImage(image, models));
      }
      case "cache":
        cached = question.images.map(receivedImage);
        return undefined;
      case "align": {
        const { out } = opened();
        const { limits, keep, thumbnails: small, skipped } = question;
        const shared = sharedRequest(opened());
        const pictures = pictureWriter(out);
        const work = alignEncoded(cached, {
          ...shared,
          kept: pictures.write,
          bases: shared.bases.filter(({ classifier }) => question.bases.includes(classifier.name)),
          limits,
          keep,
          thumbnails: small,
          skip: (base, image) => skipped.get(base)?.has(image) === true,
          progress: (...steps) => tell(steps),
        });
        const { counterfactuals, changes, thumbnails, notFinite } = await pictures.during(work);
        return { counterfactuals, changes, thumbnails, notFinite, pictures: await pictures.written() };
      }
      case "predict": {
        const members = new Map(membersOf(opened().roles).map((member) => [member.name, member]));
        const asked = question.classifiers.map((name) => members.get(name) as Classifier);
        return hereAlone.predict(question.pictures, asked);
      }
      case "grams":
        return localExecutor(opened()).grams(question.requests, (...steps) => tell(steps));
      case "saliency":
        return localExecutor(opened()).saliency(question.images, (...steps) => tell(steps));
    }
  };
}

async function openedFor({ workspace: path, compile, file, out }: Opening): Promise<ExecutorContext> {
  const workspace = await openWorkspace(path, compile);
  return {
    out,
    autoencoder: workspace.autoencoder,
    roles: rolesFrom(file, workspace),
    file,
    // A worker is ended by who asks it.
    signal: new AbortController().signal,
  };
}

/** The classifiers of a run by the names that it was written down with. */
function rolesFrom(file: RunFile, workspace: Workspace): Roles {
  const all = (names: readonly string[]): readonly Classifier[] => names.map((name) => workspace.classifier(name));
  const bases = file.bases.map((name) => {
    const positive = file.positives[name];
    const classifier = workspace.classifier(name);
    return { classifier, positive: positive === undefined ? classifier : workspace.classifier(positive) };
  });
  const [downstream, judges] = [all(file.downstream), all(file.judges)];
  const conceptSets = new Map(Object.entries(file.conceptSets ?? {}).map(([base, names]) => [base, all(names)]));
  const classifiers = [...bases.map(({ classifier }) => classifier), ...downstream, ...judges];
  return { bases, downstream, judges, conceptSets, models: modelsOf(classifiers) };
}

/** Runs every model once with a whole call, as work will, so that it is known what memory that takes. */
async function warmUp({ autoencoder, roles }: ExecutorContext): Promise<void> {
  const dims = [width, ...autoencoder.latentDims];
  const latents: Tensor = { data: new Float32Array(sizeOf(dims)), dims };
  const images = await autoencoder.decode(latents);
  await outputsOf(roles.models, images);
  const [term] = roles.bases[0]?.classifier.terms ?? [];
  if (term === undefined) return;
  const cotangent = cotangentOf(term, new Float32Array(term.model.targets.length));
  await autoencoder.gradients(term.model, latents, stack(new Array<Tensor>(width).fill(cotangent)));
}
