import { z } from "zod";
import { CfalignError, throwIfInterrupted } from "../../base/errors.ts";
import { sizeOf } from "../../base/tensor.ts";
import { heldOutShare, listLabelled, requireTable } from "../../images/label-table.ts";
import type { Workspace } from "../../models/workspace.ts";
import { type LabelReading, labelReading, readingAfter, readingBefore } from "../../statistics/label-reading.ts";
import type { LabelledRows } from "../../statistics/logistic.ts";
import { encodedImages } from "../encoded-images.ts";
import { keepConcepts } from "./concept-model.ts";
import { latentSource, mostFeatures, openFeatures } from "./features.ts";
import { type FittedConcept, fitConcept } from "./fit-concept.ts";
import { freeName } from "./free-name.ts";

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

/** What was written, as it is printed. */
export const conceptsMade = z.strictObject({
  /** Manifest of the classifier; null where no column can be read. */
  manifest: z.string().nullable(),
  /** Workspace file that now names it; null where it was not entered. */
  workspace: z.string().nullable(),
  images: z.number().int(),
  heldOut: z.number().int(),
  minAuroc: z.number(),
  readings: z.array(labelReading).readonly(),
  notes: z.array(z.string()).readonly(),
});
/** What was written. */
export type Concepts = Readonly<z.infer<typeof conceptsMade>>;

/** An image as its code and labels. */
interface Coded {
  readonly code: Float32Array;
  readonly labels: Readonly<Record<string, number>>;
}

/**
 * Classifiers from a table of labels: for every column of 0 and 1 a logistic regression on the workspace's latent, or on an inner value of
 * a model; all that can be read on held-out pictures become targets of one ONNX classifier. It reads what counterfactuals move, or what
 * a classifier sees, and so is no independent witness: it can be downstream and a concept, never a judge.
 * table: a metadata.csv or .jsonl in the folder of its pictures. Errors: CfalignError("input") for a table of another kind or
 * without labels, for too few pictures, and for a latent of more than 1024 numbers; ("usage") for an unknown column.
 */
export async function concepts(table: string, options: ConceptsOptions): Promise<Concepts> {
  const { workspace, minAuroc = 0.75, images: most = 3000, seed = 1, enter = true } = options;
  const name = await freeName(workspace, { name: options.name, out: options.out, usual: "concepts" });
  const { autoencoder } = workspace;
  const signal = options.signal ?? new AbortController().signal;
  const flat = sizeOf(autoencoder.latentDims);
  await requireTable(table);
  if (options.features === undefined && flat > mostFeatures) {
    throw new CfalignError(
      "input",
      `${workspace.path}: autoencoder: expected a flat latent of at most ${mostFeatures} numbers, got ${flat}: run cfalign flatten first`,
      { where: workspace.path },
    );
  }
  const { listing, labels } = await listLabelled(table, { seed, columns: options.columns, signal });
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
  const readings = labels.map((label): LabelReading => {
    throwIfInterrupted(signal);
    const before = readingBefore(
      label,
      codes.map((image) => image.labels[label]),
      heldOut,
    );
    if (before.refused !== null) return before;
    const [judged, learned] = [codes.slice(0, heldOut), codes.slice(heldOut)].map((part) =>
      labelled(part, label, size),
    ) as [LabelledRows, LabelledRows];
    const { fit, auroc } = fitConcept(learned, judged);
    const reading = readingAfter(before, auroc, minAuroc);
    if (reading.refused === null) fitted.push({ target: label, fit });
    return reading;
  });
  const source = async () => features?.source ?? (await latentSource(workspace));
  return {
    ...(await keepConcepts(workspace, source, { out: options.out, name, concepts: fitted, enter })),
    images: codes.length - heldOut,
    heldOut,
    minAuroc,
    readings,
    notes: listing.notes,
  };
}

function labelled(images: readonly Coded[], label: string, size: number): LabelledRows {
  const own = images.filter((image) => image.labels[label] !== undefined);
  const features = new Float64Array(own.length * size);
  own.forEach(({ code }, i) => {
    features.set(code, i * size);
  });
  return { features, size, labels: own.map((image) => (image.labels[label] === 1 ? 1 : 0)) };
}
