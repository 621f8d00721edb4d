// What single readings change in the verdicts of the demo's run: its cells with and without decomposition, and what the noise floor doubts where effects speak and where
// relative change speaks alone. Writes a sentence of docs/decomposition.md and one of docs/statistics.md.
// Usage: node --conditions=source --import tsx scripts/measure/readings-in-verdicts.ts [run runs/demo]
import type { Cell } from "../../src/audit/schema.ts";
import { matrixOnCores, openRun, plantedBiases } from "../../src/index.ts";
import { writeMarked } from "../docs/write-marked.ts";

const [path = "runs/demo"] = process.argv.slice(2);
const run = await openRun(path);
const all = await matrixOnCores(run);
const undecomposed = await matrixOnCores({ ...run, products: [] });
const unmoved = await matrixOnCores({ ...run, products: [], interventions: [] });

const judged = all.cells.filter(({ state }) => state !== null).length;
const ways = new Map<string, number>();
for (const [place, { state }] of all.cells.entries()) {
  const before = undecomposed.cells[place]?.state;
  if (before === state) continue;
  const way = `from ${before} to ${state}`;
  ways.set(way, (ways.get(way) ?? 0) + 1);
}
const changed = [...ways].map(([way, count]) => `${count} ${way}`).join(", ");
await writeMarked(
  "docs/decomposition.md",
  "verdicts",
  `Where interventions tell effects, it changed few of the demo's ${judged} verdicts: ${changed || "none"}. So it stays off unless \`--decompose\` asks for it.`,
);

/** What was found, what of it the noise floor doubts, and what of this was planted. */
function doubted(cells: readonly Cell[]): string {
  const found = cells.filter(({ state }) => state === "found");
  const within = found.filter(({ doubts }) => doubts.withinNoise);
  const planted = within.filter(({ base, downstream }) => plantedBiases[base] === downstream);
  return `${within.length} of ${found.length} found cells (${planted.length} of them planted)`;
}
await writeMarked(
  "docs/statistics.md",
  "noise",
  `In the demo it doubts ${doubted(all.cells)} where effects speak, ${doubted(unmoved.cells)} where relative change speaks alone.`,
);
