// What the decomposition changes in the verdicts of the demo's run. Writes a sentence of docs/decomposition.md.
// Usage: node --conditions=source --import tsx scripts/measure/readings-in-verdicts.ts [run runs/demo]
import { matrixOnCores, openRun } from "../../src/index.ts";
import { writeMarked } from "../docs/write-marked.ts";

const [path = "runs/demo"] = process.argv.slice(2);
const run = await openRun(path);
const all = await matrixOnCores(run);
const undecomposed = await matrixOnCores({ ...run, products: [] });

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
  `Where interventions tell effects, it changed few of the demo's ${judged} verdicts: ${changed || "none"} (\`scripts/measure/readings-in-verdicts.ts\`). So it stays off unless \`--decompose\` asks for it.`,
);
