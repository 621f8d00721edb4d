import type { Graph, Node, ValueInfo } from "../onnx/graph.ts";
import { readsOf } from "../onnx/prune.ts";

/** A gradient graph in two: what no cotangent reaches, and what pulls cotangents back. Together they have its nodes, each once. */
export interface SplitGraph {
  /** Inputs to outputs, and to the values of `kept`. */
  readonly forward: Graph;
  /** Values that the second part reads of the first. */
  readonly kept: readonly string[];
  /** Inputs that the second part reads itself. */
  readonly read: readonly string[];
  /** The second part: from `kept`, `read` and cotangents to gradients. infos: of `kept`, as the first part gave them. */
  backward(infos: readonly ValueInfo[]): Graph;
}

/** Splits what `vjp` made, so that many cotangents share one forward pass. cotangents, gradients: names of its inputs and outputs. */
export function splitGradient(
  graph: Graph,
  { cotangents, gradients }: { readonly cotangents: readonly string[]; readonly gradients: readonly string[] },
): SplitGraph {
  const reached = new Set(cotangents);
  const wanted = new Set(gradients);
  const early: Node[] = [];
  const late: Node[] = [];
  for (const node of graph.nodes) {
    const isLate = node.outputs.some((name) => wanted.has(name)) || readsOf(node).some((name) => reached.has(name));
    (isLate ? late : early).push(node);
    if (isLate) for (const name of node.outputs) reached.add(name);
  }
  const reads = new Set(late.flatMap(readsOf));
  const kept = early.flatMap(({ outputs }) => outputs.filter((name) => name !== "" && reads.has(name)));
  const inputs = graph.inputs.filter(({ name }) => !cotangents.includes(name));
  const read = inputs.filter(({ name }) => reads.has(name));
  const outputs = graph.outputs.filter(({ name }) => !wanted.has(name));
  const given = new Set(outputs.map(({ name }) => name));
  const more = kept
    .filter((name) => !given.has(name))
    .map((name): ValueInfo => ({ name, type: "other", dims: undefined }));
  return {
    forward: part(graph, early, { inputs, outputs: [...outputs, ...more] }),
    kept,
    read: read.map(({ name }) => name),
    backward: (infos) =>
      part(graph, late, {
        inputs: [...read, ...infos, ...graph.inputs.filter(({ name }) => cotangents.includes(name))],
        outputs: graph.outputs.filter(({ name }) => wanted.has(name)),
      }),
  };
}

function part(graph: Graph, nodes: readonly Node[], ends: Pick<Graph, "inputs" | "outputs">): Graph {
  const needed = new Set([...nodes.flatMap(readsOf), ...ends.outputs.map(({ name }) => name)]);
  return {
    ...graph,
    ...ends,
    nodes: [...nodes],
    initializers: new Map([...graph.initializers].filter(([name]) => needed.has(name))),
  };
}
