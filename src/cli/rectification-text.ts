import type { Rectification, RectifiedTarget } from "../index.ts";
import type { Output } from "./output.ts";
import { figure, textTable } from "./table.ts";

/** Collateral changes shown per target; all are in the file. */
const shown = 5;

/** Every target for a terminal: its verdict and why, the coefficient, before and after on test, and what else moved. */
export function rectificationText(
  { targets, out }: Pick<Rectification, "targets" | "out">,
  style: Pick<Output, "bold" | "dim">,
): string {
  const blocks = targets.map((target) => targetLines(target, style).join("\n"));
  return [...blocks, style.dim(`mean relative change on test images; everything is in ${out}/rectification.json`)].join(
    "\n\n",
  );
}

function targetLines(target: RectifiedTarget, style: Pick<Output, "bold" | "dim">): string[] {
  const { rectified, verdict, byLabels, images, features, cells, performance, model } = target;
  const lines = [
    `${style.bold(target.target)}: ${verdict} by relative change${byLabels === null ? "" : `; ${byLabels.verdict} by labels`}`,
    `  ${images.train} training, ${images.validation} validation and ${images.test} test images`,
  ];
  for (const { against, reason } of features) lines.push(`  ${against}: ${reason}`);
  if (byLabels !== null) lines.push(`  labels: ${byLabels.reason}`);
  if (rectified === null) return lines;
  lines.push(`  ${rectified}`);
  const header = ["  against", "c", "± over fits", "before", "after", "present", "after", "used", "after"];
  const rows = features.map(({ against, coefficient, spread, splits: { test } }) => [
    `  ${against}`,
    figure(coefficient),
    figure(spread),
    ...[test.before.all.mean, test.after?.all.mean].map((value) => figure(value)),
    ...[test.before.present.mean, test.after?.present.mean].map((value) => figure(value)),
    String(test.before.all.used),
    String(test.after?.all.used ?? "—"),
  ]);
  lines.push(textTable([header, ...rows]));
  const moved = cells
    .filter(({ role, moved }) => role === "other" && moved)
    .sort((a, b) => Math.abs(b.change?.value ?? 0) - Math.abs(a.change?.value ?? 0));
  if (cells.length > 0 && moved.length === 0) lines.push("  no other prediction is known to move differently");
  for (const { downstream, before, after } of moved.slice(0, shown)) {
    lines.push(`  ${downstream} moved along: ${figure(before.all.mean)} → ${figure(after.all.mean)}`);
  }
  if (moved.length > shown) lines.push(style.dim(`  … and ${moved.length - shown} that moved less`));
  // The verdict by labels quotes one of them.
  for (const { feature, before, after } of performance.length > 1 ? performance : []) {
    if (feature === null) continue;
    lines.push(
      `  worst group by the label ${feature}: accuracy ${figure(before.worstGroup)} → ${figure(after.worstGroup)}`,
    );
  }
  if (model !== null) lines.push(`  saved: ${model.file}, ${model.manifest}`);
  return lines;
}
