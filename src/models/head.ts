import { CfalignError } from "../errors.ts";
import type { Graph, Node } from "../onnx/graph.ts";
import { prune } from "../onnx/prune.ts";
import { renameValues } from "../onnx/rename.ts";
import type { Activation } from "./types.ts";

/** Operators that end a file in predictions, and the activation that they mean. */
const heads: Readonly<Record<string, Activation>> = { Sigmoid: "sigmoid", Softmax: "softmax", LogSoftmax: "softmax" };
/** Operators that may stand between the head and the output: they only pass values on. */
const passing = new Set(["Identity", "Flatten", "Reshape", "Squeeze", "Unsqueeze"]);

/**
 * The graph up to the logits of `output`: a Sigmoid or Softmax at its end is cut off, because σ′ needs logits that float32
 * predictions have lost. Errors: CfalignError("input") where the file ends in another head than `activation` says.
 */
export function cutHead(graph: Graph, output: string, activation: Activation, where: string): Graph {
  const producer = new Map(graph.nodes.flatMap((node) => node.outputs.map((name): [string, Node] => [name, node])));
  let node = producer.get(output);
  while (node !== undefined && passing.has(node.op)) node = producer.get(node.inputs[0] as string);
  const found = node === undefined ? undefined : heads[node.op];
  if (node === undefined || found === undefined) return prune(graph, [output]);
  if (found !== activation) {
    throw new CfalignError(
      "input",
      `${where}: output.activation: expected "${found}" because the file ends in ${node.op} (node "${node.name}"), got "${activation}"`,
      { where },
    );
  }
  const [logits, head] = [node.inputs[0] as string, node.outputs[0] as string];
  const without: Graph = {
    ...graph,
    nodes: graph.nodes.filter((other) => other !== node),
    outputs: graph.outputs.filter(({ name }) => name !== head),
  };
  // Readers of the head read the logits; the graph's own output may be the head itself.
  const rewired = renameValues(without, (name) => (name === head ? logits : name));
  return prune(rewired, [output === head ? logits : output]);
}
