import { TensorProto_DataType as Proto } from "onnx-buf";
import { CfalignError } from "../base/errors.ts";
import type { Constant, DataType } from "./graph.ts";

const codes: Readonly<Record<Exclude<DataType, "other">, Proto>> = {
  float32: Proto.FLOAT,
  float16: Proto.FLOAT16,
  bfloat16: Proto.BFLOAT16,
  float64: Proto.DOUBLE,
  int8: Proto.INT8,
  int16: Proto.INT16,
  int32: Proto.INT32,
  int64: Proto.INT64,
  uint8: Proto.UINT8,
  uint16: Proto.UINT16,
  uint32: Proto.UINT32,
  uint64: Proto.UINT64,
  bool: Proto.BOOL,
  string: Proto.STRING,
};
const types = new Map<number, DataType>(Object.entries(codes).map(([type, code]) => [code, type as DataType]));

/** The element type behind ONNX's number for it; "other" for those that cfalign does not know (float8, int4, complex). */
export function dataTypeOf(code: number): DataType {
  return types.get(code) ?? "other";
}

/** ONNX's number for an element type; 0 (undefined) for "other". */
export function codeOf(type: DataType): number {
  return type === "other" ? Proto.UNDEFINED : codes[type];
}

/** Bytes per element. Throws for "string" and "other", which have no fixed size. */
export function bytesPerElement(type: DataType): number {
  switch (type) {
    case "int8":
    case "uint8":
    case "bool":
      return 1;
    case "float16":
    case "bfloat16":
    case "int16":
    case "uint16":
      return 2;
    case "float32":
    case "int32":
    case "uint32":
      return 4;
    case "float64":
    case "int64":
    case "uint64":
      return 8;
    default:
      throw new CfalignError("input", `element type "${type}" is not supported in constants`);
  }
}

/** The numbers of an inline constant, or undefined for external ones and for types without exact numbers here (float16, strings). */
export function valuesOf(constant: Constant): number[] | undefined {
  if (constant.data.kind !== "inline") return undefined;
  const bytes = constant.data.bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = numberReaders[constant.type];
  if (read === undefined) return undefined;
  const size = bytesPerElement(constant.type);
  return Array.from({ length: bytes.byteLength / size }, (_, i) => read(view, i * size));
}

const numberReaders: Partial<Record<DataType, (view: DataView, offset: number) => number>> = {
  float32: (view, offset) => view.getFloat32(offset, true),
  float64: (view, offset) => view.getFloat64(offset, true),
  int8: (view, offset) => view.getInt8(offset),
  int16: (view, offset) => view.getInt16(offset, true),
  int32: (view, offset) => view.getInt32(offset, true),
  int64: (view, offset) => Number(view.getBigInt64(offset, true)),
  uint8: (view, offset) => view.getUint8(offset),
  uint16: (view, offset) => view.getUint16(offset, true),
  uint32: (view, offset) => view.getUint32(offset, true),
  uint64: (view, offset) => Number(view.getBigUint64(offset, true)),
  bool: (view, offset) => view.getUint8(offset),
};
