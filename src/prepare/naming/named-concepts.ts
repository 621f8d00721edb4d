import { platform } from "#platform";
import { CfalignError, throwIfInterrupted } from "../../base/errors.ts";
import { sizeOf } from "../../base/tensor.ts";
import { loadImages } from "../../images/image-source.ts";
import { heldOutShare, labelOrder } from "../../images/label-table.ts";
import { type Listing, listImages } from "../../images/list-images.ts";
import type { Workspace } from "../../models/workspace.ts";
import type { LogisticFit } from "../../statistics/logistic.ts";
import { keepConcepts } from "../concepts/concept-model.ts";
import type { Concepts, ConceptsOptions } from "../concepts/concepts.ts";
import { latentSource, mostFeatures } from "../concepts/features.ts";
import { freeName } from "../concepts/free-name.ts";
import { encodedImages } from "../encoded-images.ts";
import { type Clip, openClip } from "./clip.ts";
import { type NameReading, readName } from "./name-reading.ts";
import { type Directions, directionsOf, scoresOf, spreadPValue } from "./named-scores.ts";
import { readWords } from "./words.ts";

/** How classifiers are made from words. */
export interface NamedConceptsOptions extends Omit<ConceptsOptions, "features" | "columns" | "progress"> {
  /** File with a feature a line (`readWords`). */
  readonly text: string;
  /** Folder of a CLIP or SigLIP (`openClip`). */
  readonly clip: string;
  /** Name of the new model, "named". */
  readonly name?: string;
  /** Told as pictures are encoded. */
  progress?(done: number, total: number): void;
}

/** What was written. */
export interface NamedConcepts extends Omit<Concepts, "readings"> {
  readonly readings: readonly NameReading[];
}

/**
 * Classifiers from words in place of labels: a CLIP or SigLIP scores every picture, and for every word a logistic regression on the workspace's latent learns these scores. Words that
 * spread pictures no further than control words do, and those that cannot be read, are refused by name. What is named is not checked: an audit says so and calls
 * nothing clear of it, until the folder's table has labels of forty pictures by the same name, with which the scores agree.
 * folder: the pictures, or a table beside them. Errors: CfalignError("input") for a list, a model or a folder that does not hold, and for a latent of more than 1024 numbers.
 */
export async function namedConcepts(folder: string, options: NamedConceptsOptions): Promise<NamedConcepts> {
  const { workspace, images: most = 3000, seed = 1, enter = true, minAuroc = 0.75 } = options;
  const { files } = platform;
  const signal = options.signal ?? new AbortController().signal;
  const size = sizeOf(workspace.autoencoder.latentDims);
  if (size > mostFeatures) {
    throw new CfalignError(
      "input",
      `${workspace.path}: autoencoder: expected a flat latent of at most ${mostFeatures} numbers, got ${size}: run cfalign flatten first`,
      { where: workspace.path },
    );
  }
  const words = readWords(new TextDecoder().decode(await files.read(options.text)), options.text);
  const name = await freeName(workspace, { name: options.name, out: options.out, usual: "named" });
  await using clip = await openClip(options.clip);
  const directions = await directionsOf(words, clip);
  const pictures = (await files.isDirectory(folder)) ? folder : files.dirname(folder);
  const listing = await listImages(pictures, labelOrder(seed), undefined, signal);
  const seen = await lookedAt(listing, { workspace, clip, most, signal, progress: options.progress });
  const heldOut = Math.floor(heldOutShare * seen.vectors.length);
  const fitted: { readonly target: string; readonly fit: LogisticFit }[] = [];
  const readings = words.map(({ name: word }, at) => {
    throwIfInterrupted(signal);
    const { reading, fit } = readOne({ word, at, directions, seen }, { size, heldOut, minAuroc });
    if (fit !== undefined) fitted.push({ target: word, fit });
    return reading;
  });
  return {
    ...(await keepConcepts(workspace, () => latentSource(workspace), {
      ...{ name, out: options.out, concepts: fitted, enter },
      unchecked: readings.flatMap(({ word, checked, refused }) => (refused === null && !checked ? [word] : [])),
    })),
    ...{ images: seen.vectors.length - heldOut, heldOut, minAuroc, readings, notes: listing.notes },
  };
}

/** Pictures as both models see them, and what the table says. */
interface Seen {
  /** [pictures, size] */
  readonly features: Float64Array;
  readonly vectors: readonly Float64Array[];
  readonly labels: readonly Readonly<Record<string, number>>[];
}

interface Looking {
  readonly workspace: Workspace;
  readonly clip: Clip;
  readonly most: number;
  readonly signal: AbortSignal;
  readonly progress: NamedConceptsOptions["progress"];
}

async function lookedAt(listing: Listing, { workspace, clip, most, signal, progress }: Looking): Promise<Seen> {
  const { autoencoder } = workspace;
  const codes: Float32Array[] = [];
  const vectors: Float64Array[] = [];
  const labels: Readonly<Record<string, number>>[] = [];
  for await (const images of encodedImages(listing, { autoencoder, signal }, { most, progress })) {
    // At the size that the vision tower takes: the autoencoder's may be smaller.
    const rows = images.map(({ row }) => row);
    const shown = await loadImages(listing, rows, { autoencoder: { image: clip.frame }, signal });
    vectors.push(...(await clip.embedImages(shown.flatMap(({ pixels }) => pixels ?? []))));
    codes.push(...images.map(({ latent }) => latent));
    labels.push(...rows.map((row) => row.labels));
  }
  const size = codes[0]?.length ?? 0;
  const features = new Float64Array(codes.length * size);
  for (const [i, code] of codes.entries()) features.set(code, i * size);
  return { features, vectors, labels };
}

function readOne(
  {
    word,
    at,
    directions,
    seen,
  }: { readonly word: string; readonly at: number; readonly directions: Directions; readonly seen: Seen },
  known: { readonly size: number; readonly heldOut: number; readonly minAuroc: number },
): ReturnType<typeof readName> {
  const direction = directions.words[at] as Float64Array;
  const { vectors, features, labels } = seen;
  return readName({
    ...{ word, features, ...known },
    scores: scoresOf(direction, vectors),
    pValue: spreadPValue(direction, { controls: directions.controls, pictures: vectors }),
    judged: labels.map((own) => own[word]),
  });
}
