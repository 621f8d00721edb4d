import type { SuiteAudit, SuiteCell } from "../index.ts";
import { figure, textTable } from "./table.ts";

/** Why there is no effect, and what keeps one from being told, in a few words. */
const reasons: Readonly<Record<NonNullable<SuiteCell["none"] | SuiteCell["reason"]>, string>> = {
  "own-feature": "its own",
  "one-softmax": "a class of its softmax",
  "own-witness": "only it tells its own feature",
  "no-feature": "the suite does not tell its own feature",
  "too-few": "too few pairs",
  straddles: "the interval crosses the bound",
  "not-moved": "the witness hardly saw it move",
  "moves-others": "something else moved along",
  "base-unreachable": "no feature moves it",
  "rare-use": "too few pairs to exclude rare use",
  "told-by-editor": "told only by the network that made the edits",
};

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
      none !== null ? reasons[none] : reason === null ? "" : reasons[reason],
    ]);
    const table = textTable([["feature", "verdict", "effect", "interval", "pairs", ""], ...rows], new Set([0, 1, 5]));
    return `${bold(name)}, on ${pairs} pairs\n${table}`;
  });
  const count = (wanted: SuiteCell["state"]) => cells.filter(({ state }) => state === wanted).length;
  const summary = `${count("found")} found, ${count("clear")} clear, ${count("unresolved")} unresolved (effects beyond or within ±${minEffect})`;
  return [...parts, summary].join("\n\n");
}
