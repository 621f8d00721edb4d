// Rectifies every planted classifier of the built-in world against its planted feature, on faces drawn with a seed that no
// training used, where the descent succeeds also without the first guess, and writes the figures into docs/rectification.md.
// Usage: node --conditions=source --import tsx scripts/measure/measure-rectify.ts [faces] [seed] [positives per target] [targets after commas]
// What was computed is kept for a later call with the same models; NO_PAGE=1 computes without writing the page.
import { platform } from "#platform";
import { openWorkspace } from "../../src/models/workspace.ts";
import { rectify } from "../../src/rectify/rectify.ts";
import { type Rectification, type RectifiedTarget, rectificationSchema } from "../../src/rectify/schema.ts";
import { planted } from "../../src/world/factors.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { drawnFaces } from "../../test/world/built-in-world.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";

const [faces = 1000, seed = 3007, limit = 400] = process.argv.slice(2, 5).map(Number);
const [, , , , , list] = process.argv;
/** Clean classifiers against the same features. */
const clean: readonly (readonly [string, string])[] = [
  ["smiling-clean", "eyeglasses"],
  ["smiling-clean", "lipstick"],
  ["attributes/eyeshadow", "big_nose"],
];

/** Without its feature a target has further to go than the default of 0.4 allows. */
const maxShift = Number(process.env.MAX_SHIFT ?? 1);

const { files } = platform;
const folder = files.join(".tmp", `measure-rectify-${faces}-${seed}`);
const drawn = await drawnFaces({ count: faces, seed, out: files.join(folder, "faces") });
// One thread: on a machine that does other things as well, two wait for each other.
await using workspace = await openWorkspace("cartoon-faces", { threads: 1 });

/** One target; what an earlier call left is taken if the same models made it. */
async function rectified(target: string, against: string, firstGuess: boolean): Promise<Rectification> {
  const name = `${target.replace("/", "-")}-against-${against}-from-${firstGuess ? "guess" : "zero"}`;
  const out = files.join(folder, `${limit}-${maxShift}-${name}`);
  const path = files.join(out, "rectification.json");
  if (await files.exists(path)) {
    const old = rectificationSchema.parse(JSON.parse(new TextDecoder().decode(await files.read(path))));
    const hashes = new Set([workspace.autoencoder, ...workspace.models].map(({ hash }) => hash));
    if ([old.autoencoder, ...old.models].every(({ hash }) => hashes.has(hash))) return old;
    await files.remove(path);
  }
  const fits = firstGuess ? 5 : 1;
  const options = { workspace, targets: [target], against: [against], out, limit, seed: 7, firstGuess, fits, maxShift };
  const steps = rectify(drawn, { ...options, method: "sum" });
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
    console.error(`${out}: ${step.value.phase} ${step.value.done.toFixed(2)} of ${step.value.total}`);
  }
}

const featureOf = ({ features }: RectifiedTarget): RectifiedTarget["features"][number] =>
  features[0] as RectifiedTarget["features"][number];

const wanted = list?.split(",");
const results: RectifiedTarget[] = [];
const controls = new Set<RectifiedTarget>();
for (const pair of [...Object.entries(planted), ...clean]) {
  const [target, feature] = pair;
  if (wanted?.includes(target) === false) continue;
  const [result] = (await rectified(target, feature, true)).targets as [RectifiedTarget];
  results.push(result);
  if (clean.includes(pair)) controls.add(result);
}
/** By result of a guess, the same from 0, where the descent from the guess found the coefficient itself. */
const fromZero = new Map<RectifiedTarget, RectifiedTarget>();
for (const result of results) {
  const { against, grid, verdict } = featureOf(result);
  if (controls.has(result) || grid !== null || verdict !== "rectified") continue;
  const [other] = (await rectified(result.target, against, false)).targets as [RectifiedTarget];
  fromZero.set(result, other);
}
if (process.env.NO_PAGE !== undefined) process.exit(0);

const show = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : value.toFixed(3);
const range = (ci: readonly number[] | null | undefined): string => (ci ? ` (${ci.map(show).join(" to ")})` : "");

/** First step after which the iterates stay within 0.1 of the coefficient that was chosen, for three steps; null if never. */
function settled({ descent, features }: RectifiedTarget, coefficient: number): number | null {
  if (descent === null || features.length === 0) return null;
  const near = descent.steps.map(({ coefficients: [c = 0] }) => Math.abs(c - coefficient) <= 0.1);
  const first = near.findIndex(
    (_, step) => near.slice(step, step + 3).length === 3 && near.slice(step, step + 3).every(Boolean),
  );
  return first < 0 ? null : first;
}

