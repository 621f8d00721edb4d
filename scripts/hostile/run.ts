/**
 * Tries everything that the files of this folder export as `trials`, and prints one table: what, how often it was tried, how often it held.
 * `node --conditions=source --import tsx scripts/hostile/run.ts [--write]`: the table goes into docs/hostile-files.md.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";
import type { Trial } from "./trial.ts";

const folder = import.meta.dirname;
// Others begin to work as they are imported.
const exporting = readdirSync(folder).filter((file) =>
  /^export const trials\b/m.test(readFileSync(join(folder, file), "utf8")),
);

const rows: (readonly [string, number, number])[] = [];
let passed = 0;
let failed = 0;
for (const file of exporting.sort()) {
  const { trials } = (await import(join(folder, file))) as { readonly trials: readonly Trial[] };
  for (const { name, run } of trials) {
    const began = performance.now();
    const {
      tried,
      held,
      detail = "",
    } = await run().catch((error: Error) => ({ tried: 1, held: 0, detail: error.message }));
    passed += held;
    failed += tried - held;
    rows.push([name, tried, held]);
    process.stdout.write(
      `${held} of ${tried}  ${name} (${((performance.now() - began) / 1000).toFixed(1)} s) ${detail}\n`,
    );
  }
}
if (process.argv.includes("--write")) {
  const told = `Of ${passed + failed} trials of ${rows.length} kinds ${passed} held: [hostile.csv](data/hostile.csv).`;
  await writeMarked("docs/hostile-files.md", "trials", told);
  await writeAppendix("docs/data/hostile.csv", [["what", "tried", "held"], ...rows]);
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
// What a trial left running does not keep this going.
process.exit(failed === 0 ? 0 : 1);
