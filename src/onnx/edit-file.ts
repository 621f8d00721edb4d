import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type GraphProto, type ModelProto, StringStringEntryProtoSchema } from "onnx-buf";
import { CfalignError } from "../base/errors.ts";
import { addBranch, type Branch } from "./add-branch.ts";
import { addConstant, fill, fresh, knownType, producerOf, typeOf } from "./file-constants.ts";
import { ModelProtoSchema, NodeProtoSchema } from "./wire-schema.ts";

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
  readonly branches?: readonly Branch[];
  /** Entries of `metadata_props`, in the place of those of the same key. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The bytes of an ONNX file with some constants changed, and what is added beside, and nothing else: opset, names, types and other metadata stay as they are. A
 * constant that others read too, or that is computed, gets a new one beside it, and goes where nobody is left to read it.
 * Errors: CfalignError("input") for a node that is not in the file's own graph, and for constants that are neither float32 nor float16.
 */
export function editFile(
  bytes: Uint8Array,
  { constants, additions = [], branches = [], metadata }: FileChanges,
): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  const { graph } = model;
  if (graph === undefined) throw new CfalignError("input", "not an ONNX model: no graph in it");
  for (const constant of constants) replace(model, graph, constant);
  for (const addition of additions) add(model, graph, addition);
  for (const branch of branches) addBranch(model, graph, branch);
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
