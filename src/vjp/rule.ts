import type { Site } from "./site.ts";

/** The cotangent of one input of a node: from the cotangent of its first output, and the node. */
export type Rule = (ct: string, at: Site) => string;

/** A rule that answers undefined where the rule of another input accounts for this one. */
export type JointRule = (ct: string, at: Site) => string | undefined;

/** What is known about one input: a rule, `null` where the derivative is zero, `undefined` where nobody has written the rule. */
export type Entry = JointRule | null | undefined;

/** The entries of one operator: one per input, or one for each of any number of inputs. @internal */
export type Rules = readonly Entry[] | { readonly each: (index: number) => Entry };

/** From operator to its entries. Operators outside the standard domain are named `domain:Operator`. */
export type RuleTable = Readonly<Record<string, Rules>>;

/** The entry for an input of an operator. */
export function entryOf(
  table: RuleTable,
  node: { readonly op: string; readonly domain: string },
  input: number,
): Entry {
  const key = node.domain === "" || node.domain === "ai.onnx" ? node.op : `${node.domain}:${node.op}`;
  const rules = Object.hasOwn(table, key) ? table[key] : undefined;
  if (rules === undefined) return undefined;
  return "each" in rules ? rules.each(input) : rules[input];
}
