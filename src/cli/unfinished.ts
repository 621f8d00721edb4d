import type { OpenRun } from "../index.ts";
import type { Output } from "./output.ts";

/** Says on stderr that what is printed of a run is not all of it yet. */
export function noteUnfinished(output: Output, runs: readonly (OpenRun | undefined)[]): void {
  for (const run of runs) {
    if (run?.finished === false) {
      output.say(
        `note: "${run.path}" is not finished (${run.processed} images done): run its align command again to go on`,
      );
    }
  }
}
