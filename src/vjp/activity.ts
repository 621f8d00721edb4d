import type { Graph, Node } from "../onnx/graph.ts";
import { readsOf } from "../onnx/prune.ts";
import { type Entries, entriesOf } from "./quantization.ts";
import type { RuleTable } from "./rule.ts";

/** A value on the path from `wrt` to `outputs` whose cotangent nobody knows how to compute. */
export interface MissingRule {
  readonly op: string;
  readonly domain: string;
  readonly node: string;
  /** Index of the input. Values that a branch or a loop's body takes from outside count after the inputs. */
  readonly input: number;
  /** Names of the values from `wrt` up to this input. */
  readonly path: readonly string[];
}

/**
 * For every value that changes with `wrt`, the value it was first reached from (itself for `wrt`). A rule `null` cuts the
 * path; a missing rule does not, not even where the result is no float: a quantized value is no constant.
 */
export function activeValues(
  graph: Graph,
  wrt: readonly string[],
  { rules, differentiable = () => true }: { rules: RuleTable; differentiable?: (value: string) => boolean },
): ReadonlyMap<string, string> {
  const entries = entriesOf(graph, rules);
  const active = new Map(wrt.map((value) => [value, value]));
  for (const node of graph.nodes) {
    const reads = valuesRead(node);
    const source = reads.find((value, index) => active.has(value) && entries.of(node, index) !== null);
    if (source === undefined) continue;
    const unknown = reads.some((value, index) => active.has(value) && entries.of(node, index) === undefined);
    for (const output of node.outputs) {
      const carries = unknown || differentiable(output) || entries.quantized.has(output);
      if (output !== "" && !active.has(output) && carries) active.set(output, source);
    }
  }
  return active;
}

/** The inputs of a node, then what its bodies take from outside. */
function valuesRead(node: Node): readonly string[] {
  const all = readsOf(node);
  return all.length === node.inputs.filter((name) => name !== "").length
    ? node.inputs
    : [...node.inputs, ...new Set(all.filter((name) => !node.inputs.includes(name)))];
}

/** Names of all values that `targets` are computed from, the targets included; values that subgraphs capture count. */
export function ancestors(nodes: readonly Node[], targets: Iterable<string>): ReadonlySet<string> {
  const needed = new Set(targets);
  for (const node of nodes.toReversed()) {
    if (node.outputs.some((output) => needed.has(output))) for (const name of readsOf(node)) needed.add(name);
  }
  return needed;
}

/** Names operator, node and input for every value on the path from `wrt` to `outputs` that has no rule, in graph order. */
export function missing(
  graph: Graph,
  active: ReadonlyMap<string, string>,
  { outputs, rules }: { readonly outputs: readonly string[]; readonly rules: RuleTable },
): readonly MissingRule[] {
  const entries = entriesOf(graph, rules);
  const needed = reached(graph, active, { outputs, entries });
  return graph.nodes.flatMap((node) =>
    node.outputs.some((output) => needed.has(output) && active.has(output))
      ? valuesRead(node).flatMap((value, input) =>
          active.has(value) && entries.of(node, input) === undefined
            ? [{ op: node.op, domain: node.domain, node: node.name, input, path: pathTo(value, active) }]
            : [],
        )
      : [],
  );
}

/** Values that a cotangent of `outputs` would reach: a rule `null` cuts the path, a missing rule does not. */
function reached(
  graph: Graph,
  active: ReadonlyMap<string, string>,
  { outputs, entries }: { readonly outputs: readonly string[]; readonly entries: Entries },
): ReadonlySet<string> {
  const values = new Set(outputs);
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => values.has(output))) continue;
    valuesRead(node).forEach((input, index) => {
      if (active.has(input) && entries.of(node, index) !== null) values.add(input);
    });
  }
  return values;
}

function pathTo(value: string, active: ReadonlyMap<string, string>): string[] {
  const source = active.get(value);
  return source === undefined || source === value ? [value] : [...pathTo(source, active), value];
}
