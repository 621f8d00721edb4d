import type { Rectification } from "../index.ts";
import type { Output } from "./output.ts";
import { figure, textTable } from "./table.ts";

type Repair = Rectification["repairs"][number];
type Looked = NonNullable<Repair["before"]>;

/** Other effects shown per method; all are in the file. */
const shown = 5;

/** The repairs of every target for a terminal: what each method did to effects and groups, and which file to deploy. */
export function repairText({ repairs, out }: Rectification, style: Pick<Output, "bold" | "dim">): string {
  const blocks = repairs.map((repair) => repairLines(repair, style).join("\n"));
  return [...blocks, style.dim(`on judged pictures; everything is in ${out}/rectification.json`)].join("\n\n");
}

function repairLines(repair: Repair, style: Pick<Output, "bold" | "dim">): string[] {
  const { target, features, told, pictures, notes, before, methods, recommended, advice } = repair;
  const { fitted, chosen, judged } = pictures;
  const by = [...new Set([told.class, ...told.features].map((each) => each ?? "nobody"))].join(", ");
  const lines = [
    style.bold(target),
    `  ${fitted} fitted, ${chosen} chosen and ${judged} judged pictures; groups told by ${by}`,
    ...notes.map((note) => `  ${note}`),
  ];
  for (const { method, refused } of methods) if (refused !== null) lines.push(`  ${method}: no file: ${refused}`);
  const made = methods.flatMap(({ method, judged }) => (judged === null ? [] : [{ method, judged }]));
  if (before !== null && made.length > 0) {
    const header = ["  ", ...features.map((name) => `effect of ${name}`), "accuracy", "worst group", "verdict"];
    const rows = [
      ["  as it is", ...figuresOf(before, repair), ""],
      ...made.map(({ method, judged }) => [
        `  ${method}${method === recommended && made.length > 1 ? " (recommended)" : ""}`,
        ...figuresOf(judged, repair),
        judged.verdict,
      ]),
    ];
    lines.push(textTable([header, ...rows]));
    for (const { method, judged } of made) lines.push(`  ${method}: ${judged.verdict}: ${judged.reason}`);
    for (const { method, judged } of made) lines.push(...movedLines(method, { before, judged, repair }));
  }
  lines.push(`  ${style.bold(advice)}`);
  return lines;
}

function figuresOf(looked: Looked, { features }: Repair): string[] {
  const effects = features.map((feature) => {
    const effect = looked.effects.find((each) => each.feature === feature);
    return effect === undefined
      ? "—"
      : `${figure(effect.value)}${effect.ci === null ? "" : ` (${effect.ci.map((end) => figure(end)).join(" to ")})`}`;
  });
  const { figures } = looked;
  return [...effects, figure(figures?.accuracy.value), figure(figures?.worstGroup?.value)];
}

/** Effects of other features that became found, or no longer are. */
function movedLines(
  method: string,
  { before, judged, repair }: { readonly before: Looked; readonly judged: Looked; readonly repair: Repair },
): string[] {
  const own = new Set(repair.features);
  return judged.effects
    .flatMap(({ feature, value, state }) => {
      const was = before.effects.find((each) => each.feature === feature);
      const changed = (was?.state === "found") !== (state === "found");
      return changed && !own.has(feature) && was !== undefined ? [{ feature, was: was.value, is: value }] : [];
    })
    .slice(0, shown)
    .map(({ feature, was, is }) => `  ${method}: ${feature} does ${figure(is)} now, and did ${figure(was)}`);
}
