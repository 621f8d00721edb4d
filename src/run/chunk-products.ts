import type { CounterfactualRow, ProductRow } from "../alignment/rows.ts";
import { productClassifiers, productRows } from "../results/products.ts";
import type { RunFile } from "../results/run-file.ts";
import type { ChunkExecutor, OnProgress } from "./chunk-executor.ts";
import type { EncodedImage } from "./run-images.ts";
import type { Remaining } from "./work-plan.ts";

interface ProductContext {
  readonly file: RunFile;
  readonly executor: Pick<ChunkExecutor, "grams">;
  /** Told as gradients are finished: how many of all. */
  readonly progress: OnProgress;
}

/**
 * Inner products of latent gradients on the images of a chunk that are among the first of a base. An image whose rows are there
 * already is not computed again; one that more bases ask for now is. An image on which a gradient is not finite has none.
 * request: counterfactuals of the chunk in order, products of an earlier generation of it, and what remains of every base before it.
 */
export async function chunkProducts(
  images: readonly EncodedImage[],
  request: {
    readonly counterfactuals: readonly CounterfactualRow[];
    readonly products: readonly ProductRow[];
    readonly remaining: ReadonlyMap<string, Pick<Remaining, "products">>;
  },
  { file, executor, progress }: ProductContext,
): Promise<readonly ProductRow[]> {
  if (file.options.decompose === undefined) return [];
  const wanting = new Map<string, string[]>();
  for (const [base, { products }] of request.remaining) {
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
  const grams = await executor.grams(
    open.map(({ latent, key, names }) => ({ latent, key, names })),
    progress,
  );
  return jobs.flatMap((job) => {
    if (job.kept !== undefined) return job.kept;
    const gram = grams[open.indexOf(job)] as Float64Array;
    return gram.every(Number.isFinite) ? productRows(job.image, job.names, gram) : [];
  });
}
