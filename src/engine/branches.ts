import { inlineBranches } from "../onnx/branches.ts";
import type { Graph, Node } from "../onnx/graph.ts";
import { prune } from "../onnx/prune.ts";
import type { Facts } from "../vjp/facts.ts";
import type { Model } from "./model.ts";

const isIf = (node: Node): boolean => node.op === "If" && node.domain === "";

/**
 * The model with every If replaced whose condition follows from constants and the input shapes, as exporters write for
 * shapes that they do not know. Others stay. trace: finds what the conditions hold.
 */
export async function resolveBranches(
  model: Model,
  trace: (model: Model) => Promise<{ readonly facts: Facts }>,
): Promise<Model> {
  let { graph } = model;
  for (;;) {
    // Conditions behind another If wait until that one is resolved.
    const conditions = graph.nodes.filter(isIf).map((node) => node.inputs[0] ?? "");
    const ready = [...new Set(conditions)].filter((name) => !prune(graph, [name]).nodes.some(isIf));
    if (ready.length === 0) return { ...model, graph };
    const { facts } = await trace({ ...model, graph: prune(graph, ready) });
    const resolved = inlineBranches(graph, (name) => {
      const value = ready.includes(name) ? facts.values(name)?.[0] : undefined;
      return value === undefined ? undefined : value !== 0;
    });
    if (countOf(resolved) === countOf(graph)) return { ...model, graph };
    graph = prune(resolved);
  }
}

function countOf(graph: Graph): number {
  return graph.nodes.filter(isIf).length;
}
