import { platform } from "#platform";

export { alignmentMatrix } from "../../src/audit/matrix.ts";
export { openRun } from "../../src/results/open-run.ts";
/** A folder of files in memory, as a page has them. */
export const { temporaryFolder } = platform.files;
