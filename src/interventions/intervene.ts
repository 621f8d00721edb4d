import { throwIfInterrupted } from "../errors.ts";
import { hasPrediction, modelsOf, type Outputs, outputsOf, predictionOf } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import { filled, width } from "../models/whole-calls.ts";
import { row, type Tensor } from "../tensor.ts";
import { arrived, editLengths, further, type Range } from "./edit-length.ts";
import { fitPatterns } from "./pattern.ts";
import type { InterventionRow, Side } from "./rows.ts";

/** A feature that is moved. */
export interface MovedFeature {
  /** Its name: a concept, and a column of labels. */
  readonly name: string;
  /** Says whether it is there; gives the labels where there are none. */
  readonly witness: Classifier;
}

/** A picture that interventions may be made on. */
export interface Picture {
  readonly image: string;
  /** [1, c, h, w] in [0, 1], at the size that classifiers take. */
  readonly pixels: Tensor;
  readonly labels: Readonly<Record<string, number>>;
}

/** Where pictures are, in the order in which they are chosen. */
export interface PictureSource {
  /** Goes through all of them. */
  all(): AsyncIterable<readonly Picture[]>;
  /** Some of them again, in the order of their names. */
  some(images: readonly string[]): Promise<readonly Picture[]>;
}

export interface InterveneOptions {
  readonly features: readonly MovedFeature[];
  /** Everybody whose predictions are asked for, witnesses among them. */
  readonly classifiers: readonly Classifier[];
  /** Pictures a feature and side. */
  readonly pictures: number;
  /** Who keeps pictures of them: of every feature's first edits a side, once it was moved. */
  readonly keep?: { readonly edits: number; take(pictures: FeaturePictures): Promise<void> };
  readonly signal?: AbortSignal | undefined;
  progress?(done: number, total: number): void;
}

/** What a feature's interventions look like. */
export interface FeaturePictures {
  readonly feature: string;
  /** [1, c, h, w]: what the feature adds to a picture. */
  readonly pattern: Tensor;
  /** In the order of the rows; pictures are [1, c, h, w] in [0, 1]. */
  readonly edits: readonly {
    readonly image: string;
    readonly side: Side;
    readonly before: Tensor;
    readonly after: Tensor;
  }[];
}

/** Pictures with and without a feature below which there is no pattern of it. */
const minCount = 10;

/**
 * Takes every feature out of pictures that have it and puts it into pictures that lack it, by its pattern on all pictures, and shows the
 * edits to all classifiers. A picture, or an edit, on which a classifier gives no number is left out. An edit is lengthened until the feature's witness says that it went, or came (`editLengths`); where no length does, the one that
 * moved the witness furthest stands. Needs no gradient and no autoencoder. A feature with fewer than ten pictures on a side is not moved.
 * Errors: CfalignError("interrupted").
 */
export async function intervene(source: PictureSource, options: InterveneOptions): Promise<InterventionRow[]> {
  const { features, classifiers, pictures, signal } = options;
  const seen = await look(source, options);
  const patterns = seen.fit.patterns();
  const rows: InterventionRow[] = [];
  const jobs = features.flatMap((feature, k) => {
    const range = seen.ranges[k];
    if (range === undefined) return [];
    const sides = (["remove", "add"] as const).map((side) => ({ side, images: seen.chosen(k, side, pictures) }));
    return [{ feature, pattern: row(patterns, k), range, sides }];
  });
  const wanted = await source.some([...new Set(jobs.flatMap(({ sides }) => sides.flatMap(({ images }) => images)))]);
  const byName = new Map(wanted.map((picture) => [picture.image, picture]));
  for (const [place, { feature, pattern, range, sides }] of jobs.entries()) {
    const kept: FeaturePictures["edits"][number][] = [];
    for (const [at, { side, images }] of sides.entries()) {
      options.progress?.(2 * place + at, 2 * jobs.length);
      const edits = await lengthened(
        images.map((image) => byName.get(image) as Picture),
        { pattern, witness: feature.witness, side, range, signal },
      );
      const after = await predictionsOn(
        edits.map(({ edited }) => edited),
        classifiers,
        signal,
      );
      const told = edits.flatMap((edit, index) => {
        const predictions = after[index] as readonly number[];
        return predictions.some(Number.isNaN) ? [] : [{ ...edit, predictions }];
      });
      for (const [index, { picture, edited, length, predictions }] of told.entries()) {
        const { image, pixels } = picture;
        if (index < (options.keep?.edits ?? 0)) kept.push({ image, side, before: pixels, after: edited });
        rows.push({
          image,
          feature: feature.name,
          side,
          editor: "pattern",
          length,
          distance: rootMeanSquare(pixels, edited),
          witness: feature.witness.name,
          before: byClassifier(classifiers, seen.before.get(image) as readonly number[]),
          after: byClassifier(classifiers, predictions),
        });
      }
    }
    await options.keep?.take({ feature: feature.name, pattern, edits: kept });
  }
  options.progress?.(2 * jobs.length, 2 * jobs.length);
  return rows;
}

