// Rectifies every planted classifier of the built-in world against its planted feature, on faces drawn with a seed that no
// training used, with and without the first guess, and writes the figures into docs/rectification.md.
// Usage: node --conditions=source --import tsx scripts/measure-rectify.ts [faces] [seed] [positives per target]
import { platform } from "#platform";
import { openWorkspace } from "../src/models/workspace.ts";
import { rectify } from "../src/rectify/rectify.ts";
import type { Rectification, RectifiedTarget } from "../src/rectify/schema.ts";
import { drawWorld } from "../src/world/draw.ts";

const [faces = 600, seed = 3007, limit = 300] = process.argv.slice(2).map(Number);
/** Planted feature by target; the last is a clean classifier. */
const planted = {
  "smiling-eyeglasses-75": "eyeglasses",
  "smiling-eyeglasses-85": "eyeglasses",
  "smiling-eyeglasses-95": "eyeglasses",
  "smiling-eyeglasses-100": "eyeglasses",
  "smiling-lipstick-95": "lipstick",
  "eyeshadow-big_nose-95": "big_nose",
  "smiling-clean": "eyeglasses",
} as const;

const { files } = platform;
const folder = files.join(".tmp", `measure-rectify-${faces}-${seed}`);
if (!(await files.exists(files.join(folder, "metadata.csv")))) await drawWorld({ count: faces, seed, out: folder });
await using workspace = await openWorkspace("cartoon-faces");

/** One call per feature, so that targets with the same feature share their images. */
async function rectified(firstGuess: boolean): Promise<readonly RectifiedTarget[]> {
  const results: RectifiedTarget[] = [];
  for (const against of new Set(Object.values(planted))) {
    const targets = Object.entries(planted).flatMap(([target, feature]) => (feature === against ? [target] : []));
    const out = files.join(".tmp", `rectified-${against}-${firstGuess ? "guess" : "zero"}-${Date.now()}`);
    const fits = firstGuess ? 5 : 1;
    const steps = rectify(folder, { workspace, targets, against: [against], out, limit, seed: 7, firstGuess, fits });
    for (;;) {
      const step: IteratorResult<{ done: number; total: number }, Rectification> = await steps.next();
      if (step.done) {
        results.push(...step.value.targets);
        break;
      }
      console.error(`${against}: ${step.value.done.toFixed(2)} of ${step.value.total}`);
    }
  }
  return results;
}

const started = performance.now();
const results = await rectified(true);
const seconds = (performance.now() - started) / 1000;
const fromZero = new Map((await rectified(false)).map((result) => [result.target, result]));

const show = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : value.toFixed(3);
const range = (ci: readonly number[] | null | undefined): string => (ci ? ` (${ci.map(show).join(" to ")})` : "");
const only = ({ features }: RectifiedTarget): RectifiedTarget["features"][number] =>
  features[0] as RectifiedTarget["features"][number];

/** First step after which the iterates stay within 0.1 of the coefficient that was chosen, for three steps; null if never. */
function settled({ descent, features }: RectifiedTarget, coefficient: number): number | null {
  if (descent === null || features.length === 0) return null;
  const near = descent.steps.map(({ coefficients: [c = 0] }) => Math.abs(c - coefficient) <= 0.1);
  const first = near.findIndex(
    (_, step) => near.slice(step, step + 3).length === 3 && near.slice(step, step + 3).every(Boolean),
  );
  return first < 0 ? null : first;
}

