import { gramMatrix, latentGradients } from "../alignment/latent-gradients.ts";
import type { CounterfactualRow, ProductRow } from "../alignment/rows.ts";
import type { LoadedImage } from "../images/image-source.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { filled } from "../models/whole-calls.ts";
import { productClassifiers, productRows } from "../results/products.ts";
import type { RunFile } from "../results/run-file.ts";
import { row } from "../tensor.ts";
import type { Cast } from "./cast.ts";

interface ProductContext {
  readonly autoencoder: Autoencoder;
  readonly cast: Cast;
  readonly file: RunFile;
  readonly signal: AbortSignal;
  /** Told as gradients are finished: how many of all. */
  readonly progress: (done: number, total: number) => void;
}

/**
 * Inner products of latent gradients on the images of a chunk that are among the first of a base. An image whose rows are there
 * already is not computed again; one that more bases ask for now is.
 * rows: counterfactuals of the chunk in order, and products of an earlier generation of it. room: by base.
 */
export async function chunkProducts(
  images: readonly LoadedImage[],
  rows: { readonly counterfactuals: readonly CounterfactualRow[]; readonly products: readonly ProductRow[] },
  room: ReadonlyMap<string, { readonly products: number }>,
  { autoencoder, cast, file, signal, progress }: ProductContext,
): Promise<readonly ProductRow[]> {
  const { decompose, seed } = file.options;
  if (decompose === undefined) return [];
  const wanting = new Map<string, string[]>();
  for (const [base, { products }] of room) {
    for (const { image } of rows.counterfactuals.filter((row) => row.base === base).slice(0, products)) {
      wanting.set(image, [...(wanting.get(image) ?? []), base]);
    }
  }
  const jobs = images.flatMap(({ row: { image, sha256 }, pixels }) => {
    const bases = wanting.get(image);
    if (bases === undefined || pixels === undefined) return [];
    const names = productClassifiers(bases, file.conceptSets ?? {});
    const old = rows.products.filter((row) => row.image === image);
    const same = JSON.stringify(old.map(({ classifier }) => classifier)) === JSON.stringify(names);
    const kept = same ? old : undefined;
    return [{ image, key: sha256 ?? image, names, pixels, kept }];
  });
  const open = jobs.filter(({ kept }) => kept === undefined);
  if (open.length === 0) return jobs.flatMap(({ kept }) => kept ?? []);
  const latents = await autoencoder.encode(filled(open.map(({ pixels }) => pixels)));
  const byName = classifiersOf(cast);
  const requests = open.map(({ key, names }, index) => ({
    latent: row(latents, index),
    key,
    classifiers: names.map((name) => byName.get(name) as Classifier),
  }));
  const gradients = await latentGradients(requests, {
    autoencoder,
    ...decompose,
    seed,
    ...(file.latentScale === null ? {} : { latentScale: file.latentScale }),
    signal,
    progress,
  });
  return jobs.flatMap((job) => {
    if (job.kept !== undefined) return job.kept;
    return productRows(job.image, job.names, gramMatrix(gradients[open.indexOf(job)] ?? []));
  });
}

function classifiersOf({ bases, conceptSets }: Cast): ReadonlyMap<string, Classifier> {
  const all = [...bases.map(({ classifier }) => classifier), ...[...conceptSets.values()].flat()];
  return new Map(all.map((classifier) => [classifier.name, classifier]));
}