/** What is known once every picture was looked at. */
interface Seen {
  readonly fit: ReturnType<typeof fitPatterns>;
  /** By image: predictions in the order of the classifiers. */
  readonly before: ReadonlyMap<string, readonly number[]>;
  /** By feature; undefined where one side has too few pictures, or where the witness does not tell them apart. */
  readonly ranges: readonly (Range | undefined)[];
  /** The first images with a feature, or without it, whose witness agrees with the label. */
  chosen(feature: number, side: Side, count: number): readonly string[];
}

async function look(source: PictureSource, { features, classifiers, signal }: InterveneOptions): Promise<Seen> {
  const fit = fitPatterns(features.length);
  const before = new Map<string, readonly number[]>();
  const labels: { readonly image: string; readonly has: readonly number[]; readonly told: readonly number[] }[] = [];
  const places = features.map(({ witness }) => classifiers.findIndex(({ name }) => name === witness.name));
  for await (const pictures of source.all()) {
    const predictions = await predictionsOn(
      pictures.map(({ pixels }) => pixels),
      classifiers,
      signal,
    );
    for (const [index, { image, pixels, labels: given }] of pictures.entries()) {
      const own = predictions[index] as readonly number[];
      if (own.some(Number.isNaN)) continue;
      const told = places.map((place) => own[place] as number);
      const has = features.map(({ name }, k) => binary(given[name] ?? (told[k] as number)));
      before.set(image, own);
      labels.push({ image, has, told });
      fit.add(pixels, has);
    }
  }
  const sidesOf = (k: number) =>
    ([1, 0] as const).map((label) => labels.filter(({ has }) => has[k] === label)) as [typeof labels, typeof labels];
  return {
    fit,
    before,
    ranges: features.map((_, k) => {
      const [having, lacking] = sidesOf(k).map((side) => side.map(({ told }) => told[k] as number)) as [
        number[],
        number[],
      ];
      if (having.length < minCount || lacking.length < minCount) return undefined;
      const range = { having: meanOf(having), lacking: meanOf(lacking) };
      return range.having > range.lacking ? range : undefined;
    }),
    chosen: (k, side, count) => {
      const [having, lacking] = sidesOf(k);
      const agreeing =
        side === "remove"
          ? having.filter(({ told }) => (told[k] as number) >= 0.5)
          : lacking.filter(({ told }) => (told[k] as number) < 0.5);
      return agreeing.slice(0, count).map(({ image }) => image);
    },
  };
}

interface Edit {
  readonly picture: Picture;
  /** [1, c, h, w] in [0, 1] */
  readonly edited: Tensor;
  readonly length: number;
}

/** Every picture with the shortest edit that the witness says is enough, or the one that it says did most. */
async function lengthened(
  pictures: readonly Picture[],
  {
    pattern,
    witness,
    side,
    range,
    signal,
  }: {
    readonly pattern: Tensor;
    readonly witness: Classifier;
    readonly side: Side;
    readonly range: Range;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Edit[]> {
  const best = new Map<Picture, Edit & { readonly told: number }>();
  let open = pictures;
  for (const length of editLengths) {
    const edits = open.map((picture) => edit(picture.pixels, pattern, side === "remove" ? -length : length));
    const told = await predictionsOn(edits, [witness], signal);
    open = open.filter((picture, index) => {
      const prediction = told[index]?.[0] as number;
      const held = best.get(picture);
      if (held === undefined || further(prediction, held.told, side)) {
        best.set(picture, { picture, edited: edits[index] as Tensor, length, told: prediction });
      }
      return !arrived(prediction, side, range);
    });
  }
  return pictures.map((picture) => best.get(picture) as Edit);
}

/** x + length·B, within [0, 1]. */
function edit(picture: Tensor, pattern: Tensor, length: number): Tensor {
  const data = picture.data.map((value, p) => Math.min(1, Math.max(0, value + length * (pattern.data[p] as number))));
  return { data, dims: picture.dims };
}

/** Predictions of classifiers on pictures, in whole calls; NaN where an output is no number. */
async function predictionsOn(
  pictures: readonly Tensor[],
  classifiers: readonly Classifier[],
  signal: AbortSignal | undefined,
): Promise<number[][]> {
  const models = modelsOf(classifiers);
  const found: number[][] = [];
  for (let start = 0; start < pictures.length; start += width) {
    throwIfInterrupted(signal);
    const some = pictures.slice(start, start + width);
    const outputs = await outputsOf(models, filled(some));
    for (const index of some.keys()) {
      const own: Outputs = outputs(index);
      found.push(
        classifiers.map((classifier) => (hasPrediction(classifier, own) ? predictionOf(classifier, own) : Number.NaN)),
      );
    }
  }
  return found;
}

function byClassifier(classifiers: readonly Classifier[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(classifiers.map(({ name }, index) => [name, values[index] as number]));
}

function rootMeanSquare(a: Tensor, b: Tensor): number {
  let sum = 0;
  for (let p = 0; p < a.data.length; p++) sum += ((a.data[p] as number) - (b.data[p] as number)) ** 2;
  return Math.sqrt(sum / a.data.length);
}

/** NaN stays what it is: nobody knows. */
function binary(label: number): number {
  return Number.isNaN(label) ? label : label >= 0.5 ? 1 : 0;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
