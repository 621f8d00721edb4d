import type { RunData } from "../../results/run-data.ts";
import { concepts } from "../cells/concepts.ts";
import type { Matrix } from "../schema.ts";
import { plural, quoted, spelled } from "../words.ts";

/** What the interventions of a run looked at and what they did not, in sentences; empty without interventions. */
export function movedText(run: RunData, { cells, bases }: Pick<Matrix, "cells" | "bases">): string {
  const rows = run.interventions ?? [];
  if (rows.length === 0) return "";
  const { of } = concepts(run);
  const moved = new Set(rows.map(({ feature }) => feature));
  const left = [...new Set([...run.bases, ...run.downstream].map(of))].filter((feature) => !moved.has(feature));
  const told = new Set(cells.flatMap(({ base, effect }) => (effect === null ? [] : [base])));
  const untold = bases.filter((base) => !told.has(base));
  const text = `${capital(spelled(moved.size))} ${moved.size === 1 ? "feature was" : "features were"} taken out of pictures and put into others (${plural(rows.length, "edited image")}), and all classifiers watched.`;
  return [
    text,
    ...(left.length === 0
      ? []
      : [
          `Not moved, so that nothing is known of their effects: ${left.map(quoted).join(", ")} (ten pictures with them and without them, and a classifier that tells them, are needed).`,
        ]),
    ...(untold.length === 0
      ? []
      : [
          `No effects on ${untold.map(quoted).join(", ")}, whose own feature was not moved or is told by nobody else (a judge would).`,
        ]),
  ].join(" ");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
