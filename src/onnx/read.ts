import { fromBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  TensorProto_DataLocation,
  type ValueInfoProto,
} from "onnx-buf";
import { CfalignError, throwIfBug } from "../base/errors.ts";
import { sizeOf } from "../base/tensor.ts";
import { bytesPerElement, dataTypeOf } from "./data-type.ts";
import { inlineFunctions } from "./functions.ts";
import type { Attribute, Constant, DataType, Graph, Node, ValueInfo } from "./graph.ts";
import { typedData } from "./typed-data.ts";
import { ModelProtoSchema } from "./wire-schema.ts";

/** An ONNX file as a value, before normalization. */
export interface ModelFile {
  readonly graph: Graph;
  /** Version of the standard operators that the nodes are written in. */
  readonly opset: number;
  /** Ranks of values, as far as the file states them. */
  readonly ranks: ReadonlyMap<string, number>;
  /** Element types of values, as far as the file states them. */
  readonly types: ReadonlyMap<string, DataType>;
  /** Who wrote the file, as it says itself: "pytorch 2.6.0". */
  readonly producer: string;
  /** What else the file says of itself, by key. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ReadOptions {
  /** What to call the file in messages. Default "model". */
  readonly name?: string;
  /**
   * Where the bytes are: constants over 1 KB then become external references to this location and smaller ones are
   * copied, so that the bytes themselves can be let go. By default all stay views into the bytes.
   */
  readonly location?: string;
}

/** Constants up to this size in bytes stay in the graph, where rules can look at them. */
const SMALL = 1024;

/**
 * Reads the bytes of an ONNX file; local functions are inlined. Raw data is never copied.
 * Errors: CfalignError("input") for bytes that are no ONNX file, external data outside the model's folder, and
 * sparse or string constants.
 */
export function readModel(bytes: Uint8Array, options: ReadOptions = {}): ModelFile {
  const name = options.name ?? "model";
  const model = parse(bytes, name);
  const opset = model.opsetImport.find((entry) => isStandard(entry.domain))?.version;
  if (model.graph === undefined || opset === undefined) {
    throw new CfalignError("input", `${name}: not an ONNX model: no ${model.graph ? "operator set" : "graph"} in it`, {
      where: name,
    });
  }
  const reader = new Reader(name, bytes, options.location);
  const { valueInfo: inner, input, output } = model.graph;
  return {
    graph: reader.graph(inlineFunctions(model, name)),
    opset: Number(opset),
    ranks: new Map([...inner, ...input, ...output].flatMap(statedRank)),
    types: new Map([...inner, ...input, ...output].map(valueInfo).map(({ name, type }) => [name, type])),
    producer: `${model.producerName} ${model.producerVersion}`.trim(),
    metadata: Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value])),
  };
}

function parse(bytes: Uint8Array, name: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throwIfBug(cause);
    throw new CfalignError("input", `${name}: not an ONNX model: ${(cause as Error).message}`, { where: name, cause });
  }
}

function isStandard(domain: string): boolean {
  return domain === "" || domain === "ai.onnx";
}

class Reader {
  constructor(
    private readonly name: string,
    private readonly file: Uint8Array,
    private readonly location: string | undefined,
  ) {}

  graph(proto: GraphProto): Graph {
    if (proto.sparseInitializer.length > 0) this.fail("sparse initializers are not supported");
    const initializers = new Map(proto.initializer.map((tensor) => [tensor.name, this.constant(tensor)]));
    if (initializers.size < proto.initializer.length) this.fail("two constants have the same name");
    return {
      name: proto.name,
      // Files before IR 4 list initializers among the inputs.
      inputs: proto.input.filter((info) => !initializers.has(info.name)).map(valueInfo),
      outputs: proto.output.map(valueInfo),
      nodes: proto.node.map((node) => this.node(node)),
      initializers,
    };
  }

  private node(proto: NodeProto): Node {
    return {
      name: proto.name,
      op: proto.opType,
      domain: isStandard(proto.domain) ? "" : proto.domain,
      inputs: proto.input,
      outputs: proto.output,
      attributes: Object.fromEntries(proto.attribute.map((item) => [item.name, this.attribute(item, proto)])),
    };
  }

