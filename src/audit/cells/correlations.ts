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

interface ReadColumn {
  /** Of the images that it is known of. */
  readonly column: Column;
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

/**
 * Columns are read out once: there are as many pairs as classifiers squared, and as many images as there may be. Those that are known of the same images, as all
 * predictions are where a picture could not be read, are also centred once.
 */
function pairs(run: RunData, read: (classifier: string) => Column): Correlations {
  const columns = new Map(
    [...new Set([...run.bases, ...run.downstream])].map((name): [string, ReadColumn] => {
      const column = read(name);
      return [name, { column, centred: centred(column.values.filter((_, place) => column.known[place] === 1)) }];
    }),
  );
  return run.bases.map((base) =>
    run.downstream.map((downstream) => {
      const [own, other] = [columns.get(base), columns.get(downstream)] as [ReadColumn, ReadColumn];
      if (!sameImages(own.column, other.column)) return correlationOfBoth(own.column, other.column) ?? null;
      return (own.centred && other.centred && centredCorrelation(own.centred, other.centred)) ?? null;
    }),
  );
}

function sameImages({ known }: Column, other: Column): boolean {
  return known === other.known || known.every((one, place) => one === other.known[place]);
}

/** Over the images that both are known of. */
function correlationOfBoth(own: Column, other: Column): number | undefined {
  const both = own.known.map((one, place) => one & (other.known[place] as number));
  const [xs, ys] = [own, other].map(({ values }) => values.filter((_, place) => both[place] === 1));
  return correlation(xs as Float64Array, ys as Float64Array);
}
