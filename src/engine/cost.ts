import { z } from "zod";
import { sizeOf } from "../base/tensor.ts";
import { bytesPerElement } from "../onnx/data-type.ts";
import type { Constant, DataType, Node } from "../onnx/graph.ts";
import { readsOf } from "../onnx/prune.ts";
import type { Facts } from "../vjp/facts.ts";
import { mostLiveBytes } from "./live-bytes.ts";
import { staticValues } from "./static-values.ts";
import type { Traced } from "./trace.ts";

/** What one pass through a graph takes at one input shape, counted from its shapes. */
export const costFigures = {
  /** Multiply–adds of convolutions and matrix products. */
  macs: z.number().int(),
  /** Bytes of all values that nodes compute. */
  activationBytes: z.number().int(),
  /**
   * Most bytes that are needed at once: weights twice, as they are read and as onnxruntime lays them out while it loads them, and
   * every value from its node to its last reader, in the order of the graph, and half as much again for blocks that no value fills.
   */
  memoryBytes: z.number().int(),
};

/** What one pass takes, and the bytes that its nodes read and write. */
export interface Cost extends Readonly<Record<keyof typeof costFigures, number>> {
  readonly movedBytes: number;
}

/** Nodes that hand their input on as it is. */
const VIEWS = new Set(["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout"]);

/** Memory that onnxruntime takes for values, relative to what they need: 1.0 to 2.7 where it was measured (docs/limits.md). */
const BLOCKS = 1.5;

/** Counts a pass through a traced graph. What depends on constants alone is computed when the graph is loaded: a weight like others. */
export function costOf({ graph, facts }: Traced): Cost {
  const bytes = (value: string): number => bytesOf(facts, value);
  const folded = new Set(staticValues(graph));
  const nodes = graph.nodes.filter(({ outputs }) => !outputs.every((name) => name === "" || folded.has(name)));
  const read = new Set(nodes.flatMap(readsOf));
  const weights = [...graph.initializers.keys(), ...folded].filter((name) => read.has(name));
  const computed = nodes.flatMap((node) => node.outputs.filter((name) => name !== ""));
  return {
    macs: nodes.reduce((total, node) => total + macsOf(node, facts), 0),
    activationBytes: computed.reduce((total, value) => total + bytes(value), 0),
    memoryBytes:
      2 * weights.reduce((total, name) => total + bytes(name), 0) +
      Math.round(BLOCKS * mostLiveBytes({ ...graph, nodes }, bytes)),
    movedBytes: nodes
      .filter(({ op }) => !VIEWS.has(op))
      .flatMap((node) => [...node.inputs, ...node.outputs])
      .reduce((total, value) => total + (value === "" ? 0 : bytes(value)), 0),
  };
}

/** Bytes of a constant; 0 for strings. */
export function constantBytes({ type, dims }: Pick<Constant, "type" | "dims">): number {
  return sized(type) ? sizeOf(dims) * bytesPerElement(type) : 0;
}

const sized = (type: DataType): boolean => type !== "other" && type !== "string";

function bytesOf(facts: Facts, value: string): number {
  return constantBytes({ type: facts.type(value), dims: facts.shape(value) });
}

function macsOf(node: Node, facts: Facts): number {
  const dims = (index: number): readonly number[] => facts.shape(node.inputs[index] as string);
  const results = (): number => sizeOf(facts.shape(node.outputs[0] as string));
  switch (node.domain === "" ? node.op : "") {
    case "Conv":
      return results() * sizeOf(dims(1).slice(1));
    case "ConvTranspose":
      return sizeOf(dims(0)) * sizeOf(dims(1).slice(1));
    case "MatMul":
      return results() * (dims(0).at(-1) ?? 1);
    case "Gemm": {
      const transposed = node.attributes.transA?.kind === "int" && node.attributes.transA.value === 1;
      return results() * (dims(0)[transposed ? 0 : 1] ?? 1);
    }
    case "Einsum":
      return einsumMacs(node, facts);
    default:
      return 0;
  }
}

/** The product of the sizes of all letters. Ellipses are the axes that the letters leave. */
function einsumMacs(node: Node, facts: Facts): number {
  const equation = node.attributes.equation?.kind === "string" ? node.attributes.equation.value : "";
  const sizes = new Map<string, number>();
  const terms = (equation.split("->")[0] ?? "").replaceAll(" ", "").split(",");
  terms.forEach((term, index) => {
    const dims = facts.shape(node.inputs[index] as string);
    const [before = "", after = ""] = term.split("...");
    [...before].forEach((letter, axis) => void sizes.set(letter, dims[axis] ?? 1));
    [...after].forEach((letter, axis) => void sizes.set(letter, dims[dims.length - after.length + axis] ?? 1));
    if (term.includes("...")) sizes.set("...", sizeOf(dims.slice(before.length, dims.length - after.length)));
  });
  return sizeOf([...sizes.values()]);
}
