import { gramMatrix, latentGradients } from "../alignment/latent-gradients.ts";
import type { CounterfactualRow, ProductRow } from "../alignment/rows.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { productClassifiers, productRows } from "../results/products.ts";
import type { RunFile } from "../results/run-file.ts";
import type { Cast } from "./cast.ts";
import type { EncodedImage } from "./run-images.ts";
import type { Room } from "./work-plan.ts";

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
 * request: counterfactuals of the chunk in order, products of an earlier generation of it, and the room of every base before it.
 */
export async function chunkProducts(
  images: readonly EncodedImage[],
  request: {
    readonly counterfactuals: readonly CounterfactualRow[];
    readonly products: readonly ProductRow[];
    readonly room: ReadonlyMap<string, Pick<Room, "products">>;
  },
  { autoencoder, cast, file, signal, progress }: ProductContext,
): Promise<readonly ProductRow[]> {
  const { decompose, seed } = file.options;
  if (decompose === undefined) return [];
  const wanting = new Map<string, string[]>();
  for (const [base, { products }] of request.room) {
    for (const { image } of request.counterfactuals.filter((row) => row.base === base).slice(0, products)) {
      wanting.set(image, [...(wanting.get(image) ?? []), base]);
    }
  }
  const jobs = images.flatMap(({ row: { image, sha256 }, latent }) => {
    const bases = wanting.get(image);
    if (bases === undefined || latent === undefined) return [];
    const names = productClassifiers(bases, file.conceptSets ?? {});
    const old = request.products.filter((row) => row.image === image);
    const same = JSON.stringify(old.map(({ classifier }) => classifier)) === JSON.stringify(names);
    const kept = same ? old : undefined;
    return [{ image, key: sha256 ?? image, names, latent, kept }];
  });
  const open = jobs.filter(({ kept }) => kept === undefined);
  if (open.length === 0) return jobs.flatMap(({ kept }) => kept ?? []);
  const byName = classifiersOf(cast);
  const requests = open.map(({ latent, key, names }) => ({
    latent,
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
