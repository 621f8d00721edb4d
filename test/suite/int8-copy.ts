import { valuesOf } from "../../src/onnx/data-type.ts";
import type { Constant, Graph, Node } from "../../src/onnx/graph.ts";
import { normalize } from "../../src/onnx/normalize.ts";
import { readModel } from "../../src/onnx/read.ts";
import { writeModel } from "../../src/onnx/write.ts";

/** Operators whose first two inputs are made of eight bits. */
const dense = new Set(["Conv", "Gemm", "MatMul"]);

/** A file with weights of eight bits a number, and activations rounded to eight bits as they come: what a dynamic quantization with QDQ nodes writes. */
export function int8Copy(bytes: Uint8Array): Uint8Array {
  const graph = normalize(readModel(bytes));
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const [x = "", w = ""] = node.inputs;
    const weights = graph.initializers.get(w);
    if (!dense.has(node.op) || weights?.type !== "float32") return [node];
    const [quantized, scale] = eightBits(weights);
    const name = (part: string): string => `${node.name}/${part}`;
    initializers.set(name("w8"), quantized);
    initializers.set(name("scale"), scale);
    initializers.delete(w);
    return [
      plain(name("round"), "DynamicQuantizeLinear", [x], [name("x8"), name("x-scale"), name("x-zero")]),
      plain(name("x-back"), "DequantizeLinear", [name("x8"), name("x-scale"), name("x-zero")], [name("x")]),
      plain(name("w-back"), "DequantizeLinear", [name("w8"), name("scale")], [name("w")]),
      { ...node, inputs: [name("x"), name("w"), ...node.inputs.slice(2)] },
    ];
  });
  return writeModel({ ...graph, nodes, initializers } satisfies Graph);
}

function plain(name: string, op: string, inputs: readonly string[], outputs: readonly string[]): Node {
  return { name, op, domain: "", inputs, outputs, attributes: {} };
}

/** Symmetric, one scale for all. */
function eightBits(weights: Constant): readonly [Constant, Constant] {
  const values = valuesOf(weights) as number[];
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
  const bytes = new Uint8Array(Int8Array.from(values, (value) => Math.round(value / scale)).buffer);
  return [
    { type: "int8", dims: weights.dims, data: { kind: "inline", bytes } },
    { type: "float32", dims: [], data: { kind: "inline", bytes: new Uint8Array(Float32Array.of(scale).buffer) } },
  ];
}
