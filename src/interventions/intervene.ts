import type { Classifier } from "../models/types.ts";
import { groupBy } from "../statistics/group-by.ts";
import { isConfirmed } from "./confirmed.ts";
import { openCosineTransform } from "./cosine-transform.ts";
import type { LatentPlace } from "./counterfactual-editor.ts";
import { counterfactualEdits } from "./counterfactual-edits.ts";
import { type EditMemory, noMemory } from "./edit-memory.ts";
import { type KeptPictures, keepPictures } from "./keep-pictures.ts";
import { type MakeEditsOptions, makeEdits } from "./make-edits.ts";
import {
  arrivedEdits,
  type Edit,
  type Move,
  type MovedFeature,
  type NamedMove,
  type Picture,
  type PictureEditor,
} from "./move.ts";
import { patternEditor } from "./pattern-editor.ts";
import type { Predictor } from "./predictions-on.ts";
import type { InterventionRow } from "./rows.ts";
import { type SeenPictures, seenPictures } from "./seen-pictures.ts";
import { spectrumEditor } from "./spectrum-editor.ts";
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
  /** Where counterfactuals of features are made whom neither pattern nor spectrum moves; without it there are none. */
  readonly counterfactuals?: Omit<LatentPlace, "signal">;
  readonly keep?: KeptPictures;
  /** Of what edits are made by; nothing is remembered without. */
  readonly memory?: EditMemory;
  readonly signal?: AbortSignal | undefined;
  /** Who shows edits to classifiers, asked once patterns are fitted; this process by default. */
  readonly predictor?: () => Promise<Predictor>;
  /** Told in looks at edited pictures; there are more once it is known whose patterns were not enough. */
  progress?(done: number, total: number): void;
}

/** What was done to features. */
export interface Interventions {
  readonly rows: readonly InterventionRow[];
  /** By feature that neither pattern nor spectrum moved: why there are no counterfactuals of it. */
  readonly withoutEditor: Readonly<Record<string, string>>;
}

/** Looks at an edit: one to find its length, one to show it. */
const looks = 2;
/** Pictures that counterfactuals are chosen from, as a multiple of those that are wanted: some lose the feature as they are reconstructed. */
const spare = 3;

/**
 * Takes every feature out of pictures that have it and puts it into pictures that lack it, and shows the edits to all classifiers: by its pattern; where the witness
 * does not see it move on half of the pictures of each side, by its spectrum, and then by counterfactuals of a classifier of the feature. An edit goes as far as the feature's witness asks for;
 * where no length is enough, the one that moved the witness furthest stands. A feature with fewer than ten pictures on a side is not moved.
 * Errors: CfalignError("interrupted").
 */
export async function intervene(source: PictureSource, options: InterveneOptions): Promise<Interventions> {
  const { features, pictures, counterfactuals, memory = noMemory, signal } = options;
  const most = spare * pictures;
  const seen = await seenPictures(() => source.all(), { features, most, memory, signal });
  const { from } = seen;
  const load = (moves: readonly NamedMove[]): Promise<Move[]> => loadedMoves(source, moves);

  const predictor = await options.predictor?.();
  const stages = stagesOf({ ...options, predictor });
  const rows: InterventionRow[] = [];
  const found = async (moves: readonly Move[], editor: PictureEditor, finding: MakeEditsOptions) =>
    arrivedEdits(moves, editor, {
      ...{ memory, from, signal, predictor },
      tell: (done) => finding.tell(moves.length === 0 ? 1 : done / moves.length),
    });
  const shown = async (edits: readonly Edit[], editor: PictureEditor, showing: MakeEditsOptions) => {
    const made = await makeEdits(edits, editor, showing);
    await keepPictures(made, editor, options.keep, editor.name === "pattern" ? seen.patternOf : undefined);
    rows.push(...made.map((each) => each.row));
  };
  const weak = (): readonly MovedFeature[] => features.filter(({ name }) => isWeak(rows, name));
  // As many looks as there are pictures wanted, and as many again to find where edits lead.
  const each = counterfactuals === undefined ? 0 : 2 * looks * 2 * pictures;

  const moves = await load(namedMoves(features, pictures, seen));
  const patterns = patternEditor(seen.patternOf);
  const [finding, showing] = halves(stages.next(looks * moves.length));
  await shown(await found(moves, patterns, finding), patterns, showing);
  const faint = weak();
  const again = moves.filter(({ feature }) => faint.includes(feature));
  if (again.length > 0) {
    const size = looks * again.length;
    stages.expect(size + each * faint.length);
    const [finding, showing] = halves(stages.next(size));
    const cosines = await openCosineTransform((again[0] as Move).picture.pixels.dims);
    try {
      const spectra = spectrumEditor(cosines, seen.spectrumOf);
      const edits = await found(again, spectra, finding);
      await shown(await confirmedEdits(edits, spectra, showing), spectra, showing);
    } finally {
      await cosines.dispose();
    }
  }
  const withoutEditor: Record<string, string> = {};
  if (counterfactuals === undefined) return { rows, withoutEditor };
  const left = weak();
  stages.expect(each * left.length);
  for (const feature of left) {
    const told = stages.next(each);
    const makings = { ...counterfactuals, most: pictures, signal, predictor, memory, from, load };
    const edits = await counterfactualsOf(feature, namedMoves([feature], most, seen), {
      ...{ options, told, makings },
    });
    if (typeof edits === "string") withoutEditor[feature.name] = edits;
    else rows.push(...edits);
  }
  return { rows, withoutEditor };
}

