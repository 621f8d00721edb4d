import type { SuiteAudit, SuiteCell, SuiteFile } from "../index.ts";
import { suiteReasons } from "../words/suite.ts";
import { figure, textTable } from "./table.ts";

/** A table with a verdict a feature, classifier by classifier. */
export function suiteAuditText(
  { classifiers, cells, minEffect }: SuiteAudit,
  { bold }: { bold(text: string): string },
): string {
  const parts = classifiers.map(({ name, pairs }) => {
    const own = cells.filter(({ classifier }) => classifier === name);
    const rows = own.map(({ feature, state, reason, none, effect }) => [
      feature,
      state ?? "—",
      figure(effect?.value),
      effect?.ci == null ? "" : `${figure(effect.ci[0])} to ${figure(effect.ci[1])}`,
      effect === null ? "" : String(effect.count),
      none !== null ? suiteReasons[none] : reason === null ? "" : suiteReasons[reason],
    ]);
    const table = textTable([["feature", "verdict", "effect", "interval", "pairs", ""], ...rows], new Set([0, 1, 5]));
    return `${bold(name)}, on ${pairs} pairs\n${table}`;
  });
  const count = (wanted: SuiteCell["state"]) => cells.filter(({ state }) => state === wanted).length;
  const summary = `${count("found")} found, ${count("clear")} clear, ${count("unresolved")} unresolved (effects beyond or within ±${minEffect})`;
  return [...parts, summary].join("\n\n");
}

/** What is in a suite, feature by feature. */
export function suiteText({ features, pairs }: SuiteFile): string {
  const rows = features.map(({ name, witness, removed, added }) => [
    ...[name, String(removed.pairs), String(added.pairs), witness.name],
  ]);
  return `${pairs} pairs\n${textTable([["feature", "taken out", "put in", "witness"], ...rows], new Set([0, 3]))}`;
}
