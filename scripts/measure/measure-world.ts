// Measures the built-in world through cfalign itself, on faces drawn with a seed that no training used, and writes the
// figures into zoo/cartoon-faces/MODEL_CARD.md.
// Usage: node --conditions=source --import tsx scripts/measure/measure-world.ts [faces] [seed] [positives per base]
import { platform } from "#platform";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { mean, median } from "../../src/statistics/moments.ts";
import { FACTORS } from "../../src/world/factors.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { alignedRun, drawnFaces } from "../../test/world/built-in-world.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";

const [faces = 400, seed = 3001, limit = 200] = process.argv.slice(2).map(Number);
const induced = "smiling + 0.3*arched_eyebrows";
const flipping = ["smiling", "eyeglasses", "lipstick", "big_nose", "mouth_open", "rosy_cheeks", "narrow_eyes"];
/** Base, the downstream feature, what is asked of RC where the feature is present. */
const cells = [
  ["eyeshadow-big_nose-95", "big_nose", "≥ .45"],
  ["eyeshadow", "big_nose", "≤ .05"],
  ["smiling-lipstick-95", "lipstick", "≥ .40"],
  ["smiling", "lipstick", "≤ .08"],
  ["smiling-clean", "lipstick", "≤ .08"],
  ["smiling-eyeglasses-75", "eyeglasses", "below 85"],
  ["smiling-eyeglasses-85", "eyeglasses", "below 95"],
  ["smiling-eyeglasses-95", "eyeglasses", "≥ .25, below 100"],
  ["smiling-eyeglasses-100", "eyeglasses", "the most"],
  ["smiling", "eyeglasses", "≤ .06"],
  ["smiling-clean", "eyeglasses", "≤ .06"],
  ["smiling", "arched_eyebrows", "≤ .05"],
  [induced, "arched_eyebrows", "≥ .25"],
] as const;

const { join } = platform.files;
const folder = join(".tmp", `measure-world-${faces}-${seed}-${limit}`);
const images = await drawnFaces({ count: faces, seed, out: join(folder, "faces") });
await using workspace = await openWorkspace("cartoon-faces");
const run = await alignedRun(images, {
  workspace,
  bases: [...workspace.classifiers("all"), workspace.classifier(induced)],
  limit,
  keepImages: 0,
  out: join(folder, "run"),
});
const matrix = alignmentMatrix(run);

const show = (value: number): string => value.toFixed(3);
/** "mean, worst (which)" of figures by factor. */
function meanAndWorst(figures: readonly (readonly [string, number])[]): string {
  const [name, worst] = [...figures].sort(([, a], [, b]) => a - b)[0] as readonly [string, number];
  return `${show(mean(figures.map(([, value]) => value)))} mean, ${show(worst)} worst (${name})`;
}

const labels = new Map(run.images.map(({ image, labels }) => [image, labels]));
const accuracy = FACTORS.map((factor) => {
  const rows = run.predictions.filter(({ classifier }) => classifier === factor);
  const right = rows.filter(({ image, input }) => input >= 0.5 === (labels.get(image)?.[factor] ?? 0) > 0.5);
  return [factor, right.length / rows.length] as const;
});
const audit = FACTORS.map(
  (factor) => [factor, matrix.audit.find(({ classifier }) => classifier === factor)?.agreement ?? 0] as const,
);
const flips = flipping.map((base) => {
  const row = matrix.rows.find((row) => row.base === base);
  return [base, (row?.reached ?? 0) / (row?.selected ?? 1)] as const;
});
/** Of the flips that the judge called positive before: the share it calls negative after. */
const agreed = flipping.map((base) => {
  const flipped = new Set(
    run.counterfactuals.filter((row) => row.base === base && row.before - row.after >= 0.6).map(({ image }) => image),
  );
  const judged = run.changes.filter(
    (row) =>
      row.base === base && row.downstream === `attributes-b/${base}` && flipped.has(row.image) && row.before >= 0.5,
  );
  return [base, judged.filter(({ after }) => after < 0.5).length / judged.length] as const;
});
const factors = new Set<string>(FACTORS);
const off = matrix.cells.filter(
  ({ base, downstream }) => base !== downstream && factors.has(base) && factors.has(downstream),
);
const evaluations = run.counterfactuals.map(({ evaluations }) => evaluations);

const rows: (readonly [figure: string, measured: string, wanted: string])[] = [
  ["accuracy of `attributes`", meanAndWorst(accuracy), "≥ .99 mean, ≥ .94 worst"],
  ["same decision on the reconstruction", meanAndWorst(audit), "≥ .985 mean, ≥ .92 worst"],
  [`prediction falls by 0.6, of the positives: ${flipping.length} factors`, meanAndWorst(flips), "≥ .93 each"],
  ["the judge agrees with these flips", meanAndWorst(agreed), "≥ .85 each"],
  [
    "mean \\|RC\\| off the diagonal of `attributes`",
    show(mean(off.flatMap(({ mean }) => (mean === null ? [] : [Math.abs(mean)])))),
    "≤ .03",
  ],
  ...cells.map(([base, downstream, wanted]) => {
    const cell = matrix.cells.find((cell) => cell.base === base && cell.downstream === downstream);
    const { mean = null, ci = null, count = 0 } = cell?.present ?? {};
    const seen =
      mean === null ? "–" : `${show(mean)} (${ci === null ? "–" : ci.map(show).join(" to ")}, ${count} images)`;
    return [`RC \`${base}\` → \`${downstream}\`, present`, seen, wanted] as const;
  }),
  [
    "decoder evaluations per counterfactual",
    `${median(evaluations)} median, ${evaluations.reduce((most, one) => Math.max(most, one), 0)} most, ${evaluations.length} counterfactuals`,
    "≤ 5, ≤ 10",
  ],
];
const header = ["figure", "measured", "wanted"];
/** The card shows what the world rests on. */
const shown = rows.filter(([figure]) => !figure.startsWith("RC"));
const text = `${faces} faces of seed ${seed} (independent factors), up to ${limit} positives per base, drop 0.6; written by \`scripts/measure/measure-world.ts\`. Relative changes of clean and planted classifiers: [world.csv](../../docs/data/world.csv).\n\n${markdownTable(header, shown)}`;
console.log(text);
await writeMarked("zoo/cartoon-faces/MODEL_CARD.md", "figures", text);
await writeAppendix("docs/data/world.csv", [header, ...rows]);