  private attribute(proto: AttributeProto, node: NodeProto): Attribute {
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    switch (proto.type) {
      case AttributeType.INT:
        return { kind: "int", value: Number(proto.i) };
      case AttributeType.INTS:
        return { kind: "ints", value: proto.ints.map(Number) };
      case AttributeType.FLOAT:
        return { kind: "float", value: proto.f };
      case AttributeType.FLOATS:
        return { kind: "floats", value: proto.floats };
      case AttributeType.STRING:
        return { kind: "string", value: text(proto.s) };
      case AttributeType.STRINGS:
        return { kind: "strings", value: proto.strings.map(text) };
      case AttributeType.TENSOR:
        if (proto.t !== undefined) return { kind: "tensor", value: this.constant(proto.t) };
        break;
      case AttributeType.GRAPH:
        if (proto.g !== undefined) return { kind: "graph", value: this.graph(proto.g) };
        break;
      case AttributeType.GRAPHS:
        return { kind: "graphs", value: proto.graphs.map((graph) => this.graph(graph)) };
    }
    return this.fail(
      `attribute "${proto.name}" of ${node.opType} node "${node.name}" has kind ${AttributeType[proto.type]}, which is not supported`,
    );
  }

  private constant(proto: TensorProto): Constant {
    const type = dataTypeOf(proto.dataType);
    const dims = proto.dims.map(Number);
    if (type === "other" || type === "string") {
      return this.fail(`constant "${proto.name}" has element type ${type} (${proto.dataType}), which is not supported`);
    }
    const length = sizeOf(dims) * bytesPerElement(type);
    if (dims.some((dim) => dim < 0) || !Number.isSafeInteger(length)) {
      this.fail(`constant "${proto.name}" has the impossible shape [${dims.join(", ")}]`);
    }
    if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL) {
      return { type, dims, data: this.external(proto, length) };
    }
    const bytes = proto.rawData.byteLength > 0 ? proto.rawData : this.typed(proto, type);
    if (bytes.byteLength !== length) {
      this.fail(`constant "${proto.name}" [${dims.join(", ")}] needs ${length} bytes and has ${bytes.byteLength}`);
    }
    const isView = bytes.buffer === this.file.buffer;
    if (this.location === undefined || !isView) return { type, dims, data: { kind: "inline", bytes } };
    // A view would hold the whole file; slice() of a Buffer is one.
    if (length <= SMALL) return { type, dims, data: { kind: "inline", bytes: new Uint8Array(bytes) } };
    const offset = bytes.byteOffset - this.file.byteOffset;
    return { type, dims, data: { kind: "external", location: this.location, offset, length } };
  }

  private typed(proto: TensorProto, type: DataType): Uint8Array {
    try {
      return typedData(proto, type);
    } catch (error) {
      throwIfBug(error);
      return this.fail(`the numbers of constant "${proto.name}" cannot be read: ${(error as Error).message}`, error);
    }
  }

  private external(proto: TensorProto, length: number): Constant["data"] {
    const entries = new Map(proto.externalData.map((entry) => [entry.key, entry.value]));
    const location = entries.get("location") ?? "";
    const parts = location.split(/[\\/]/);
    // A downloaded model must not be able to read any file it names.
    if (location === "" || parts[0] === "" || /^[a-z]:/i.test(location) || parts.includes("..")) {
      this.fail(`external data of "${proto.name}" is at "${location}": only files inside the model's folder are read`);
    }
    const stated = entries.get("length");
    if (stated !== undefined && Number(stated) !== length) {
      this.fail(`external data of "${proto.name}" states ${stated} bytes, its shape needs ${length}`);
    }
    return { kind: "external", location: parts.join("/"), offset: Number(entries.get("offset") ?? 0), length };
  }

  private fail(message: string, cause?: unknown): never {
    throw new CfalignError("input", `${this.name}: ${message}`, { where: this.name, cause });
  }
}

function valueInfo(proto: ValueInfoProto): ValueInfo {
  const type = proto.type?.value;
  if (type?.case !== "tensorType") return { name: proto.name, type: "other", dims: undefined };
  return {
    name: proto.name,
    type: dataTypeOf(type.value.elemType),
    dims: type.value.shape?.dim.map(({ value }) =>
      value.case === "dimValue"
        ? Number(value.value)
        : value.case === "dimParam" && value.value
          ? value.value
          : undefined,
    ),
  };
}

function statedRank(proto: ValueInfoProto): [string, number][] {
  const { name, dims } = valueInfo(proto);
  return dims === undefined ? [] : [[name, dims.length]];
}
