import { assertDirection, suitedTo } from "../counterfactual/search-options.ts";
import type { Classifier } from "../models/types.ts";
import type { Workspace } from "../models/workspace.ts";
import { checkedOptions, type GivenOptions, type OptionValues } from "../options/option.ts";
import { rectifyOptionTable } from "../options/rectification.ts";

/** How coefficients are fitted and judged, as it stands in `rectification.json`. */
export type RectifySettings = OptionValues<typeof rectifyOptionTable>;

/** Options of `rectify`; those of the search have the defaults of the command line. */
export interface RectifyOptions extends GivenOptions<typeof rectifyOptionTable> {
  readonly workspace: Workspace;
  /** Classifiers to repair: classifiers or expressions. */
  readonly targets: readonly (string | Classifier)[];
  /** Classifiers of the features that the targets should not use; one coefficient each (Eq. 5). */
  readonly against: readonly (string | Classifier)[];
  /** Classifiers of the ledger; every target of every classifier file by default. */
  readonly downstream?: readonly (string | Classifier)[];
  /** Folder for `rectification.json` and the rectified models; an aligned run may be in it. */
  readonly out: string;
  /** Ends the work: CfalignError("interrupted"). */
  readonly signal?: AbortSignal;
}

/** Settings with defaults filled in and checked. Errors: CfalignError("usage") that names the option. */
export function rectifySettings(options: RectifyOptions): RectifySettings {
  const settings = checkedOptions(rectifyOptionTable, suitedTo(options.workspace.autoencoder, options));
  assertDirection(settings);
  return settings;
}
