import type { OpenRun } from "../index.ts";
import { notFiniteNotes } from "../words/not-finite.ts";
import type { Output } from "./output.ts";

/** Says on stderr that what is printed of a run is not all of it yet, or that nobody can tell whether it is as it was written. */
export function noteUnfinished(output: Output, runs: readonly (OpenRun | undefined)[]): void {
  for (const run of runs) {
    if (run?.finished === false) {
      output.say(
        `note: "${run.path}" is not finished (${run.processed} images done): run its align command again to go on`,
      );
    }
    for (const note of notFiniteNotes(run?.notFinite ?? [])) output.say(`note: ${note}`);
    if (run?.checked === false) {
      output.say(
        `note: "${run.path}" has parts of an earlier version of cfalign, without checksums: damage to them would not be noticed`,
      );
    }
  }
}
