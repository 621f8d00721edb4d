import { counted } from "../../interventions/confirmed.ts";
import type { RunData } from "../../results/run-data.ts";
import { plural, quoted, spelled } from "../../words/figures.ts";
import { concepts } from "../cells/concepts.ts";
import type { Matrix } from "../schema.ts";

/** What the interventions of a run looked at and what they did not, in sentences; empty without interventions. */
export function movedText(
  run: RunData,
  { cells, bases, maxRareUse, confidence }: Pick<Matrix, "cells" | "bases" | "maxRareUse" | "confidence">,
): string {
  const rows = run.interventions ?? [];
  if (rows.length === 0) return "";
  const { of } = concepts(run);
  const moved = new Set(rows.map(({ feature }) => feature));
  const left = [...new Set([...run.bases, ...run.downstream].map(of))].filter((feature) => !moved.has(feature));
  const withEffects = new Set(cells.flatMap(({ base, effect }) => (effect === null ? [] : [base])));
  const without = bases.filter((base) => !withEffects.has(base));
  const text = `${capital(spelled(moved.size))} ${moved.size === 1 ? "feature was" : "features were"} taken out of pictures and put into others (${plural(rows.length, "edited image")}), and all classifiers watched.`;
  const imagesOf = (name: string): number =>
    new Set(rows.flatMap(({ feature, image }) => (feature === name ? [image] : []))).size;
  const most = Math.max(...[...moved].map(imagesOf));
  const needed = imagesToClear(maxRareUse, confidence);
  return [
    text,
    ...editorsText(run),
    ...(most >= needed
      ? []
      : [
          `With ${plural(most, "edited image")} a feature no effect is clear, since a use on ${Number((100 * maxRareUse).toFixed(2))} % of the images cannot be excluded: ${needed} are needed (option interventions, at least ${Math.ceil(needed / 2)}).`,
        ]),
    ...(left.length === 0
      ? []
      : [
          `Not moved, so that nothing is known of their effects: ${left.map(quoted).join(", ")} (ten pictures with them and without them, and a classifier that tells them, are needed).`,
        ]),
    ...(without.length === 0
      ? []
      : [
          `No effects on ${without.map(quoted).join(", ")}, whose own feature was not moved or is told by nobody else (a judge would).`,
        ]),
  ].join(" ");
}

/** Which features other editors than patterns moved, or could not. */
function editorsText({ interventions = [], withoutEditor = {}, probes = [] }: RunData): string[] {
  const made = counted(interventions).filter(({ editor }) => editor === "counterfactual");
  const list = (names: Iterable<string>): string => [...new Set(names)].map(quoted).join(", ");
  const probed = counted(interventions).filter(({ witness }) => probes.includes(witness));
  const own = made.filter(({ editedBy, witness }) => editedBy === witness);
  return [
    ...(made.length === 0
      ? []
      : [
          `By counterfactuals, since no pattern moves them as far: ${list(made.map(({ feature }) => feature))} (${plural(made.length, "edited image")}).`,
        ]),
    ...(own.length === 0
      ? []
      : [
          `Told by the network that made the edit, so that no effect of theirs is clear by this alone: ${list(own.map(({ feature }) => feature))} (a judge would do).`,
        ]),
    ...(probed.length === 0
      ? []
      : [
          `Told by probes alone, which read what edits change, so that no effect of theirs is clear: ${list(probed.map(({ feature }) => feature))} (a judge would do).`,
        ]),
    ...Object.entries(withoutEditor).map(
      ([feature, why]) => `No pattern moves ${quoted(feature)}, and no counterfactual was made of it: ${why}.`,
    ),
  ];
}

/** Edited images of which none answers, from which on such a use is excluded. */
export function imagesToClear(maxRareUse: number, confidence: number): number {
  return maxRareUse >= 1 ? 1 : Math.ceil(Math.log(1 - confidence) / Math.log(1 - maxRareUse));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
