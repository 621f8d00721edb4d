import type {
  ChangeRow,
  CounterfactualRow,
  ImageRow,
  PredictionRow,
  ProductRow,
  SaliencyRow,
} from "../alignment/rows.ts";
import type { SearchOptions } from "../counterfactual/types.ts";
import type { InterventionRow } from "../interventions/rows.ts";
import type { OptionValues } from "../options/option.ts";
import type { runOptionTable } from "../options/run.ts";
import type { RowList } from "./row-list.ts";

/** Every option of a run with its value. */
type AllOptions = OptionValues<typeof runOptionTable>;

/** Options of a run that the audit reads. */
export interface RunOptions
  extends SearchOptions,
    Pick<AllOptions, "limit" | "select" | "minPrediction" | "seed">,
    Partial<Pick<AllOptions, "untilResolved" | "saliency">> {
  /** Latent decomposition: the first so many counterfactuals of every base; absent where it was not asked for. */
  readonly decompose?: Pick<NonNullable<AllOptions["decompose"]>, "images"> | undefined;
}

/** A finished (or partly finished) run as plain data: what the audit needs, wherever it came from. */
export interface RunData {
  /** Classifiers by name (shortest expression), in the order they were given. */
  readonly bases: readonly string[];
  readonly downstream: readonly string[];
  /** Names of the judges' classifiers, such as "attributes-b/smiling"; their changes and predictions are rows like the others. */
  readonly judges: readonly string[];
  /** What every classifier is about: the target of its first term ("smiling-eyeglasses-95" → "smiling"). */
  readonly concepts: Readonly<Record<string, string>>;
  /** Classifiers that read the latent that counterfactuals move in; a run that does not say so has none. */
  readonly probes?: readonly string[] | undefined;
  /** Classifiers that a model of texts named, and nobody has checked. */
  readonly unchecked?: readonly string[] | undefined;
  /** Classifiers that are classes of one softmax share a group; others have none. */
  readonly softmaxGroups: Readonly<Record<string, string>>;
  /** Range [lo, hi] of composed bases (sums of terms) by name; a base without an entry ranges over [0, 1]. */
  readonly ranges: Readonly<Record<string, readonly [number, number]>>;
  /** By base: the classifier whose prediction says that an image is positive, where that is not the base itself (a composed base's first term, or `--positive EXPR`). It has rows in `predictions`. */
  readonly positives: Readonly<Record<string, string>>;
  /** By base the classifiers that its direction is decomposed into, one per concept. */
  readonly conceptSets?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly options: RunOptions;
  /** Every image of the folder in the order of the run, also those dropped or not reached before the limit: labels are known for all. */
  readonly images: readonly ImageRow[];
  readonly predictions: RowList<PredictionRow>;
  readonly counterfactuals: readonly CounterfactualRow[];
  readonly changes: RowList<ChangeRow>;
  readonly products?: readonly ProductRow[];
  readonly saliency?: readonly SaliencyRow[];
  /** Pictures with one feature taken out or put in; absent where none were asked for. */
  readonly interventions?: readonly InterventionRow[];
  /** By feature whose pattern was not seen to move it: why there are no counterfactuals of it. */
  readonly withoutEditor?: Readonly<Record<string, string>> | undefined;
}