const byTarget = results.map((result) => {
  const { against, coefficient, guess, spread, verdict, splits, reduction } = only(result);
  const { before, after } = splits.test;
  return {
    result,
    row: [
      `\`${result.target}\``,
      `\`${against}\``,
      verdict,
      show(coefficient),
      show(guess),
      show(spread),
      `${show(before.all.mean)}${range(before.all.ci)}`,
      `${show(after?.all.mean)}${range(after?.all.ci)}`,
      `${show(before.all.meanAbsolute)} → ${show(after?.all.meanAbsolute)}${reduction ? `, less by ${show(reduction.value)}${range(reduction.ci)}` : ""}`,
      `${show(before.present.mean)} → ${show(after?.present.mean)}`,
      `${before.present.used} → ${after?.present.used ?? "–"}`,
      `${before.all.images - before.all.used} → ${after === null ? "–" : after.all.images - after.all.used}`,
    ],
  };
});
const labelled = results.flatMap(({ target, performance }) =>
  performance.map(({ original, before, after }) => [
    `\`${target}\``,
    `${show(original.accuracy)} / ${show(before.accuracy)} → ${show(after.accuracy)}`,
    `${show(before.auroc)} → ${show(after.auroc)}`,
    `${show(original.worstGroup)} / ${show(before.worstGroup)} → ${show(after.worstGroup)}`,
  ]),
);
const collateral = results.flatMap((result) => {
  const moved = result.cells
    .filter(({ role, moved }) => role === "other" && moved)
    .sort((a, b) => Math.abs(b.change?.value ?? 0) - Math.abs(a.change?.value ?? 0));
  if (result.rectified === null) return [];
  const listed = moved.slice(0, 3).map(({ downstream, change }) => `${downstream} ${show(change?.value)}`);
  return [[`\`${result.target}\``, String(moved.length), listed.join(", ") || "–"]];
});
const saved = results.flatMap((result) => {
  const other = fromZero.get(result.target);
  if (result.descent === null || other === undefined || other.descent === null) return [];
  const { coefficient, guess } = only(result);
  return [
    [
      `\`${result.target}\``,
      show(guess),
      show(coefficient),
      show(only(other).coefficient),
      `${settled(result, coefficient) ?? "–"} / ${settled(other, only(other).coefficient) ?? "–"}`,
      `${result.descent.chosen} of ${result.descent.steps.length} / ${other.descent.chosen} of ${other.descent.steps.length}`,
    ],
  ];
});

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
const reduced = results.filter(({ verdict }) => verdict === "rectified");
const shares = reduced.map((result) => {
  const { before, after } = only(result).splits.test;
  return 1 - Math.abs(after?.all.mean ?? 0) / Math.abs(before.all.mean ?? 1);
});
const text = [
  `${faces} faces of seed ${seed} (independent factors), up to ${limit} positives per target; written by \`scripts/measure-rectify.ts\`. ${results.length} targets took ${Math.round(seconds)} s, ${results.reduce((sum, { counterfactuals }) => sum + counterfactuals, 0)} counterfactuals.`,
  table(
    [
      ...["target", "feature", "verdict", "c", "guess", "± fits", "mean RC before", "after"],
      ...["mean \\|RC\\|", "present", "present used", "below the filter"],
    ],
    byTarget.map(({ row }) => row),
  ),
  `Of ${reduced.length} rectified targets, |mean RC| fell on test by ${shares.map((share) => `${Math.round(100 * share)} %`).join(", ")}.`,
  "Labels on test images, original at 0.5 / at its best threshold on validation → rectified at its best threshold:",
  table(["target", "accuracy", "AUROC", "worst group"], labelled),
  "Other columns of the row that moved (q ≤ 0.05), the largest changes of mean RC:",
  table(["target", "moved", "largest"], collateral),
  "What the first guess saves: steps until the iterates stay within 0.1 of the coefficient (from the guess / from 0), and the look that was chosen:",
  table(["target", "guess", "c from the guess", "c from 0", "settled at step", "chosen look"], saved),
].join("\n\n");
console.log(text);
const page = files.join("docs", "rectification.md");
const contents = new TextDecoder().decode(await files.read(page));
const [open, close] = ["<!-- figures -->", "<!-- /figures -->"];
const [head, tail] = [contents.slice(0, contents.indexOf(open)), contents.slice(contents.indexOf(close))];
await files.write(page, `${head}${open}\n\n${text}\n\n${tail}`);
