import { counted } from "../../interventions/confirmed.ts";
import type { Editor, InterventionRow } from "../../interventions/rows.ts";
import type { RunData } from "../../results/run-data.ts";
import { concepts } from "../cells/concepts.ts";
import type { Matrix } from "../schema.ts";

/** What the interventions of a run looked at, and what they did not. */
export interface MovedIn {
  /** Features that were moved, and edited images. */
  readonly features: number;
  readonly images: number;
  /** Edited images of the feature that has most, and how many no effect is clear without. */
  readonly most: number;
  readonly needed: number;
  readonly maxRareUse: number;
  /** Features moved by their spectra, and by counterfactuals, and edited images of these. */
  readonly bySpectra: { readonly features: readonly string[]; readonly images: number };
  readonly byCounterfactuals: { readonly features: readonly string[]; readonly images: number };
  /** Those of them that the editor itself tells, and features that a probe tells. */
  readonly toldByEditor: readonly string[];
  readonly toldByProbes: readonly string[];
  /** Why nothing moves a feature. */
  readonly withoutEditor: Readonly<Record<string, string>>;
  /** Features that were not moved, and bases without effects. */
  readonly left: readonly string[];
  readonly without: readonly string[];
}

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
