import { CfalignError } from "../base/errors.ts";
import type { Graph } from "../onnx/graph.ts";
import { activeValues, type MissingRule, missing } from "./activity.ts";
import { reasonOf } from "./refused.ts";
import type { RuleTable } from "./rule.ts";
import { derivatives } from "./table.ts";

/** Paths longer than this are told by their ends. */
const SHOWN = 6;

/** A gradient of outputs by values; the derivatives are the rules by default. */
export interface Wanted {
  readonly wrt: readonly string[];
  readonly outputs: readonly string[];
  readonly rules?: RuleTable;
}

/** Names operator, node and input for every value on the path from wrt to outputs that has no rule. */
export function missingRules(graph: Graph, { wrt, outputs, rules = derivatives }: Wanted): readonly MissingRule[] {
  return missing(graph, activeValues(graph, wrt, { rules }), { outputs, rules });
}

/**
 * Refuses a graph with operators on the path from wrt to outputs that have no rule, by the graph alone: before it is run.
 * Errors: CfalignError("input") that names every such operator, its first node, why it has no rule, and the path there.
 */
export function requireRules(graph: Graph, wanted: Wanted): void {
  refuseMissing(missingRules(graph, wanted), wanted.outputs);
}

/** Throws if anything is missing. */
export function refuseMissing(lacking: readonly MissingRule[], outputs: readonly string[]): void {
  const [first] = lacking;
  if (first === undefined) return;
  const from = outputs.map((output) => `"${output}"`).join(", ");
  const by = [...new Set(lacking.map(({ path }) => `"${path[0]}"`))].join(", ");
  throw new CfalignError("input", `no gradient of ${from} by ${by}: ${describe(lacking).join("; ")}`, {
    where: first.node,
  });
}

/** One phrase per operator at fault: its first node stands for the others. */
function describe(lacking: readonly MissingRule[]): string[] {
  const nameOf = ({ op, domain }: MissingRule) => (domain === "" ? op : `${domain}.${op}`);
  return [...new Set(lacking.map(nameOf))].map((name) => {
    const found = lacking.filter((item) => nameOf(item) === name);
    const { op, domain, node, input, path } = found[0] as MissingRule;
    const reason = reasonOf(op, domain) ?? "no rule for this input";
    const more = found.length === 1 ? "" : ` and ${found.length - 1} more`;
    return `node "${node}" (${name}: ${reason})${more}, at input ${input} through ${shortened(path)}`;
  });
}

function shortened(path: readonly string[]): string {
  const quoted = path.map((value) => `"${value}"`);
  const hidden = path.length - SHOWN;
  const shown = hidden <= 0 ? quoted : [...quoted.slice(0, 2), `(${hidden} more)`, ...quoted.slice(-4)];
  return shown.join(" → ");
}
