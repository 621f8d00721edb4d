import type { Graph } from "../onnx/graph.ts";

/** What of a file has fewer bits: its weights alone; values on the way, too, rounded and made wide again (QDQ); or all that it computes with. */
export const quantizations = ["none", "weights", "values", "integers"] as const;
/** One of `quantizations`. */
type Quantization = (typeof quantizations)[number];

/** Operators that compute with whole numbers. */
const integers =
  /^(QLinear\w*|DynamicQuantizeLinear|ConvInteger|MatMulInteger\w*|DynamicQuantize\w+|QGemm|QAttention|QMoE|MatMulBnb4)$/;

/** How a graph, as it was read, is quantized. */
export function quantizationOf({ nodes }: Pick<Graph, "nodes">): Quantization {
  if (nodes.some(({ op }) => integers.test(op))) return "integers";
  if (nodes.some(({ op }) => op === "QuantizeLinear")) return "values";
  return nodes.some(({ op }) => op === "DequantizeLinear") ? "weights" : "none";
}
