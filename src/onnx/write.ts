import { create, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { int64 } from "./build.ts";
import { codeOf } from "./data-type.ts";
import type { Attribute, Constant, Graph, Node, ValueInfo } from "./graph.ts";
import { writtenOpset } from "./written-opset.ts";

const IR_VERSION = 10n;

/** What a file says of itself, by key. */
export type Metadata = Readonly<Record<string, string>>;

/** The bytes of an ONNX file: opset 21 (18 where `writtenOpset` says so), IR 10. External constants stay references; inline ones are embedded. */
export function writeModel(graph: Graph, metadata?: Metadata): Uint8Array {
  return toBinary(ModelProtoSchema, modelProto(graph, graphProto(graph), metadata));
}

/** What stands around a graph in a file: versions, and the graph itself unless it is written apart. */
export function modelProto(graph: Graph, proto: GraphProto | undefined, metadata: Metadata = {}): ModelProto {
  const domains = [...new Set(graph.nodes.map((node) => node.domain))].filter((domain) => domain !== "").sort();
  return create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: "cfalign",
    opsetImport: [
      create(OperatorSetIdProtoSchema, { domain: "", version: BigInt(writtenOpset(graph)) }),
      ...domains.map((domain) => create(OperatorSetIdProtoSchema, { domain, version: 1n })),
    ],
    metadataProps: Object.entries(metadata).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
    ...(proto === undefined ? {} : { graph: proto }),
  });
}

/** A graph as protobuf. */
export function graphProto(graph: Graph): GraphProto {
  return create(GraphProtoSchema, {
    name: graph.name || "graph",
    node: graph.nodes.map(nodeProto),
    initializer: [...graph.initializers].map(([name, constant]) => tensorProto(name, constant)),
    input: graph.inputs.map(valueInfoProto),
    output: graph.outputs.map(valueInfoProto),
  });
}

function nodeProto(node: Node): NodeProto {
  return create(NodeProtoSchema, {
    name: node.name,
    opType: node.op,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, attribute]) => attributeProto(name, attribute)),
  });
}

function valueInfoProto(info: ValueInfo): ValueInfoProto {
  // Without a type onnxruntime infers it, which is how inner values become outputs.
  if (info.type === "other") return create(ValueInfoProtoSchema, { name: info.name });
  const shape =
    info.dims === undefined
      ? {}
      : {
          shape: create(TensorShapeProtoSchema, {
            dim: info.dims.map((dim) =>
              create(TensorShapeProto_DimensionSchema, {
                value:
                  dim === undefined
                    ? { case: undefined }
                    : typeof dim === "number"
                      ? { case: "dimValue", value: BigInt(dim) }
                      : { case: "dimParam", value: dim },
              }),
            ),
          }),
        };
  const tensorType = create(TypeProto_TensorSchema, { elemType: codeOf(info.type), ...shape });
  return create(ValueInfoProtoSchema, {
    name: info.name,
    type: create(TypeProtoSchema, { value: { case: "tensorType", value: tensorType } }),
  });
}

function tensorProto(name: string, constant: Constant): TensorProto {
  const head = { name, dataType: codeOf(constant.type), dims: constant.dims.map(BigInt) };
  const { data } = constant;
  if (data.kind === "inline") {
    return create(TensorProtoSchema, { ...head, rawData: data.bytes as Uint8Array<ArrayBuffer> });
  }
  const entry = (key: string, value: string) => create(StringStringEntryProtoSchema, { key, value });
  return create(TensorProtoSchema, {
    ...head,
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [
      entry("location", data.location),
      entry("offset", String(data.offset)),
      entry("length", String(data.length)),
    ],
  });
}

function attributeProto(name: string, attribute: Attribute): AttributeProto {
  const encode = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
  switch (attribute.kind) {
    case "int":
      return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: int64(attribute.value) });
    case "ints":
      return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: attribute.value.map(int64) });
    case "float":
      return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: attribute.value });
    case "floats":
      return create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...attribute.value] });
    case "string":
      return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: encode(attribute.value) });
    case "strings":
      return create(AttributeProtoSchema, { name, type: AttributeType.STRINGS, strings: attribute.value.map(encode) });
    case "tensor":
      return create(AttributeProtoSchema, { name, type: AttributeType.TENSOR, t: tensorProto("", attribute.value) });
    case "graph":
      return create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: graphProto(attribute.value) });
    case "graphs":
      return create(AttributeProtoSchema, {
        name,
        type: AttributeType.GRAPHS,
        graphs: attribute.value.map(graphProto),
      });
  }
}
