import type { PredictionRow } from "../../alignment/rows.ts";
import type { RowList } from "../../results/row-list.ts";
import type { RunData } from "../../results/run-data.ts";
import { groupBy } from "../../statistics/group-by.ts";

/** Which image the question is about. */
type Side = "input" | "reconstruction";

/** What one classifier says of images: by their places among all with predictions, NaN where it says nothing. */
type ClassifierPredictions = Readonly<Record<Side, Float64Array>>;

/** What the classifiers of a run decide. */
export interface Decisions {
  /**
   * Whether a classifier calls an image positive, that is: its feature is present. Undefined without a prediction, and where the classes of a
   * softmax that are part of the run do not settle which class is the largest.
   */
  positive(classifier: string, image: string, side: Side): boolean | undefined;
  /** The same of the image at a place. */
  positiveAt(classifier: string, place: number, side: Side): boolean | undefined;
  /** Images with predictions, in the order of the run's rows, and the place of each. */
  readonly images: readonly string[];
  readonly placeOf: ReadonlyMap<string, number>;
  /** All predictions of a classifier; undefined where there are none. */
  predictions(classifier: string): ClassifierPredictions | undefined;
}

/** Reads decisions off predictions: at `threshold` (0.5), by the largest class for a softmax. */
export function decisions(run: RunData, threshold = 0.5): Decisions {
  const { images, placeOf, byClassifier } = predictionTable(run.predictions);
  const groups = groupBy(
    [...byClassifier.keys()].filter((name) => run.softmaxGroups[name] !== undefined),
    (name) => run.softmaxGroups[name] as string,
  );
  const said = (classifier: string, place: number, side: Side): number =>
    byClassifier.get(classifier)?.[side][place] ?? Number.NaN;
  const positiveAt: Decisions["positiveAt"] = (classifier, place, side) => {
    const own = said(classifier, place, side);
    if (Number.isNaN(own)) return undefined;
    const group = run.softmaxGroups[classifier];
    if (group === undefined) return own >= threshold;
    let rest = 1 - own;
    for (const name of groups.get(group) ?? []) {
      const other = name === classifier ? Number.NaN : said(name, place, side);
      if (Number.isNaN(other)) continue;
      if (other > own) return false;
      rest -= other;
    }
    // Classes that are not part of the run share `rest`: none of them can be larger than that.
    return own >= rest - 1e-9 ? true : undefined;
  };
  return {
    images,
    placeOf,
    predictions: (classifier) => byClassifier.get(classifier),
    positiveAt,
    positive(classifier, image, side) {
      const place = placeOf.get(image);
      return place === undefined ? undefined : positiveAt(classifier, place, side);
    },
  };
}

interface Table extends Pick<Decisions, "images" | "placeOf"> {
  readonly byClassifier: ReadonlyMap<string, ClassifierPredictions>;
}

/** Kept with rows that are held by column, which do not change: a matrix and a report ask several times. */
const tables = new WeakMap<RowList<PredictionRow>, Table>();

/** Predictions as a table of images × classifiers. */
export function predictionTable(rows: RowList<PredictionRow>): Table {
  const known = tables.get(rows);
  if (known !== undefined) return known;
  const placeOf = new Map<string, number>();
  for (const { image } of rows) if (!placeOf.has(image)) placeOf.set(image, placeOf.size);
  const empty = (): Float64Array => new Float64Array(placeOf.size).fill(Number.NaN);
  const byClassifier = new Map<string, ClassifierPredictions>();
  for (const { image, classifier, input, reconstruction } of rows) {
    let own = byClassifier.get(classifier);
    if (own === undefined) {
      own = { input: empty(), reconstruction: empty() };
      byClassifier.set(classifier, own);
    }
    const place = placeOf.get(image) as number;
    own.input[place] = input;
    own.reconstruction[place] = reconstruction;
  }
  const table = { images: [...placeOf.keys()], placeOf, byClassifier };
  if (!Array.isArray(rows)) tables.set(rows, table);
  return table;
}
