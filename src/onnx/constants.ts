import type { Attribute, Constant, Graph } from "./graph.ts";

/** Every constant of a graph: initializers and tensor attributes, those in subgraphs included. */
export function constantsOf(graph: Graph): Constant[] {
  const found: Constant[] = [];
  mapConstants(graph, (constant) => {
    found.push(constant);
    return constant;
  });
  return found;
}

/** The graph with every constant changed, those in attributes and subgraphs included. */
export function mapConstants(graph: Graph, change: (constant: Constant) => Constant): Graph {
  return {
    ...graph,
    initializers: new Map([...graph.initializers].map(([name, constant]) => [name, change(constant)])),
    nodes: graph.nodes.map((node) => ({
      ...node,
      attributes: Object.fromEntries(
        Object.entries(node.attributes).map(([name, attribute]) => [name, mapAttribute(attribute, change)]),
      ),
    })),
  };
}

function mapAttribute(attribute: Attribute, change: (constant: Constant) => Constant): Attribute {
  switch (attribute.kind) {
    case "tensor":
      return { ...attribute, value: change(attribute.value) };
    case "graph":
      return { ...attribute, value: mapConstants(attribute.value, change) };
    case "graphs":
      return { ...attribute, value: attribute.value.map((graph) => mapConstants(graph, change)) };
    default:
      return attribute;
  }
}
