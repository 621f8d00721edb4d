import { CfalignError } from "../base/errors.ts";
import type { Graph, Node, ValueInfo } from "./graph.ts";

/** Names of the values that a node reads, those that its subgraphs take from outside included. */
export function readsOf(node: Node): string[] {
  const inner = Object.values(node.attributes).flatMap((attribute) =>
    attribute.kind === "graph" ? [attribute.value] : attribute.kind === "graphs" ? attribute.value : [],
  );
  return [
    ...node.inputs.filter((name) => name !== ""),
    ...inner.flatMap((graph) => [...graph.nodes.flatMap(readsOf), ...graph.outputs.map((info) => info.name)]),
  ];
}

/** Types of the values whose type the graph states: inputs, outputs and initializers. */
function statedInfo(graph: Graph): ReadonlyMap<string, ValueInfo> {
  return new Map<string, ValueInfo>([
    ...[...graph.initializers].map(([name, { type, dims }]): [string, ValueInfo] => [name, { name, type, dims }]),
    ...[...graph.inputs, ...graph.outputs].map((info): [string, ValueInfo] => [info.name, info]),
  ]);
}

/**
 * The part of a graph that computes `outputs` (by default its own): dead nodes and unused initializers are dropped, inputs
 * stay. Any inner value can be named, which cuts the graph there. Errors: CfalignError("input") for a value it lacks.
 */
export function prune(graph: Graph, outputs: readonly string[] = graph.outputs.map((info) => info.name)): Graph {
  const needed = new Set(outputs);
  const nodes: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    nodes.push(node);
    for (const name of readsOf(node)) needed.add(name);
  }
  const infos = statedInfo(graph);
  const produced = new Set([...infos.keys(), ...graph.nodes.flatMap((node) => node.outputs)]);
  for (const name of outputs) {
    if (!produced.has(name)) {
      throw new CfalignError("input", `graph "${graph.name}" has no value "${name}"`, { where: name });
    }
  }
  return {
    ...graph,
    nodes: nodes.reverse(),
    outputs: outputs.map((name) => infos.get(name) ?? { name, type: "other", dims: undefined }),
    initializers: new Map([...graph.initializers].filter(([name]) => needed.has(name))),
  };
}

/** Nodes in an order in which every value is produced before it is read; nodes already in order stay where they are. */
export function sortNodes(graph: Graph): Graph {
  const producer = new Map(graph.nodes.flatMap((node) => node.outputs.map((name): [string, Node] => [name, node])));
  const done = new Set<Node>();
  const open = new Set<Node>();
  const sorted: Node[] = [];
  for (const start of graph.nodes) {
    const stack: Node[] = [start];
    while (stack.length > 0) {
      const node = stack[stack.length - 1] as Node;
      if (done.has(node)) {
        stack.pop();
        continue;
      }
      const missing = readsOf(node)
        .map((name) => producer.get(name))
        .filter((other): other is Node => other !== undefined && !done.has(other) && other !== node);
      if (missing.length === 0) {
        sorted.push(node);
        done.add(node);
        stack.pop();
      } else if (open.has(node) && missing.some((other) => open.has(other))) {
        throw new CfalignError("input", `graph "${graph.name}" has a cycle through ${node.op} node "${node.name}"`);
      } else {
        open.add(node);
        stack.push(...missing);
      }
    }
  }
  return { ...graph, nodes: sorted };
}
