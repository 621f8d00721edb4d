import type { CheckItem } from "../../results/check-item.ts";
import type { RunData } from "../../results/run-data.ts";
import { uncheckedSentence } from "../../words/check.ts";

/** A check that does not pass where it is about a feature that a model of texts named and nobody has checked: what lies within the bound may be something else. */
export function unlessUnchecked({ unchecked = [] }: Pick<RunData, "unchecked">, item: CheckItem): CheckItem {
  const named = [item.base, item.downstream].find((name) => unchecked.includes(name));
  if (named === undefined || item.verdict !== "passed") return item;
  return { ...item, verdict: "unresolved", reason: "unchecked", sentence: uncheckedSentence(item.sentence, named) };
}
