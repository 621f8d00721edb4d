import { differencePhrase, differences } from "../../results/identity.ts";
import type { OpenRun } from "../../results/open-run.ts";
import type { RunData } from "../../results/run-data.ts";

/** A run with its `run.json`, where it comes from a folder. */
export type FiledRun = RunData & Partial<Pick<OpenRun, "file">>;

/**
 * What makes the relative changes of two runs different quantities, one phrase each ("drop: 0.6 there, 0.8 now"): another search, drop, floor,
 * limit of the shift, selection or autoencoder. Empty where they can be compared, or where there is no `run.json` to tell.
 */
export function incomparable(there: FiledRun, now: FiledRun): string[] {
  if (there.file === undefined || now.file === undefined) return [];
  return differences(there.file, now.file)
    .filter(({ changes }) => changes === "quantity")
    .map(differencePhrase);
}
