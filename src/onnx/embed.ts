import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { GraphProtoSchema, ModelProtoSchema, TensorProtoSchema } from "onnx-buf";
import { codeOf } from "./data-type.ts";
import type { Constant, External, Graph } from "./graph.ts";
import { graphProto, type Metadata, modelProto, writeModel } from "./write.ts";

/** A piece of a file to write: bytes at hand, or a range of another file. */
export type Part = Uint8Array | External;

/** Field numbers of onnx.proto. */
const GRAPH = 7;
const INITIALIZER = 5;
const RAW_DATA = 9;
/** Where weights start in a data file: on a page, so that they can be mapped. */
const PAGE = 4096;

/**
 * An ONNX file that holds the weights of the graph's external initializers itself, in parts: no weight passes through
 * memory here. External constants elsewhere (in attributes) stay references.
 */
export function embedWeights(graph: Graph, metadata?: Metadata): readonly Part[] {
  const [inline, external] = split(graph);
  const tensors = external.flatMap(([name, { type, dims }, data]): Part[] => {
    const head = create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: codeOf(type) });
    const tensor = toBinary(TensorProtoSchema, head);
    const start = field(RAW_DATA, data.length);
    return [field(INITIALIZER, tensor.length + start.length + data.length), tensor, start, data];
  });
  const body = [toBinary(GraphProtoSchema, graphProto(inline)), ...tensors];
  const head = toBinary(ModelProtoSchema, modelProto(graph, undefined, metadata));
  return [head, field(GRAPH, sizeOfParts(body)), ...body];
}

/** An ONNX file whose weights are in a data file beside it at `location`, and the parts of that file. */
export function weightsBeside(
  graph: Graph,
  location: string,
  metadata?: Metadata,
): { model: Uint8Array; data: readonly Part[] } {
  const [, external] = split(graph);
  const data: Part[] = [];
  const initializers = new Map(graph.initializers);
  let end = 0;
  for (const [name, constant, range] of external) {
    const offset = Math.ceil(end / PAGE) * PAGE;
    data.push(new Uint8Array(offset - end), range);
    end = offset + range.length;
    initializers.set(name, { ...constant, data: { kind: "external", location, offset, length: range.length } });
  }
  return { model: writeModel({ ...graph, initializers }, metadata), data };
}

/** Bytes of a file in parts. */
export function sizeOfParts(parts: readonly Part[]): number {
  return parts.reduce((total, part) => total + part.length, 0);
}

/** The graph without its external initializers, and these. */
function split(graph: Graph): [Graph, (readonly [string, Constant, External])[]] {
  const external = [...graph.initializers].flatMap(([name, constant]) =>
    constant.data.kind === "external" ? [[name, constant, constant.data] as const] : [],
  );
  const initializers = new Map([...graph.initializers].filter(([, { data }]) => data.kind === "inline"));
  return [{ ...graph, initializers }, external];
}

/** The start of a length-delimited field of protobuf. */
function field(number: number, length: number): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(length).finish();
}