/** Share by which |mean RC| falls on test; null where nothing was fitted. */
function fallOf(result: RectifiedTarget): number | null {
  const { before, after } = featureOf(result).splits.test;
  return after === null ? null : 1 - Math.abs(after.all.mean ?? 0) / Math.abs(before.all.mean ?? 1);
}
/** A target's name, with the feature for the controls, whose names do not say it. */
const nameOf = (result: RectifiedTarget): string =>
  `\`${result.target}\`${controls.has(result) ? ` (\`${featureOf(result).against}\`)` : ""}`;
const percent = (share: number | null): string => (share === null ? "–" : `${Math.round(100 * share)} %`);

const verdictRows = results.map((result) => {
  const { against, coefficient, guess, spread, verdict, splits, coverage, grid } = featureOf(result);
  const { before, after } = splits.test;
  const counted = coverage?.test;
  return [
    `\`${result.target}\``,
    `\`${against}\``,
    verdict,
    result.descent === null ? "–" : `${show(coefficient)}${grid === null ? "" : " (grid)"}`,
    show(guess),
    show(spread),
    `${show(before.all.mean)}${range(before.all.ci)}`,
    `${show(after?.all.mean)}${range(after?.all.ci)}`,
    controls.has(result) ? "–" : percent(fallOf(result)),
    counted === undefined ? "–" : `${counted.before} → ${counted.after}`,
    counted === undefined ? "–" : String(counted.corrected),
    after === null ? "–" : `${before.present.used} → ${after.present.used}`,
  ];
});
const imageRows = results.map((result) => {
  const { splits, reduction } = featureOf(result);
  const { before, after } = splits.test;
  return [
    nameOf(result),
    `${show(before.all.meanAbsolute)} → ${show(after?.all.meanAbsolute)}`,
    reduction === null
      ? "–"
      : `${show(reduction.before.meanAbsolute)} → ${show(reduction.after.meanAbsolute)}, less by ${show(reduction.value)}${range(reduction.ci)}`,
    reduction === null ? "–" : `${show(reduction.before.mean)} → ${show(reduction.after.mean)}`,
    reduction === null ? "–" : String(reduction.count),
    `${show(before.present.mean)} → ${show(after?.present.mean)}`,
    `${show(before.absent.mean)} → ${show(after?.absent.mean)}`,
    `${before.all.images - before.all.used} → ${after === null ? "–" : after.all.images - after.all.used} of ${before.all.images}`,
  ];
});
const labelled = results.flatMap((result) =>
  result.performance.map(({ original, before, after }) => [
    nameOf(result),
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
  return [[nameOf(result), String(moved.length), listed.join(", ") || "–"]];
});
const saved = results.flatMap((result) => {
  const other = fromZero.get(result);
  if (result.descent === null || other === undefined || other.descent === null) return [];
  const { coefficient, guess } = featureOf(result);
  return [
    [
      nameOf(result),
      show(guess),
      show(coefficient),
      show(featureOf(other).coefficient),
      `${settled(result, coefficient) ?? "–"} / ${settled(other, featureOf(other).coefficient) ?? "–"}`,
      `${result.descent.chosen} of ${result.descent.steps.length} / ${other.descent.chosen} of ${other.descent.steps.length}`,
    ],
  ];
});

const goal = 0.75;
const repaired = results.filter((result) => !controls.has(result) && result.verdict === "rectified");
const reached = repaired.filter((result) => (fallOf(result) ?? 0) >= goal);
const verdictHeader = [
  ...["target", "feature", "verdict", "c", "guess", "± fits", "mean RC before", "after"],
  ...["|mean RC| falls by", "coverage", "corrected", "without labels"],
];
const imageHeader = [
  ...["target", "mean |RC|", "used under both", "their mean RC", "images"],
  ...["mean RC, feature present", "absent", "below the filter"],
];
/** Of the figures behind a verdict those that a reader asks for first, without their intervals. */
const short = verdictRows.flatMap(([target = "", feature, verdict, , , , ...rc], i) => {
  if (controls.has(results[i] as RectifiedTarget)) return [];
  const name = nameOf(results[i] as RectifiedTarget);
  const worst = labelled.find(([of]) => of === name)?.[3] ?? "–";
  const [before, after] = rc.map((figure) => String(figure).split(" ")[0]);
  return [[`${target} → ${feature}`, String(verdict), `${before} → ${after}`, worst]];
});
const text = [
  markdownTable(
    [...["target → feature", "verdict", "mean RC"], "worst group: original / best threshold → rectified"],
    short,
  ),
  `${faces} faces of seed ${seed} (independent factors), up to ${limit} positives per target, figures on test. ${repaired.length} of the ${results.length - controls.size} planted targets are rectified; for ${reached.length} of them |mean RC| falls by ${100 * goal} % or more.`,
  "With intervals: [verdicts](data/rectification-verdicts.csv), [images](data/rectification-images.csv), [labels](data/rectification-labels.csv), [ledger](data/rectification-ledger.csv), [what the first guess saves](data/rectification-guess.csv). Written by `scripts/measure/measure-rectify.ts`.",
].join("\n\n");
console.log(text);
await writeMarked("docs/rectification.md", "figures", text);
await writeAppendix("docs/data/rectification-verdicts.csv", [verdictHeader, ...verdictRows]);
await writeAppendix("docs/data/rectification-images.csv", [imageHeader, ...imageRows]);
await writeAppendix("docs/data/rectification-labels.csv", [
  ["target", "accuracy", "AUROC", "worst group"],
  ...labelled,
]);
await writeAppendix("docs/data/rectification-ledger.csv", [["target", "moved", "largest"], ...collateral]);
await writeAppendix("docs/data/rectification-guess.csv", [
  ["target", "guess", "c from the guess", "c from 0", "settled at step", "chosen look"],
  ...saved,
]);
