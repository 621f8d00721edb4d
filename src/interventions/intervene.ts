import type { Classifier } from "../models/types.ts";
import { row, type Tensor } from "../tensor.ts";
import type { Range } from "./edit-length.ts";
import { edit, lengthened, type Move, type MovedFeature, type Picture } from "./move.ts";
import { fitPatterns } from "./pattern.ts";
import { predictionsOn } from "./predictions-on.ts";
import type { InterventionRow, Side } from "./rows.ts";

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
  const { features, classifiers, pictures, signal, keep } = options;
  const { fit, ranges, chosen } = await look(source, options);
  const patterns = fit.patterns();
  const named = features.flatMap((feature, k) => {
    const range = ranges[k];
    if (range === undefined) return [];
    const pattern = row(patterns, k);
    return (["remove", "add"] as const).flatMap((side) =>
      chosen(k, side, pictures).map((image) => ({ image, feature, pattern, range, side })),
    );
  });
  const wanted = await source.some([...new Set(named.map(({ image }) => image))]);
  const seen = await predictionsOn(wanted, (picture) => picture.pixels, classifiers, { signal });
  const before = new Map(wanted.map(({ image }, index) => [image, seen[index] as readonly number[]]));
  const byName = new Map(wanted.map((picture) => [picture.image, picture]));
  const moves = named.flatMap(({ image, ...move }): Move[] => {
    const picture = byName.get(image);
    return picture === undefined || before.get(image)?.some(Number.isNaN) ? [] : [{ ...move, picture }];
  });

  // A first half of the work is to find the lengths, a second to show the edits.
  const total = 2 * moves.length;
  const tell = (done: number): void => options.progress?.(done, total);
  const lengths = await lengthened(moves, { signal, tell });
  const edited = (move: Move): Tensor => edit(move, lengths.get(move) as number);
  const after = await predictionsOn(moves, edited, classifiers, { signal, tell: (done) => tell(moves.length + done) });
  const said = moves.flatMap((move, index) => {
    const predictions = after[index] as readonly number[];
    return predictions.some(Number.isNaN) ? [] : [{ move, predictions }];
  });
  if (keep !== undefined)
    await keepPictures(
      said.map(({ move }) => move),
      edited,
      keep,
    );
  return said.map(({ move, predictions }) => {
    const { picture, feature, side } = move;
    return {
      image: picture.image,
      feature: feature.name,
      side,
      editor: "pattern",
      length: lengths.get(move) as number,
      distance: rootMeanSquare(picture.pixels, edited(move)),
      witness: feature.witness.name,
      before: byClassifier(classifiers, before.get(picture.image) as readonly number[]),
      after: byClassifier(classifiers, predictions),
    };
  });
}

/** Gives away the pictures of every feature's first moves a side. */
async function keepPictures(
  moves: readonly Move[],
  edited: (move: Move) => Tensor,
  { edits, take }: NonNullable<InterveneOptions["keep"]>,
): Promise<void> {
  for (const feature of new Set(moves.map((move) => move.feature))) {
    const own = moves.filter((move) => move.feature === feature);
    const first = (["remove", "add"] as const).flatMap((side) =>
      own.filter((move) => move.side === side).slice(0, edits),
    );
    await take({
      feature: feature.name,
      pattern: (own[0] as Move).pattern,
      edits: first.map((move) => {
        const { picture, side } = move;
        return { image: picture.image, side, before: picture.pixels, after: edited(move) };
      }),
    });
  }
}

/** What is known once every picture was looked at. */
interface Seen {
  readonly fit: ReturnType<typeof fitPatterns>;
  /** By feature; undefined where one side has too few pictures, or where the witness does not tell them apart. */
  readonly ranges: readonly (Range | undefined)[];
  /** The first images with a feature, or without it, whose witness agrees with the label. */
  chosen(feature: number, side: Side, count: number): readonly string[];
}

async function look(source: PictureSource, { features, signal }: InterveneOptions): Promise<Seen> {
  const fit = fitPatterns(features.length);
  const labels: { readonly image: string; readonly has: readonly number[]; readonly said: readonly number[] }[] = [];
  const witnesses = features.map(({ witness }) => witness);
  for await (const pictures of source.all()) {
    const predictions = await predictionsOn(pictures, ({ pixels }) => pixels, witnesses, { signal });
    for (const [index, { image, pixels, labels: given }] of pictures.entries()) {
      const said = predictions[index] as readonly number[];
      if (said.some(Number.isNaN)) continue;
      const has = features.map(({ name }, k) => binary(given[name] ?? (said[k] as number)));
      labels.push({ image, has, said });
      fit.add(pixels, has);
    }
  }
  const sidesOf = (k: number) =>
    ([1, 0] as const).map((label) => labels.filter(({ has }) => has[k] === label)) as [typeof labels, typeof labels];
  return {
    fit,
    ranges: features.map((_, k) => {
      const [having, lacking] = sidesOf(k).map((side) => side.map(({ said }) => said[k] as number)) as [
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
          ? having.filter(({ said }) => (said[k] as number) >= 0.5)
          : lacking.filter(({ said }) => (said[k] as number) < 0.5);
      return agreeing.slice(0, count).map(({ image }) => image);
    },
  };
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
