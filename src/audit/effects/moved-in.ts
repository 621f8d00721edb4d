import { counted } from "../../interventions/confirmed.ts";
import type { Editor, InterventionRow } from "../../interventions/rows.ts";
import type { Matrix } from "../../results/matrix-schema.ts";
import type { RunData } from "../../results/run-data.ts";
import type { MovedIn } from "../../words/moved.ts";
import { concepts } from "../cells/concepts.ts";

/** What was moved in a run; undefined without interventions. */
export function movedIn(
  run: RunData,
  { cells, bases, maxRareUse, confidence }: Pick<Matrix, "cells" | "bases" | "maxRareUse" | "confidence">,
): MovedIn | undefined {
  const { interventions: rows = [], withoutEditor = {}, probes = [] } = run;
  if (rows.length === 0) return undefined;
  const { of } = concepts(run);
  const moved = new Set(rows.map(({ feature }) => feature));
  const withEffects = new Set(cells.flatMap(({ base, effect }) => (effect === null ? [] : [base])));
  const imagesOf = (name: string): number =>
    new Set(rows.flatMap(({ feature, image }) => (feature === name ? [image] : []))).size;
  const all = counted(rows);
  const madeBy = (editor: Editor): readonly InterventionRow[] => all.filter((row) => row.editor === editor);
  const editedBy = (editor: Editor) => ({ features: featuresOf(madeBy(editor)), images: madeBy(editor).length });
  return {
    features: moved.size,
    images: rows.length,
    most: Math.max(...[...moved].map(imagesOf)),
    needed: imagesToClear(maxRareUse, confidence),
    maxRareUse,
    bySpectra: editedBy("spectrum"),
    byCounterfactuals: editedBy("counterfactual"),
    toldByEditor: featuresOf(madeBy("counterfactual").filter(({ editedBy, witness }) => editedBy === witness)),
    toldByProbes: featuresOf(all.filter(({ witness }) => probes.includes(witness))),
    withoutEditor,
    left: [...new Set([...run.bases, ...run.downstream].map(of))].filter((feature) => !moved.has(feature)),
    without: bases.filter((base) => !withEffects.has(base)),
  };
}

function featuresOf(rows: readonly Pick<InterventionRow, "feature">[]): string[] {
  return [...new Set(rows.map(({ feature }) => feature))];
}

/** Edited images of which none answers, from which on such a use is excluded. */
export function imagesToClear(maxRareUse: number, confidence: number): number {
  return maxRareUse >= 1 ? 1 : Math.ceil(Math.log(1 - confidence) / Math.log(1 - maxRareUse));
}
