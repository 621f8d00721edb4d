import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type GraphProto,
  type ModelProto,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
} from "onnx-buf";
import { CfalignError } from "../errors.ts";
import { codeOf, dataTypeOf } from "./data-type.ts";
import type { DataType } from "./graph.ts";
import { float16Bytes } from "./half.ts";
import { ModelProtoSchema, NodeProtoSchema, TensorProtoSchema } from "./wire-schema.ts";

type HalfOrFull = "float32" | "float16";

/** A constant that a node is to read in the place of its own. */
export interface NewConstant {
  /** An output of the node. */
  readonly output: string;
  /** Place among its inputs; it may be one more than the node has. */
  readonly input: number;
  readonly values: Float32Array;
  readonly dims: readonly number[];
}

/** A constant that is to be added to a value, which nothing was added to. */
export interface Addition {
  readonly value: string;
  readonly values: Float32Array;
}

/** What is changed in a file. */
export interface FileChanges {
  readonly constants: readonly NewConstant[];
  readonly additions?: readonly Addition[];
  /** Entries of `metadata_props`, in the place of those of the same key. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The bytes of an ONNX file with some constants changed, and nothing else: opset, names, types and other metadata stay as they are. A
 * constant that others read too, or that is computed, gets a new one beside it, and goes where nobody is left to read it.
 * Errors: CfalignError("input") for a node that is not in the file's own graph, and for constants that are neither float32 nor float16.
 */
export function editFile(bytes: Uint8Array, { constants, additions = [], metadata }: FileChanges): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  const { graph } = model;
  if (graph === undefined) throw new CfalignError("input", "not an ONNX model: no graph in it");
  for (const constant of constants) replace(model, graph, constant);
  for (const addition of additions) add(model, graph, addition);
  const kept = model.metadataProps.filter(({ key }) => metadata[key] === undefined);
  const own = Object.entries(metadata).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }));
  model.metadataProps = [...kept, ...own];
  return toBinary(ModelProtoSchema, model);
}

function replace(model: ModelProto, graph: GraphProto, { output, input, values, dims }: NewConstant): void {
  const node = producerOf(graph, output);
  const old = node.input[input] ?? "";
  // A bias that was not there has the type of the weights.
  const type = typeOf(graph, old === "" ? (node.input[1] as string) : old);
  const own = graph.initializer.find(({ name }) => name === old);
  if (own !== undefined && readers(graph, old) === 1) fill(own, type, values, dims);
  else {
    node.input[input] = addConstant(model, graph, { stem: old === "" ? output : old, type, values, dims });
    if (old !== "") dropUnread(graph, old);
  }
}

function add(model: ModelProto, graph: GraphProto, { value, values }: Addition): void {
  const node = producerOf(graph, value);
  const type = node.input.some((name) => knownType(graph, name) === "float16") ? "float16" : "float32";
  const bias = addConstant(model, graph, { stem: `${value}/bias`, type, values, dims: [values.length] });
  const product = fresh(graph, `${value}/product`);
  node.output = node.output.map((name) => (name === value ? product : name));
  const added = create(NodeProtoSchema, {
    ...{ name: `${value}/add`, opType: "Add", input: [product, bias], output: [value] },
  });
  graph.node.splice(graph.node.indexOf(node) + 1, 0, added);
}

function producerOf(graph: GraphProto, output: string): GraphProto["node"][number] {
  const node = graph.node.find((each) => each.output.includes(output));
  if (node !== undefined) return node;
  throw new CfalignError(
    "input",
    `value "${output}" is computed inside a function of the file: export it without functions`,
    { where: output },
  );
}

function addConstant(
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

function fill(tensor: TensorProto, type: HalfOrFull, values: Float32Array, dims: readonly number[]): void {
  const bytes = type === "float16" ? float16Bytes(values) : new Uint8Array(values.slice().buffer);
  tensor.rawData = bytes as Uint8Array<ArrayBuffer>;
  tensor.dims = dims.map(BigInt);
  tensor.dataType = codeOf(type);
  tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
  tensor.externalData = [];
  // Numbers in typed fields.
  tensor.$unknown = [];
}

function typeOf(graph: GraphProto, value: string): HalfOrFull {
  const type = knownType(graph, value) ?? "float32";
  if (type === "float32" || type === "float16") return type;
  throw new CfalignError("input", `constant "${value}" is ${type}: expected float32 or float16`, { where: value });
}

/** The type of a constant, whether it is stored or computed; undefined where the file does not tell. */
function knownType(graph: GraphProto, value: string): DataType | undefined {
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

/** How often a value is read. Graphs inside of nodes may read any: then it counts as read by others. */
function readers(graph: GraphProto, value: string): number {
  const reads = graph.node.flatMap(({ input }) => input).filter((name) => name === value).length;
  return reads + graph.output.filter(({ name }) => name === value).length + (hasBodies(graph) ? 1 : 0);
}

function hasBodies(graph: GraphProto): boolean {
  return graph.node.some(({ attribute }) => attribute.some(({ g, graphs }) => g !== undefined || graphs.length > 0));
}

/** Drops a constant that nobody reads any more, and what only made it. */
function dropUnread(graph: GraphProto, value: string): void {
  if (readers(graph, value) > 0 || graph.input.some(({ name }) => name === value)) return;
  graph.initializer = graph.initializer.filter(({ name }) => name !== value);
  const made = graph.node.find(({ output }) => output.includes(value));
  if (made === undefined || made.output.some((name) => readers(graph, name) > 0)) return;
  graph.node = graph.node.filter((node) => node !== made);
  for (const input of made.input) dropUnread(graph, input);
}

function fresh(graph: GraphProto, wanted: string): string {
  const taken = new Set([
    ...graph.initializer.map(({ name }) => name),
    ...graph.node.flatMap(({ output }) => output),
    ...graph.input.map(({ name }) => name),
  ]);
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted}-${count}`;
  return name;
}
