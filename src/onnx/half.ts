import { int } from "./build.ts";
import { codeOf } from "./data-type.ts";
import type { Attribute, Constant, DataType, Graph, Node, ValueInfo } from "./graph.ts";

/** Half-precision constants up to this size in bytes are converted here; larger ones by a Cast when the graph is loaded. */
const SMALL = 1024;
const HALF_CODES: readonly number[] = [codeOf("float16"), codeOf("bfloat16")];
/** Attributes that hold the code of an element type. */
const TYPE_ATTRIBUTES: readonly string[] = ["to", "dtype"];

const isHalf = (type: DataType): boolean => type === "float16" || type === "bfloat16";

/**
 * The graph with every float16 and bfloat16 value as float32. Weights keep their bytes: a Cast behind each, which onnxruntime
 * folds when it loads the graph, widens them.
 */
export function widenHalf(graph: Graph): Graph {
  const { initializers, casts } = widenConstants(graph);
  return {
    ...graph,
    inputs: graph.inputs.map(widenInfo),
    outputs: graph.outputs.map(widenInfo),
    nodes: [...casts, ...graph.nodes.map(widenNode)],
    initializers,
  };
}

function widenInfo(info: ValueInfo): ValueInfo {
  return isHalf(info.type) ? { ...info, type: "float32" } : info;
}

function widenNode(node: Node): Node {
  const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => [
    name,
    widenAttribute(name, attribute),
  ]);
  return { ...node, attributes: Object.fromEntries(attributes) };
}

function widenAttribute(name: string, attribute: Attribute): Attribute {
  switch (attribute.kind) {
    case "int":
      return TYPE_ATTRIBUTES.includes(name) && HALF_CODES.includes(attribute.value)
        ? int(codeOf("float32"))
        : attribute;
    case "tensor":
      return { kind: "tensor", value: widened(attribute.value) ?? attribute.value };
    case "graph":
      return { kind: "graph", value: widenHalf(attribute.value) };
    case "graphs":
      return { kind: "graphs", value: attribute.value.map(widenHalf) };
    default:
      return attribute;
  }
}

function widenConstants({ initializers: given }: Graph): { initializers: Map<string, Constant>; casts: Node[] } {
  const initializers = new Map<string, Constant>();
  const casts: Node[] = [];
  for (const [name, constant] of given) {
    const small = constant.data.kind === "inline" && constant.data.bytes.byteLength <= SMALL;
    const wide = !isHalf(constant.type) ? constant : small ? widened(constant) : undefined;
    if (wide !== undefined) {
      initializers.set(name, wide);
      continue;
    }
    const stored = `${name}:${constant.type}`;
    initializers.set(stored, constant);
    const attributes = { to: int(codeOf("float32")) };
    casts.push({ name: `${name}:widened`, op: "Cast", domain: "", inputs: [stored], outputs: [name], attributes });
  }
  return { initializers, casts };
}

/** An inline half-precision constant as float32; undefined for others. */
function widened({ type, dims, data }: Constant): Constant | undefined {
  if (!isHalf(type) || data.kind !== "inline") return undefined;
  const view = new DataView(data.bytes.buffer, data.bytes.byteOffset, data.bytes.byteLength);
  const number = type === "float16" ? fromFloat16 : fromBfloat16;
  const values = Float32Array.from({ length: data.bytes.byteLength / 2 }, (_, i) =>
    number(view.getUint16(2 * i, true)),
  );
  return { type: "float32", dims, data: { kind: "inline", bytes: new Uint8Array(values.buffer) } };
}

/** One sign bit, five of the exponent, ten of the fraction. */
function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The upper half of a float32. */
function fromBfloat16(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, bits);
  return view.getFloat32(0);
}

/** The nearest half-precision numbers, ties to even; beyond their range the largest one. */
export function float16Bytes(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(2 * values.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setUint16(2 * i, toFloat16(values[i] as number), true);
  return bytes;
}

function toFloat16(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.min(Math.abs(value), 65504);
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  // In units of the last place; 1024 of them belong to the next exponent, whose code follows by itself.
  const units = toEven(size * 2 ** (10 - exponent));
  return sign | (size < 2 ** -14 ? units : ((exponent + 15) << 10) + (units - 1024));
}

function toEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
}
