import { createRandom } from "../../../src/base/random.ts";
import type { InterventionRow } from "../../../src/interventions/rows.ts";
import type { RunData } from "../../../src/results/run-data.ts";
import { type ExampleOptions, exampleRun } from "../example-run.ts";

/** What a picture shows of each feature, from 0 to 1. */
type Levels = Readonly<Record<string, number>>;

/** Interventions written down by hand: features are levels of a picture, and an edit sets one of them. */
export interface MovedOptions {
  /** The features that are moved, each with its witness. */
  readonly witnesses: Readonly<Record<string, string>>;
  /** Predictions of all classifiers, witnesses among them. */
  readonly predictions: Readonly<Record<string, (levels: Levels, image: number) => number>>;
  /** Pictures a feature and side, 24. */
  readonly pictures?: number;
  readonly sides?: readonly InterventionRow["side"][];
  /** Features that were moved by counterfactuals, and by which classifier. */
  readonly editedBy?: Readonly<Record<string, string>>;
  /** What an edit leaves behind: all that it changes, beside its own feature. */
  readonly alongside?: (feature: string, levels: Levels) => Levels;
}

export function movedRows({
  witnesses,
  predictions,
  pictures = 24,
  sides = ["remove", "add"],
  editedBy = {},
  alongside = (_, levels) => levels,
}: MovedOptions): InterventionRow[] {
  const features = Object.keys(witnesses);
  const random = createRandom("moved");
  const told = (levels: Levels, image: number) =>
    Object.fromEntries(Object.entries(predictions).map(([name, predict]) => [name, predict(levels, image)]));
  return features.flatMap((feature, k) =>
    sides.flatMap((side) =>
      Array.from({ length: pictures }, (_, i): InterventionRow => {
        const image = 1000 * k + (side === "remove" ? 0 : 500) + i;
        const levels: Levels = {
          ...Object.fromEntries(features.map((name) => [name, random.uniform() < 0.5 ? 1 : 0])),
          [feature]: side === "remove" ? 1 : 0,
        };
        const edited = { ...levels, [feature]: side === "remove" ? 0 : 1 };
        return {
          image: `moved-${image}.png`,
          ...{ feature, side, length: 1, distance: 0.1, editedBy: editedBy[feature] ?? null },
          editor: editedBy[feature] === undefined ? "pattern" : "counterfactual",
          witness: witnesses[feature] as string,
          before: told(levels, image),
          after: told({ ...edited, ...omit(alongside(feature, edited), feature) }, image),
        };
      }),
    ),
  );
}

function omit(levels: Levels, feature: string): Levels {
  return Object.fromEntries(Object.entries(levels).filter(([name]) => name !== feature));
}

/** An example run with interventions: the concept of "judge/x" and of "x" is "x", unless the options say otherwise. */
export function movedRun(moved: MovedOptions, example: ExampleOptions = {}): RunData {
  const judges = Object.keys(moved.predictions).filter((name) => name.startsWith("judge/"));
  const { bases = ["smiling"], downstream = ["smiling", "glasses"] } = example;
  const names = [...new Set([...bases, ...downstream, ...judges])];
  const run = exampleRun({
    ...{ bases, downstream, judges },
    concepts: Object.fromEntries(names.map((name) => [name, name.replace("judge/", "")])),
    ...example,
  });
  return { ...run, interventions: movedRows(moved) };
}
