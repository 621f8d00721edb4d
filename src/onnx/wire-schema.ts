import { clone, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import {
  type AttributeProto,
  ModelProtoSchema as FullModelProtoSchema,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
} from "onnx-buf";

/** Numbers of TensorProto's fields of typed numbers. */
export const typedFields = { float: 4, int32: 5, int64: 7, double: 10, uint64: 11 } as const;

/**
 * ONNX's schema without the typed fields of TensorProto: they stay on the wire as unknown fields, views into the file,
 * where protobuf would make one boxed number per element of them.
 */
const registry = createFileRegistry(withoutTypedFields(), () => undefined);

function withoutTypedFields() {
  const file = clone(FileDescriptorProtoSchema, FullModelProtoSchema.file.proto);
  const numbers = new Set<number>(Object.values(typedFields));
  const tensor = file.messageType.find(({ name }) => name === "TensorProto");
  if (tensor !== undefined) tensor.field = tensor.field.filter(({ number }) => !numbers.has(number));
  return file;
}

function schemaOf(name: string): DescMessage {
  const found = registry.getMessage(`onnx.${name}`);
  if (found === undefined) throw new TypeError(`onnx.${name} is not in the schema`);
  return found;
}

export const ModelProtoSchema = schemaOf("ModelProto") as GenMessage<ModelProto>;
export const GraphProtoSchema = schemaOf("GraphProto") as GenMessage<GraphProto>;
export const NodeProtoSchema = schemaOf("NodeProto") as GenMessage<NodeProto>;
export const TensorProtoSchema = schemaOf("TensorProto") as GenMessage<TensorProto>;
export const AttributeProtoSchema = schemaOf("AttributeProto") as GenMessage<AttributeProto>;
