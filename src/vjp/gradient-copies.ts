import type { Graph, Node } from "../onnx/graph.ts";
import { prune, readsOf } from "../onnx/prune.ts";
import { renameValues } from "../onnx/rename.ts";

/** A gradient graph whose forward pass is run once for several cotangents. */
export interface GradientCopies {
  /** Nodes that a cotangent reaches: what every cotangent costs. */
  readonly backward: number;
  /** The gradients alone, of so many cotangents: the values that a cotangent reaches are there once for each, under `copyName`. */
  of(count: number): Graph;
}

/** Name of a cotangent, a gradient or a value between them in a copy; the first copy keeps the names. */
export function copyName(name: string, copy: number): string {
  return copy === 0 ? name : `${name}#${copy}`;
}

/** Looks at what `vjp` made. cotangents, gradients: names of its inputs and outputs. */
export function gradientCopies(
  graph: Graph,
  { cotangents, gradients }: { readonly cotangents: readonly string[]; readonly gradients: readonly string[] },
): GradientCopies {
  const own = prune(graph, gradients);
  const reached = new Set([...cotangents, ...gradients]);
  const backward: Node[] = [];
  for (const node of own.nodes) {
    const isReached = [...node.outputs, ...readsOf(node)].some((name) => reached.has(name));
    if (!isReached) continue;
    backward.push(node);
    for (const name of node.outputs) reached.add(name);
  }
  const part: Graph = {
    ...own,
    inputs: own.inputs.filter(({ name }) => reached.has(name)),
    nodes: backward,
    initializers: new Map(),
  };
  return {
    backward: backward.length,
    of(count) {
      const more = Array.from({ length: count - 1 }, (_, place) =>
        renamed(part, (name) => (reached.has(name) ? copyName(name, place + 1) : name), `#${place + 1}`),
      );
      return {
        ...own,
        inputs: [...own.inputs, ...more.flatMap(({ inputs }) => inputs)],
        nodes: [...own.nodes, ...more.flatMap(({ nodes }) => nodes)],
        outputs: [...own.outputs, ...more.flatMap(({ outputs }) => outputs)],
      };
    },
  };
}

function renamed(graph: Graph, rename: (name: string) => string, suffix: string): Graph {
  const values = renameValues(graph, rename);
  return { ...values, nodes: values.nodes.map((node, i) => ({ ...node, name: `${graph.nodes[i]?.name}${suffix}` })) };
}