/** Those of a feature and side on which its witness confirms them: the others are nothing to show to anybody. */
async function confirmedEdits(
  edits: readonly Edit[],
  editor: PictureEditor,
  { signal, predictor }: MakeEditsOptions,
): Promise<readonly Edit[]> {
  const classifiers = [...new Set(edits.map(({ move }) => move.feature.witness))];
  const made = await makeEdits(edits, editor, { classifiers, signal, predictor, tell: () => {} });
  const sideOf = (row: Pick<InterventionRow, "feature" | "side">): string => JSON.stringify([row.feature, row.side]);
  const rows = groupBy(
    made.map(({ row }) => row),
    sideOf,
  );
  return edits.filter(({ move: { feature, side } }) =>
    isConfirmed(rows.get(sideOf({ feature: feature.name, side })) ?? []),
  );
}

/** Whether a feature was edited, and on one side or both the witness confirms no editor. */
function isWeak(rows: readonly InterventionRow[], feature: string): boolean {
  const own = rows.filter((row) => row.feature === feature);
  const confirmed = (["remove", "add"] as const).every((side) =>
    [...groupBy(own, ({ editor }) => editor).values()].some((some) =>
      isConfirmed(some.filter((row) => row.side === side)),
    ),
  );
  return own.length > 0 && !confirmed;
}

/** Moves of features whose witness tells both sides apart, so many a side. */
function namedMoves(features: readonly MovedFeature[], count: number, seen: SeenPictures): readonly NamedMove[] {
  return features.flatMap((feature) => {
    const range = seen.rangeOf(feature.name);
    if (range === undefined) return [];
    return (["remove", "add"] as const).flatMap((side) =>
      seen.chosen(feature.name, side, count).map((image) => ({ image, feature, range, side })),
    );
  });
}

async function loadedMoves(source: PictureSource, named: readonly NamedMove[]): Promise<Move[]> {
  const wanted = await source.some([...new Set(named.map(({ image }) => image))]);
  const byImage = new Map(wanted.map((picture) => [picture.image, picture]));
  return named.flatMap(({ image, ...move }): Move[] => {
    const picture = byImage.get(image);
    return picture === undefined ? [] : [{ ...move, picture }];
  });
}

/** Work in two parts, such as finding edits and showing them. */
function halves(work: MakeEditsOptions): readonly [MakeEditsOptions, MakeEditsOptions] {
  return [
    { ...work, tell: (share) => work.tell(share / 2) },
    { ...work, tell: (share) => work.tell((1 + share) / 2) },
  ];
}

/** Rows of counterfactuals of a feature, or why no classifier of it makes any. */
async function counterfactualsOf(
  feature: MovedFeature,
  candidates: readonly NamedMove[],
  {
    options,
    told,
    makings,
  }: {
    readonly options: InterveneOptions;
    readonly told: MakeEditsOptions;
    readonly makings: Omit<Parameters<typeof counterfactualEdits>[2], "by" | "tell">;
  },
): Promise<readonly InterventionRow[] | string> {
  const [finding, showing] = halves(told);
  let why = "nothing tells it";
  for (const by of feature.editors) {
    const found = await counterfactualEdits(feature, candidates, { ...makings, by, tell: finding.tell });
    if (typeof found === "string") why = found;
    else if (found.edits.length === 0) why = `${by.name} moves it nowhere`;
    else {
      const made = await makeEdits(found.edits, found.editor, showing);
      await keepPictures(made, found.editor, options.keep);
      return made.map((each) => each.row);
    }
  }
  return why;
}
