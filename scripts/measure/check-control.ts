// Holds the control against what is known of it on 400 faces: smiling-clean, trained like the planted models on images without a bias, uses
// none of the planted features. Prints one line per claim; exits 1 if any fails.
// Usage: node --conditions=source --import tsx scripts/measure/check-control.ts [folder for faces and run]
import { platform } from "#platform";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { FACTORS, planted } from "../../src/world/factors.ts";
import { alignedRun, drawnFaces } from "../../test/world/built-in-world.ts";

/** Relative change that a feature which is not used may have, on images that have it. */
const most = 0.08;

const [folder = "runs/control"] = process.argv.slice(2);
const faces = await drawnFaces({ count: 400, seed: 11, out: platform.files.join(folder, "faces") });
await using workspace = await openWorkspace("cartoon-faces");
const run = await alignedRun(faces, {
  workspace,
  bases: ["smiling", "smiling-clean"],
  downstream: workspace.classifiers(FACTORS.join(",")),
  limit: null,
  keepImages: 0,
  out: platform.files.join(folder, "run"),
});
const matrix = alignmentMatrix(run);
let failed = 0;
for (const base of ["smiling", "smiling-clean"]) {
  for (const feature of new Set(Object.values(planted))) {
    const cell = matrix.cells.find((candidate) => candidate.base === base && candidate.downstream === feature);
    const { mean, count } = cell?.present ?? { mean: null, count: 0 };
    const holds = mean !== null && Math.abs(mean) <= most && cell?.state !== "found";
    if (!holds) failed++;
    console.log(
      `${holds ? "ok    " : "not ok"} ${base} does not use ${feature}: |RC| at most ${most}: ${mean?.toFixed(3)} on ${count} images that have it, ${cell?.state} ${cell?.reason ?? ""}`,
    );
  }
}
for (const { base, used, selected, dropped } of matrix.rows) {
  console.log(`${base}: ${used} of ${selected} used, ${dropped["at-limit"] ?? 0} counted apart at the limit`);
}
process.exitCode = failed > 0 ? 1 : 0;
