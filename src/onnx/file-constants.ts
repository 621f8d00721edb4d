import { create } from "@bufbuild/protobuf";
import { type GraphProto, type ModelProto, type TensorProto, TensorProto_DataLocation } from "onnx-buf";
import { CfalignError } from "../base/errors.ts";
import { codeOf, dataTypeOf } from "./data-type.ts";
import type { DataType } from "./graph.ts";
import { float16Bytes } from "./half.ts";
import { TensorProtoSchema } from "./wire-schema.ts";

type HalfOrFull = "float32" | "float16";

/** The node of a file that computes a value. Errors: CfalignError("input") where it is inside of a function. */
export function producerOf(graph: GraphProto, output: string): GraphProto["node"][number] {
  const node = graph.node.find((each) => each.output.includes(output));
  if (node !== undefined) return node;
  throw new CfalignError(
    "input",
    `value "${output}" is computed inside a function of the file: export it without functions`,
    { where: output },
  );
}

/** Puts a constant into a graph; its name. stem: what it is called after. */
export function addConstant(
  model: ModelProto,
  graph: GraphProto,
  made: {
    readonly stem: string;
    readonly type: HalfOrFull;
    readonly values: Float32Array;
    readonly dims: readonly number[];
  },
): string {
  const name = fresh(graph, `${made.stem}/rectified`);
  const tensor = create(TensorProtoSchema, { name });
  fill(tensor, made.type, made.values, made.dims);
  graph.initializer.push(tensor);
  // Before version 4 every initializer has to be an input as well.
  if (model.irVersion < 4n) model.irVersion = 4n;
  return name;
}

/** The same of whole numbers. */
export function addWhole(
  model: ModelProto,
  graph: GraphProto,
  {
    stem,
    values,
    dims,
  }: { readonly stem: string; readonly values: readonly number[]; readonly dims: readonly number[] },
): string {
  const name = fresh(graph, `${stem}/rectified`);
  const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer) as Uint8Array<ArrayBuffer>;
  graph.initializer.push(
    create(TensorProtoSchema, { name, rawData, dims: dims.map(BigInt), dataType: codeOf("int64") }),
  );
  if (model.irVersion < 4n) model.irVersion = 4n;
  return name;
}

/** Gives a tensor of a file other values. */
export function fill(tensor: TensorProto, type: HalfOrFull, values: Float32Array, dims: readonly number[]): void {
  const bytes = type === "float16" ? float16Bytes(values) : new Uint8Array(values.slice().buffer);
  tensor.rawData = bytes as Uint8Array<ArrayBuffer>;
  tensor.dims = dims.map(BigInt);
  tensor.dataType = codeOf(type);
  tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
  tensor.externalData = [];
  // Numbers in typed fields.
  tensor.$unknown = [];
}

/** The type of a constant that can be given other values; float32 where the file does not tell. Errors: CfalignError("input") for another type. */
export function typeOf(graph: GraphProto, value: string): HalfOrFull {
  const type = knownType(graph, value) ?? "float32";
  if (type === "float32" || type === "float16") return type;
  throw new CfalignError("input", `constant "${value}" is ${type}: expected float32 or float16`, { where: value });
}

/** The type of a constant, whether it is stored or computed; undefined where the file does not tell. */
export function knownType(graph: GraphProto, value: string): DataType | undefined {
  const stored = graph.initializer.find(({ name }) => name === value);
  if (stored !== undefined) return dataTypeOf(stored.dataType);
  const node = graph.node.find(({ output }) => output.includes(value));
  if (node?.opType === "Cast") {
    const to = node.attribute.find(({ name }) => name === "to");
    return to === undefined ? undefined : dataTypeOf(Number(to.i));
  }
  if (node?.opType === "Constant") {
    const tensor = node.attribute.find(({ t }) => t !== undefined)?.t;
    return tensor === undefined ? "float32" : dataTypeOf(tensor.dataType);
  }
  const passes = node !== undefined && ["Identity", "Transpose", "Reshape"].includes(node.opType);
  return passes ? knownType(graph, node.input[0] as string) : undefined;
}

/** A name that no value of a graph has. */
export function fresh(graph: GraphProto, wanted: string): string {
  const taken = new Set([
    ...graph.initializer.map(({ name }) => name),
    ...graph.node.flatMap(({ output }) => output),
    ...graph.input.map(({ name }) => name),
  ]);
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted}-${count}`;
  return name;
}
