import { CfalignError } from "../base/errors.ts";
import type { Graph, Node } from "../onnx/graph.ts";
import { prune } from "../onnx/prune.ts";
import { renameValues } from "../onnx/rename.ts";
import type { Activation } from "./types.ts";

/** Operators that end a file in predictions, and the activation that they mean. */
const heads: Readonly<Record<string, Activation>> = { Sigmoid: "sigmoid", Softmax: "softmax", LogSoftmax: "softmax" };
/** Operators that may stand between the head and the output: they only pass values on. */
const passing = new Set(["Identity", "Flatten", "Reshape", "Squeeze", "Unsqueeze"]);

/** The node that turns logits into predictions at the end of a file, if there is one, and the activation that it means. */
function headOf(graph: Graph, output: string): { readonly node: Node; readonly activation: Activation } | undefined {
  const producer = new Map(graph.nodes.flatMap((node) => node.outputs.map((name): [string, Node] => [name, node])));
  let node = producer.get(output);
  while (node !== undefined && passing.has(node.op)) node = producer.get(node.inputs[0] as string);
  const activation = node === undefined ? undefined : heads[node.op];
  return node === undefined || activation === undefined ? undefined : { node, activation };
}

/** The activation that a file ends in, if it does. */
export function activationOf(graph: Graph, output: string): Activation | undefined {
  return headOf(graph, output)?.activation;
}

/**
 * The graph up to the logits of `output`: a Sigmoid or Softmax at its end is cut off, because σ′ needs logits that float32
 * predictions have lost. Errors: CfalignError("input") where the file ends in another head than `activation` says.
 */
export function cutHead(graph: Graph, output: string, activation: Activation, where: string): Graph {
  const found = headOf(graph, output);
  if (found === undefined) return prune(graph, [output]);
  const { node } = found;
  if (found.activation !== activation) {
    throw new CfalignError(
      "input",
      `${where}: output.activation: expected "${found.activation}" because the file ends in ${node.op} (node "${node.name}"), got "${activation}"`,
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
