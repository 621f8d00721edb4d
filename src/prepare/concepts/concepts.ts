import { platform } from "#platform";
import { CfalignError, throwIfInterrupted } from "../../errors.ts";
import { listImages } from "../../images/list-images.ts";
import { isMetadata } from "../../images/metadata.ts";
import { enterManifest } from "../../models/edit-workspace.ts";
import type { Workspace } from "../../models/workspace.ts";
import type { LabelledRows } from "../../statistics/logistic.ts";
import { sizeOf } from "../../tensor.ts";
import { encodedImages } from "../encoded-images.ts";
import { writeConcepts } from "./concept-model.ts";
import { latentSource, mostFeatures, openFeatures } from "./features.ts";
import { countsOf, enough, type FittedConcept, fitConcept } from "./fit-concept.ts";

/** How classifiers are made from labels. */
export interface ConceptsOptions {
  readonly workspace: Workspace;
  /** AUROC on held-out pictures that the interval has to lie above, 0.75. */
  readonly minAuroc?: number;
  /** An inner value of any model, `model:value`, in the place of the workspace's latent. */
  readonly features?: string;
  /** Label columns; all by default. */
  readonly columns?: readonly string[];
  /** Pictures that are used at most, 3000. */
  readonly images?: number;
  /** Seed of the order of the pictures, 1. */
  readonly seed?: number;
  /** Name of the new model, "concepts". */
  readonly name?: string;
  /** Folder for it; `models/<name>` beside the workspace file by default. */
  readonly out?: string;
  /** Enter it into the workspace file, true. */
  readonly enter?: boolean;
  readonly signal?: AbortSignal;
  /** Told as pictures are encoded. */
  progress?(done: number, total: number): void;
}

/** One column of labels, and whether it can be read. */
export interface ConceptReading {
  readonly label: string;
  readonly ones: number;
  readonly zeros: number;
  /** On held-out pictures; null where there were too few to try. */
  readonly auroc: { readonly value: number; readonly ci: readonly [number, number] } | null;
  /** Why it is not among the targets; null where it is. */
  readonly refused: "too-few" | "not-readable" | "not-0-or-1" | null;
}

/** What was written. */
export interface Concepts {
  /** Manifest of the classifier; null where no column can be read. */
  readonly manifest: string | null;
  /** Workspace file that now names it; null where it was not entered. */
  readonly workspace: string | null;
  readonly images: number;
  readonly heldOut: number;
  readonly minAuroc: number;
  readonly readings: readonly ConceptReading[];
  readonly notes: readonly string[];
}

/** An image as its code and labels. */
interface Coded {
  readonly code: Float32Array;
  readonly labels: Readonly<Record<string, number>>;
}

const heldOutShare = 0.25;

/**
 * Classifiers from a table of labels: for every column of 0 and 1 a logistic regression on the workspace's latent, or on an inner value of
 * a model; all that can be read on held-out pictures become targets of one ONNX classifier. It reads what counterfactuals move, or what
 * a classifier sees, and so is no independent witness: it can be downstream and a concept, never a judge.
 * table: a metadata.csv or .jsonl in the folder of its pictures. Errors: CfalignError("input") for a table of another kind or
 * without labels, for too few pictures, and for a latent of more than 1024 numbers; ("usage") for an unknown column.
 */
export async function concepts(table: string, options: ConceptsOptions): Promise<Concepts> {
  const { workspace, minAuroc = 0.75, images: most = 3000, seed = 1, name = "concepts", enter = true } = options;
  const { files } = platform;
  const { autoencoder } = workspace;
  const signal = options.signal ?? new AbortController().signal;
  const flat = sizeOf(autoencoder.latentDims);
  if (!(await files.exists(table)) || !isMetadata(`/${files.basename(table)}`)) {
    throw new CfalignError(
      "input",
      `"${table}": expected metadata.csv or metadata.jsonl beside its pictures: cfalign labels writes one from other tables`,
      { where: table },
    );
  }
  if (options.features === undefined && flat > mostFeatures) {
    throw new CfalignError(
      "input",
      `${workspace.path}: autoencoder: expected a flat latent of at most ${mostFeatures} numbers, got ${flat}: run cfalign flatten first`,
      { where: workspace.path },
    );
  }
  const listing = await listImages(files.dirname(table), seed, undefined, signal);
  const labels = columnsOf(listing.labels, options.columns, table);
  const features = options.features === undefined ? undefined : await openFeatures(workspace, options.features);
  const size = features?.size ?? flat;
  const codes: Coded[] = [];
  try {
    // A code is the latent, or what `features` reads.
    for await (const images of encodedImages(listing, { autoencoder, signal }, { most, progress: options.progress })) {
      const rows = await features?.read(images.map(({ pixels }) => pixels));
      codes.push(...images.map(({ latent, row }, i) => ({ code: rows?.[i] ?? latent, labels: row.labels })));
    }
  } finally {
    await features?.dispose();
  }
  const heldOut = Math.floor(heldOutShare * codes.length);
  const fitted: { readonly target: string; readonly fit: FittedConcept["fit"] }[] = [];
  const readings = labels.map((label): ConceptReading => {
    throwIfInterrupted(signal);
    const values = codes.map((image) => image.labels[label]);
    const counts = countsOf(values.filter((value): value is 0 | 1 => value === 0 || value === 1));
    const none = { label, ...counts, auroc: null };
    if (values.some((value) => value !== undefined && value !== 0 && value !== 1))
      return { ...none, refused: "not-0-or-1" };
    const [judged, learned] = [codes.slice(0, heldOut), codes.slice(heldOut)].map((part) =>
      labelled(part, label, size),
    ) as [LabelledRows, LabelledRows];
    if (!enough(learned.labels, judged.labels)) return { ...none, refused: "too-few" };
    const { fit, auroc } = fitConcept(learned, judged);
    if (auroc.ci[0] < minAuroc) return { ...none, auroc, refused: "not-readable" };
    fitted.push({ target: label, fit });
    return { ...none, auroc, refused: null };
  });
  const manifest =
    fitted.length === 0
      ? null
      : await writeConcepts(features?.source ?? (await latentSource(workspace)), {
          out: options.out ?? files.join(files.dirname(workspace.path), "models", name),
          name,
          concepts: fitted,
        });
  const entered = manifest !== null && enter;
  if (entered) await enterManifest(workspace.path, manifest, "classifiers");
  return {
    manifest,
    workspace: entered ? workspace.path : null,
    images: codes.length - heldOut,
    heldOut,
    minAuroc,
    readings,
    notes: listing.notes,
  };
}

function columnsOf(known: readonly string[], wanted: readonly string[] | undefined, table: string): readonly string[] {
  if (known.length === 0) {
    throw new CfalignError("input", `${table}: expected a column of 0 and 1, found none`, { where: table });
  }
  const missing = wanted?.find((column) => !known.includes(column));
  if (missing !== undefined) {
    throw new CfalignError("usage", `columns: expected some of ${known.join(", ")}, got "${missing}"`, {
      where: "columns",
    });
  }
  return wanted ?? known;
}

function labelled(images: readonly Coded[], label: string, size: number): LabelledRows {
  const own = images.filter((image) => image.labels[label] !== undefined);
  const features = new Float64Array(own.length * size);
  own.forEach(({ code }, i) => {
    features.set(code, i * size);
  });
  return { features, size, labels: own.map((image) => (image.labels[label] === 1 ? 1 : 0)) };
}
