// Holds a demo run against what is known of its world: prints one line per check, then the counts; exits 1 if any fails.
// Usage: node --conditions=source --import tsx scripts/ci/check-demo.ts runs/demo [what `demo --json` printed]
import { platform } from "#platform";
import { findings } from "../../src/audit/findings/findings.ts";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { demoOutput } from "../../src/cli/schemas.ts";
import { modelsOf, outputsOf, read } from "../../src/models/prediction.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import type { Cell } from "../../src/results/matrix-schema.ts";
import { openRun } from "../../src/results/open-run.ts";
import { mean, median } from "../../src/statistics/moments.ts";
import { FACTORS, planted } from "../../src/world/factors.ts";
import { trueEffects } from "../../src/world/true-effects.ts";
import { check, endChecks } from "./counted-checks.ts";

const [path = "runs/demo", printed] = process.argv.slice(2);

const run = await openRun(path);
const matrix = alignmentMatrix(run);
const cells = new Map(matrix.cells.map((cell) => [`${cell.base}\n${cell.downstream}`, cell]));
const present = (base: string, downstream: string): number =>
  cells.get(`${base}\n${downstream}`)?.present.mean ?? Number.NaN;

for (const [base, feature, least, clean, most] of [
  ["eyeshadow-big_nose-95", "big_nose", 0.45, ["eyeshadow"], 0.05],
  ["smiling-lipstick-95", "lipstick", 0.4, ["smiling", "smiling-clean"], 0.08],
  ["smiling-eyeglasses-95", "eyeglasses", 0.25, ["smiling", "smiling-clean"], 0.06],
] as const) {
  const value = present(base, feature);
  check(`${base} uses ${feature}: RC at least ${least}`, value >= least, value.toFixed(3));
  for (const other of clean) {
    const size = present(other, feature);
    check(`${other} does not use ${feature}: |RC| at most ${most}`, Math.abs(size) <= most, size.toFixed(3));
  }
}

const order = ["75", "85", "95", "100"].map((percent) => present(`smiling-eyeglasses-${percent}`, "eyeglasses"));
check(
  "the more the planted feature agreed, the more it is used",
  order.every((value, index) => index === 0 || value > (order[index - 1] ?? Number.NaN)),
  order.map((value) => value.toFixed(3)).join(" < "),
);

const factors = new Set<string>(FACTORS);
/** The classifier that was trained like the planted ones, on images without the bias. */
const control = "smiling-clean";
const clean = (cell: Cell): boolean =>
  (factors.has(cell.base) || cell.base === control) && factors.has(cell.downstream) && !cell.sameConcept;
const means = matrix.cells.filter(clean).flatMap(({ mean }) => (mean === null ? [] : [Math.abs(mean)]));
const average = mean(means);
check("clean classifiers: mean |RC| off the diagonal at most 0.03", average <= 0.03, average.toFixed(4));

const correlated = matrix.cells.filter(({ base, downstream, state, sameConcept }) => {
  const r = matrix.labelCorrelation[matrix.bases.indexOf(base)]?.[matrix.downstream.indexOf(downstream)] ?? 0;
  return state === "clear" && !sameConcept && Math.abs(r) >= 0.3;
});
check(
  "what goes together in the labels and is clear can be shown",
  correlated.length > 0,
  correlated.map(({ base, downstream }) => `${base} -> ${downstream}`).join(", "),
);

const found = findings(matrix).filter(({ kind, group }) => kind === "relies-on" && group !== "rejected");
const isPlanted = ({ base, downstream }: { readonly base: string; readonly downstream: string }): boolean =>
  planted[base] === downstream;
const first = found.findIndex((finding) => !isPlanted(finding));
const leading = first < 0 ? found.length : first;
check("the first findings are planted ones, at least three", leading >= 3, `${leading} of ${found.length}`);
const named = Object.entries(planted).filter(([base, downstream]) =>
  found.some((finding) => finding.base === base && finding.downstream === downstream),
);
check("all six planted biases are named", named.length === 6, named.map(([base]) => base).join(", "));
check(
  "nothing else is named",
  found.every(isPlanted),
  found.map(({ base, downstream }) => `${base} ← ${downstream}`).join(", "),
);
const judged = matrix.cells.filter(({ state }) => state !== null);
const answered = judged.filter(({ state }) => state !== "unresolved");
check(
  "at least four cells of five are answered",
  answered.length >= 0.8 * judged.length,
  `${answered.length} of ${judged.length}`,
);

if (printed !== undefined) {
  const output = demoOutput.parse(JSON.parse(new TextDecoder().decode(await platform.files.read(printed))));
  check(
    "the demo prints what it found",
    output.findings.length === findings(matrix).length,
    `${output.findings.length} findings`,
  );
}

await using workspace = await openWorkspace("cartoon-faces");
const attributes = workspace.classifiers([...FACTORS, control].join(","));
const effects = await trueEffects({
  count: 48,
  seed: "check-demo",
  predict: async (images) => {
    const outputs = await outputsOf(modelsOf(attributes), images);
    return Array.from({ length: images.dims[0] ?? 0 }, (_, image) =>
      attributes.map((classifier) => read(classifier, outputs(image)).prediction),
    );
  },
});
const effect = (base: string, feature: string): number =>
  effects.find(({ factor }) => factor === feature)?.effects[attributes.findIndex(({ name }) => name === base)] ?? 0;
const wrong = matrix.cells.filter(
  (cell) => clean(cell) && cell.state === "found" && Math.abs(effect(cell.base, cell.downstream)) < 0.05,
);
check(
  "no cell of a clean classifier is found whose true effect is below 0.05",
  wrong.length === 0,
  wrong
    .map((cell) => `${cell.base} → ${cell.downstream} (true effect ${effect(cell.base, cell.downstream).toFixed(3)})`)
    .join(", ") || "none",
);

const bytes = (await platform.files.size(platform.files.join(path, "report.html"))) ?? Number.NaN;
check("the report has at most 15 MB", bytes <= 15e6, `${(bytes / 1e6).toFixed(1)} MB`);

const evaluations = run.counterfactuals.map((row) => row.evaluations);
console.log(
  `${evaluations.length} counterfactuals; decoder evaluations each: median ${median(evaluations)}, at most ${evaluations.reduce((most, one) => Math.max(most, one), 0)}`,
);
endChecks();
