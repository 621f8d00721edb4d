// What thresholds do to the states of shares: development pairs, a third of the trained models, every world. Writes docs/benchmark/share-states.csv.
// Usage: node --conditions=source --import tsx scripts/measure/share-thresholds.ts
import { platform } from "#platform";
import { evidenceOf } from "../../bench/evidence.ts";
import { openScene } from "../../bench/open-scene.ts";
import { shareStates } from "../../bench/share-states.ts";
import { worldNames } from "../../bench/worlds/worlds.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { writeAppendix } from "../docs/write-appendix.ts";

const [images, drop, out] = [20, 0.6, "runs/bench-development"];
const tried = { minCosines: [0, 0.03, 0.05, 0.1], minShares: [0.05, 0.1, 0.15, 0.2] };
const rows: (string | number)[][] = [];
for (const world of worldNames) {
  const { scene, effects } = await openScene({ world, split: "development", quick: true, seed: 1, threads: 1, out });
  try {
    const run = platform.files.join(out, `shares-${world}`);
    const { evidence } = await evidenceOf(scene, { images, drop, baselines: false, out: run });
    const question = { world, subjects: scene.subjects, features: evidence.features, effects };
    for (const { minCosine, minShare, used, unused } of shareStates(question, evidence.products, tried)) {
      const counts = [used.all, used.found, used.clear, unused.all, unused.found, unused.clear];
      rows.push([world, minCosine, minShare, ...counts]);
    }
  } finally {
    await scene.workspace.dispose();
  }
}
const counts = ["used", "used: found", "used: clear", "not used", "not used: found", "not used: clear"];
const header = ["world", "cosine", "share", ...counts];
await writeAppendix("docs/benchmark/share-states.csv", [header, ...rows]);
console.log(
  markdownTable(
    header,
    rows.map((row) => row.map(String)),
  ),
);
