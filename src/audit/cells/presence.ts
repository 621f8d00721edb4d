import type { RunData } from "../../results/run-data.ts";
import { groupBy } from "./group-by.ts";

type PredictionRow = RunData["predictions"][number];

/** Which image the question is about. */
type Side = "input" | "reconstruction";

/** What the classifiers of a run decide. */
export interface Decisions {
  /**
   * Whether a classifier calls an image positive, that is: its feature is present. Undefined without a prediction, and where the classes of a
   * softmax that are part of the run do not settle which class is the largest.
   */
  positive(classifier: string, image: string, side: Side): boolean | undefined;
  /** All predictions of a classifier, in the order of the run's rows. */
  predictions(classifier: string): ReadonlyMap<string, PredictionRow>;
}

const none: ReadonlyMap<string, PredictionRow> = new Map();

/** Reads decisions off predictions: at `threshold` (0.5), by the largest class for a softmax. */
export function decisions(run: RunData, threshold = 0.5): Decisions {
  const byClassifier = new Map(
    [...groupBy(run.predictions, (row) => row.classifier)].map(([classifier, rows]) => [
      classifier,
      new Map(rows.map((row) => [row.image, row])),
    ]),
  );
  const groups = groupBy(
    [...byClassifier.keys()].filter((name) => run.softmaxGroups[name] !== undefined),
    (name) => run.softmaxGroups[name] as string,
  );
  return {
    predictions: (classifier) => byClassifier.get(classifier) ?? none,
    positive(classifier, image, side) {
      const own = byClassifier.get(classifier)?.get(image)?.[side];
      if (own === undefined) return undefined;
      const group = run.softmaxGroups[classifier];
      if (group === undefined) return own >= threshold;
      let rest = 1 - own;
      for (const name of groups.get(group) ?? []) {
        const other = name === classifier ? undefined : byClassifier.get(name)?.get(image)?.[side];
        if (other === undefined) continue;
        if (other > own) return false;
        rest -= other;
      }
      // Classes that are not part of the run share `rest`: none of them can be larger than that.
      return own >= rest - 1e-9 ? true : undefined;
    },
  };
}
