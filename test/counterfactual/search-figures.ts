import { alignBatch } from "../../src/alignment/align-batch.ts";
import type { ChangeRow, CounterfactualRow } from "../../src/alignment/rows.ts";
import { rowsOf, stack, type Tensor } from "../../src/base/tensor.ts";
import { directions, shifted } from "../../src/counterfactual/direction.ts";
import { latentSample, latentScaleOf } from "../../src/counterfactual/latent-scale.ts";
import { tolerance } from "../../src/counterfactual/search-fast.ts";
import { defaultSearch } from "../../src/counterfactual/search-options.ts";
import type { SearchOptions, StopReason } from "../../src/counterfactual/types.ts";
import { modelsOf, outputsOf, read } from "../../src/models/prediction.ts";
import type { Autoencoder, Classifier } from "../../src/models/types.ts";
import { dataSearchOptionTable } from "../../src/options/search.ts";
import { correlation } from "../../src/statistics/correlation.ts";
import { median } from "../../src/statistics/moments.ts";

/** What is measured on: images at the autoencoder's size, and their latent scale. */
export interface Ground {
  readonly autoencoder: Autoencoder;
  readonly images: readonly Tensor[];
  readonly latentScale: number;
}

export async function groundOf(autoencoder: Autoencoder, images: readonly Tensor[]): Promise<Ground> {
  const latents = await autoencoder.encode(stack(images.slice(0, latentSample)));
  return { autoencoder, images, latentScale: latentScaleOf(rowsOf(latents)) ?? Infinity };
}

/** Counterfactuals and changes of bases on all images that they call positive. */
export async function searched(
  { autoencoder, images, latentScale }: Ground,
  bases: readonly Classifier[],
  downstream: readonly Classifier[],
  options: Partial<SearchOptions> = {},
): Promise<{ readonly counterfactuals: readonly CounterfactualRow[]; readonly changes: readonly ChangeRow[] }> {
  const counterfactuals: CounterfactualRow[] = [];
  const changes: ChangeRow[] = [];
  for (let from = 0; from < images.length; from += 64) {
    const result = await alignBatch({
      images: images.slice(from, from + 64).map((pixels, index) => ({ image: `${from + index}`, pixels })),
      autoencoder,
      bases: bases.map((classifier) => ({ classifier })),
      downstream,
      judges: [],
      search: { ...defaultSearch, maxLambda: dataSearchOptionTable.maxLambda.default, ...options },
      latentScale,
      selectFor: () => "positive",
      minPrediction: 0.5,
    });
    counterfactuals.push(...result.counterfactuals);
    changes.push(...result.changes);
  }
  return { counterfactuals, changes };
}

export interface SearchFigures {
  readonly count: number;
  /** Decoder evaluations per counterfactual, the first included. */
  readonly evaluations: { readonly median: number; readonly max: number };
  readonly stopReasons: Readonly<Partial<Record<StopReason, number>>>;
  /** Counterfactuals that could fall by the drop before the floor, and those that did. */
  readonly eligible: number;
  readonly reached: number;
  /** Of those reached: the largest fall beyond the drop, and how many went further than the tolerance. */
  readonly worstExcess: number;
  readonly beyondTolerance: number;
  /** Searches in which an evaluated point nearer to 0 predicts lower than the one returned. */
  readonly nearerLower: number;
}

export function searchFigures(rows: readonly CounterfactualRow[], { drop, floor }: SearchOptions): SearchFigures {
  const stopReasons: Partial<Record<StopReason, number>> = {};
  for (const { stopReason } of rows) stopReasons[stopReason] = (stopReasons[stopReason] ?? 0) + 1;
  const evaluations = rows.map((one) => one.evaluations);
  const reached = rows.filter(({ before, after }) => before - after >= drop);
  const excess = reached.map(({ before, after }) => before - after - drop);
  const nearerLower = rows.filter(({ lambda, after, trace }) =>
    trace.some(
      (point) => Math.abs(point.lambda ?? Infinity) < Math.abs(lambda ?? Infinity) && point.prediction < after,
    ),
  );
  return {
    count: rows.length,
    evaluations: { median: evaluations.length === 0 ? 0 : median(evaluations), max: Math.max(0, ...evaluations) },
    stopReasons,
    eligible: rows.filter(({ before }) => before - floor >= drop).length,
    reached: reached.length,
    worstExcess: Math.max(0, ...excess),
    beyondTolerance: excess.filter((value) => value > tolerance).length,
    nearerLower: nearerLower.length,
  };
}

/** Pearson correlation of pairs; NaN where there is none. */
export function pearson(pairs: readonly (readonly [number, number])[]): number {
  const side = (pick: 0 | 1): number[] => pairs.map((pair) => pair[pick]);
  return correlation(side(0), side(1)) ?? Number.NaN;
}

/** RC of the same image, base and downstream by two searches, where both moved the base by more than 0.3; the base itself left out. */
export function pairedChanges(
  a: readonly ChangeRow[],
  b: readonly ChangeRow[],
  moved: (row: ChangeRow) => boolean,
): readonly (readonly [number, number])[] {
  const key = ({ image, base, downstream }: ChangeRow): string => JSON.stringify([image, base, downstream]);
  const other = new Map(b.filter(moved).map((row) => [key(row), row.relativeChange]));
  return a.filter(moved).flatMap((row) => {
    const match = other.get(key(row));
    const usable = row.relativeChange !== null && match !== null && match !== undefined && row.base !== row.downstream;
    return usable ? [[row.relativeChange as number, match] as const] : [];
  });
}

/** Keeps the changes of counterfactuals whose base fell by more than `least` (0.3: the paper's threshold). */
export function whereMoved(rows: readonly CounterfactualRow[], least = 0.3): (change: ChangeRow) => boolean {
  const moved = new Set(
    rows.filter(({ before, after }) => before - after > least).map(({ image, base }) => JSON.stringify([image, base])),
  );
  return ({ image, base }) => moved.has(JSON.stringify([image, base]));
}

/**
 * Walks a ladder of 32 equal steps from the reconstruction to each counterfactual of one base.
 * Counts the ladders on which the prediction rises by more than `least` before the counterfactual.
 */
export async function earlierRebounds(
  { autoencoder, images }: Ground,
  base: Classifier,
  rows: readonly CounterfactualRow[],
  least: number,
): Promise<number> {
  const steps = 32;
  const models = modelsOf([base]);
  let rebounds = 0;
  for (const { image, shift } of rows) {
    const latent = await autoencoder.encode(images[Number(image)] as Tensor);
    const outputs = (await outputsOf(models, await autoencoder.decode(latent)))(0);
    const [direction] = await directions(autoencoder, base, [{ latent, outputs }]);
    if (direction === undefined) continue;
    const latents = Array.from({ length: steps + 1 }, (_, i) => shifted(latent, direction, (shift * i) / steps));
    const along = await outputsOf(models, await autoencoder.decode(stack(latents)));
    const predictions = latents.map((_, index) => read(base, along(index)).prediction);
    if (predictions.some((value, index) => index > 0 && value - (predictions[index - 1] as number) > least)) rebounds++;
  }
  return rebounds;
}
