import type { Attribute, Graph, Node } from "./graph.ts";

/** The graph with every value, initializer and node renamed, in subgraphs too. The empty name (absent input) stays. */
export function renameValues(graph: Graph, rename: (name: string) => string): Graph {
  const to = (name: string) => (name === "" ? "" : rename(name));
  return {
    name: graph.name,
    inputs: graph.inputs.map((info) => ({ ...info, name: to(info.name) })),
    outputs: graph.outputs.map((info) => ({ ...info, name: to(info.name) })),
    nodes: graph.nodes.map((node) => renameNode(node, to)),
    initializers: new Map([...graph.initializers].map(([name, constant]) => [to(name), constant])),
  };
}

function renameNode(node: Node, to: (name: string) => string): Node {
  return {
    ...node,
    name: to(node.name),
    inputs: node.inputs.map(to),
    outputs: node.outputs.map(to),
    attributes: Object.fromEntries(
      Object.entries(node.attributes).map(([name, attribute]) => [name, renameAttribute(attribute, to)]),
    ),
  };
}

function renameAttribute(attribute: Attribute, to: (name: string) => string): Attribute {
  if (attribute.kind === "graph") return { kind: "graph", value: renameValues(attribute.value, to) };
  if (attribute.kind === "graphs") {
    return { kind: "graphs", value: attribute.value.map((graph) => renameValues(graph, to)) };
  }
  return attribute;
}

/** The graph with a prefix before every name except those kept. */
export function prefixValues(graph: Graph, prefix: string, keep: Iterable<string> = []): Graph {
  const kept = new Set(keep);
  return renameValues(graph, (name) => (kept.has(name) ? name : `${prefix}${name}`));
}
