import { CfalignError } from "../errors.ts";
import type { Classifier } from "../models/types.ts";
import { row, type Tensor } from "../tensor.ts";
import { isConfirmed } from "./confirmed.ts";
import { counterfactualEditor, type LatentPlace } from "./counterfactual-editor.ts";
import type { Range } from "./edit-length.ts";
import { type KeptPictures, keepPictures } from "./keep-pictures.ts";
import { type MakeEditsOptions, makeEdits } from "./make-edits.ts";
import type { Move, MovedFeature, Picture } from "./move.ts";
import { fitPatterns } from "./pattern.ts";
import { patternEditor } from "./pattern-editor.ts";
import { predictionsOn } from "./predictions-on.ts";
import type { InterventionRow, Side } from "./rows.ts";
import { stagesOf } from "./stages.ts";

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
  /** Where counterfactuals of features are made whose patterns are not enough; without it there are none. */
  readonly counterfactuals?: Omit<LatentPlace, "signal">;
  readonly keep?: KeptPictures;
  readonly signal?: AbortSignal | undefined;
  /** Told in looks at edited pictures; there are more once it is known whose patterns were not enough. */
  progress?(done: number, total: number): void;
}

/** What was done to features. */
export interface Interventions {
  readonly rows: readonly InterventionRow[];
  /** By feature whose pattern was not enough: why there are no counterfactuals of it. */
  readonly withoutEditor: Readonly<Record<string, string>>;
}

/** Pictures with and without a feature below which there is no pattern of it. */
const minCount = 10;
/** Looks at an edit: one to find its length, one to show it. */
const looks = 2;
/** Pictures that counterfactuals are chosen from, as a multiple of those that are wanted: some lose the feature as they are reconstructed. */
const spare = 3;

/**
 * Takes every feature out of pictures that have it and puts it into pictures that lack it, and shows the edits to all classifiers: by its pattern on all pictures,
 * and where the witness does not see it move on half of the pictures of each side, by counterfactuals of a classifier of the feature. An edit goes as far as the feature's witness asks for;
 * where no length is enough, the one that moved the witness furthest stands. A feature with fewer than ten pictures on a side is not moved.
 * Errors: CfalignError("interrupted").
 */
export async function intervene(source: PictureSource, options: InterveneOptions): Promise<Interventions> {
  const { features, pictures, counterfactuals } = options;
  const { fit, ranges, chosen } = await look(source, options);
  const patterns = fit.patterns();
  const places = new Map(features.map(({ name }, k) => [name, k]));
  const patternOf = (feature: string): Tensor => row(patterns, places.get(feature) as number);
  const movesOf = async (some: readonly MovedFeature[], count: number): Promise<Move[]> => {
    const named = some.flatMap((feature) => {
      const k = features.indexOf(feature);
      const range = ranges[k];
      if (range === undefined) return [];
      return (["remove", "add"] as const).flatMap((side) =>
        chosen(k, side, count).map((image) => ({ image, feature, range, side })),
      );
    });
    const wanted = await source.some([...new Set(named.map(({ image }) => image))]);
    const byName = new Map(wanted.map((picture) => [picture.image, picture]));
    return named.flatMap(({ image, ...move }): Move[] => {
      const picture = byName.get(image);
      return picture === undefined ? [] : [{ ...move, picture }];
    });
  };

  const stages = stagesOf(options);
  const editor = patternEditor(patternOf);
  const moves = await movesOf(features, pictures);
  const made = await makeEdits(moves, editor, stages.next(looks * moves.length));
  await keepPictures(made, editor, options.keep, patternOf);
  const rows = made.map((each) => each.row);
  const weak = features.filter(({ name }) => {
    const own = rows.filter(({ feature }) => feature === name);
    return (
      own.length > 0 &&
      !(["remove", "add"] as const).every((side) => isConfirmed(own.filter((row) => row.side === side)))
    );
  });
  const withoutEditor: Record<string, string> = {};
  if (counterfactuals === undefined) return { rows, withoutEditor };
  // As many looks as there are pictures wanted, and as many again to find where edits lead.
  const each = 2 * looks * 2 * pictures;
  stages.expect(each * weak.length);
  for (const feature of weak) {
    const told = stages.next(each);
    const edits = await counterfactualsOf(feature, await movesOf([feature], spare * pictures), {
      ...{ options, told, counterfactuals },
    });
    if (typeof edits === "string") withoutEditor[feature.name] = edits;
    else rows.push(...edits);
  }
  return { rows, withoutEditor };
}

/** Rows of counterfactuals of a feature, or why there are none. */
async function counterfactualsOf(
  feature: MovedFeature,
  candidates: readonly Move[],
  {
    options,
    told,
    counterfactuals,
  }: {
    readonly options: InterveneOptions;
    readonly told: MakeEditsOptions;
    readonly counterfactuals: Omit<LatentPlace, "signal">;
  },
): Promise<readonly InterventionRow[] | string> {
  const { pictures: most, signal } = options;
  let why = "nothing tells it";
  for (const by of feature.editors) {
    const found = await orWhy(() =>
      counterfactualEditor(candidates, by, {
        ...{ ...counterfactuals, most, signal },
        tell: (share) => told.tell(share / 2),
      }),
    );
    if (typeof found === "string") why = found;
    else if (found.moves.length === 0) why = `${by.name} moves it nowhere`;
    else {
      const made = await makeEdits(found.moves, found.editor, { ...told, tell: (share) => told.tell((1 + share) / 2) });
      await keepPictures(made, found.editor, options.keep);
      return made.map((each) => each.row);
    }
  }
  return why;
}

/** What some work gives, or why a model does not allow it. */
async function orWhy<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CfalignError) || (error.code !== "input" && error.code !== "runtime")) throw error;
    return error.message;
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
  const labels: { readonly image: string; readonly has: readonly number[]; readonly told: readonly number[] }[] = [];
  const witnesses = features.map(({ witness }) => witness);
  for await (const pictures of source.all()) {
    const predictions = await predictionsOn(pictures, (some) => some.map(({ pixels }) => pixels), witnesses, {
      signal,
    });
    for (const [index, { image, pixels, labels: given }] of pictures.entries()) {
      const told = predictions[index] as readonly number[];
      if (told.some(Number.isNaN)) continue;
      const has = features.map(({ name }, k) => binary(given[name] ?? (told[k] as number)));
      labels.push({ image, has, told });
      fit.add(pixels, has);
    }
  }
  const sidesOf = (k: number) =>
    ([1, 0] as const).map((label) => labels.filter(({ has }) => has[k] === label)) as [typeof labels, typeof labels];
  return {
    fit,
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

/** NaN stays what it is: nobody knows. */
function binary(label: number): number {
  return Number.isNaN(label) ? label : label >= 0.5 ? 1 : 0;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
