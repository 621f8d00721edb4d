import type { RunData } from "../../results/run-data.ts";
import { type Centred, centred, centredCorrelation, correlation } from "../../statistics/correlation.ts";
import type { Decisions } from "./presence.ts";

/** Pearson correlations, rows in the order of the bases, columns of the downstream classifiers; null where undefined. */
export type Correlations = (number | null)[][];

/** Correlation of the predictions on the input images (the paper's Fig. 2b), over all images that have both. */
export function predictionCorrelations(run: RunData, decided: Decisions): Correlations {
  const places = run.images.map(({ image }) => decided.placeOf.get(image));
  return pairs(run, (classifier) => {
    const inputs = decided.predictions(classifier)?.input;
    return columnOf(run, (_, index) => {
      const place = places[index];
      const value = place === undefined ? undefined : inputs?.[place];
      return Number.isNaN(value) ? undefined : value;
    });
  });
}

/** Correlation of the ground-truth labels named like the classifiers' concepts (the paper's Fig. 2c), over all images that have both. */
export function labelCorrelations(run: RunData, conceptOf: (classifier: string) => string): Correlations {
  return pairs(run, (classifier) => {
    const concept = conceptOf(classifier);
    return columnOf(run, ({ labels }) => labels[concept]);
  });
}

/** What there is of a classifier, by the run's images: numbers, and whether each is one. */
interface Column {
  readonly values: Float64Array;
  readonly known: Uint8Array;
}

interface ReadColumn extends Column {
  /** Its values about their mean, where all are known. */
  readonly centred: Centred | undefined;
}

function columnOf(
  { images }: RunData,
  numberOf: (image: RunData["images"][number], index: number) => number | undefined,
): Column {
  const column = { values: new Float64Array(images.length), known: new Uint8Array(images.length) };
  for (const [place, image] of images.entries()) {
    const value = numberOf(image, place);
    if (value === undefined) continue;
    column.values[place] = value;
    column.known[place] = 1;
  }
  return column;
}

/** Columns are read out once: there are as many pairs as classifiers squared, and as many images as there may be. */
function pairs(run: RunData, read: (classifier: string) => Column): Correlations {
  const columns = new Map(
    [...new Set([...run.bases, ...run.downstream])].map((name) => {
      const column = read(name);
      return [name, { ...column, centred: column.known.includes(0) ? undefined : centred(column.values) }];
    }),
  );
  const [xs, ys] = [new Float64Array(run.images.length), new Float64Array(run.images.length)];
  return run.bases.map((base) =>
    run.downstream.map((downstream) => {
      const [own, other] = [columns.get(base), columns.get(downstream)] as [ReadColumn, ReadColumn];
      if (own.centred && other.centred) return centredCorrelation(own.centred, other.centred) ?? null;
      let count = 0;
      for (let place = 0; place < xs.length; place++) {
        if (own.known[place] === 0 || other.known[place] === 0) continue;
        xs[count] = own.values[place] as number;
        ys[count] = other.values[place] as number;
        count += 1;
      }
      return correlation(xs.subarray(0, count), ys.subarray(0, count)) ?? null;
    }),
  );
}
