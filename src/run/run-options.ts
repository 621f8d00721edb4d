import { CfalignError } from "../base/errors.ts";
import { assertDirection, suitedTo } from "../counterfactual/search-options.ts";
import type { Classifier } from "../models/types.ts";
import type { Workspace } from "../models/workspace.ts";
import { assertValue, checkedOptions, type GivenOptions } from "../options/option.ts";
import { computeOptionTable, runOptionTable } from "../options/run.ts";
import { type Shard, wholeRun } from "../results/chunks.ts";
import type { RunData } from "../results/run-data.ts";
import type { RunFile } from "../results/run-file.ts";

/** Options of a run over a folder; those of the search have the defaults of the command line. */
export interface AlignFolderOptions extends GivenOptions<typeof runOptionTable & typeof computeOptionTable> {
  readonly workspace: Workspace;
  /** Classifiers whose counterfactuals are made: classifiers or expressions. */
  readonly bases: readonly (string | Classifier)[];
  /** Classifiers that are watched; every target of every classifier file by default. */
  readonly downstream?: readonly (string | Classifier)[];
  /** Unrelated classifiers that confirm; the workspace's own by default. */
  readonly judges?: readonly (string | Classifier)[];
  /** Folder of the run; an unfinished run of the same options there is resumed, a smaller limit is extended. */
  readonly out: string;
  /** Folder that keeps what interventions are made by: another run of the same pictures, labels, witnesses and editors only looks at them. */
  readonly edits?: string;
  /** Decides which images are positive, for every base; a base's first term by default. */
  readonly positive?: string | Classifier;
  /** Part of the images to take; all by default. */
  readonly shard?: Shard;
  /** File that holds the list of the folder's images: read where it is there, else written, so that shards hash the folder once. */
  readonly listing?: string;
  /** Classifiers that concepts are taken from; the downstream classifiers by default. */
  readonly concepts?: readonly (string | Classifier)[];
  /** Ends the run where it can be resumed: CfalignError("interrupted"). */
  readonly signal?: AbortSignal;
  /** Told the rows of bases on the images of a chunk, before these are committed: what can be said of a long run within seconds. */
  readonly soFar?: (run: RunData) => void;
  /** Clock for `startedAt` and `finishedAt`. */
  readonly now?: () => Date;
}

/** Options as they stand in `run.json`. Errors: CfalignError("usage") that names the option. */
export function runOptions(options: AlignFolderOptions): RunFile["options"] {
  const checked = checkedOptions(runOptionTable, suitedTo(options.workspace.autoencoder, options));
  const { limit, untilResolved } = checked;
  assertDirection(checked);
  if (untilResolved && (limit === null || limit > mostLooked)) {
    throw new CfalignError(
      "usage",
      (named) =>
        `${named("untilResolved")}: the last look is at ${mostLooked} images: expected a limit of at most that, got ${limit ?? "none"}`,
      { option: "untilResolved" },
    );
  }
  return checked;
}

/** Processes of a run, null for as many as suit. Errors: CfalignError("usage"). */
export function workersOption({ workers }: Pick<AlignFolderOptions, "workers">): number | null {
  return checkedOptions(computeOptionTable, workers === undefined ? {} : { workers }).workers;
}

/** The shard of a run. Errors: CfalignError("usage"). */
export function shardOption({
  shard = wholeRun,
  untilResolved = false,
}: Pick<AlignFolderOptions, "shard" | "untilResolved">): Shard {
  assertValue("shard", { type: "whole", least: 1 }, shard.count);
  assertValue("shard", { type: "whole", least: 1, most: shard.count }, shard.index);
  if (untilResolved && shard.count > 1) {
    throw new CfalignError(
      "usage",
      (named) =>
        `${named("untilResolved")}: expected a whole run, got shard ${shard.index}/${shard.count}: a shard cannot look at the others' images`,
      { option: "shard" },
    );
  }
  return shard;
}

/** Images of the last look. */
const mostLooked = 400;
