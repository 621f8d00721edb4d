import type { Graph } from "../onnx/graph.ts";
import { readsOf } from "../onnx/prune.ts";

/** Most bytes that the values of a graph need at once: each from its node to its last reader, in the order of the graph. */
export function mostLiveBytes(graph: Graph, bytes: (value: string) => number): number {
  const last = new Map<string, number>();
  graph.nodes.forEach((node, position) => {
    for (const name of readsOf(node)) last.set(name, position);
  });
  // Inputs belong to the caller, outputs go to it.
  const kept = new Set(graph.outputs.map(({ name }) => name));
  let live = graph.inputs.reduce((total, { name }) => total + bytes(name), 0);
  let most = live;
  const made = new Set<string>();
  graph.nodes.forEach((node, position) => {
    for (const name of node.outputs) {
      if (name === "") continue;
      made.add(name);
      live += bytes(name);
    }
    most = Math.max(most, live);
    for (const name of new Set([...readsOf(node), ...node.outputs])) {
      if (made.has(name) && !kept.has(name) && (last.get(name) ?? position) === position) live -= bytes(name);
    }
  });
  return most;
}
