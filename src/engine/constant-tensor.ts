import { CfalignError } from "../base/errors.ts";
import { sizeOf } from "../base/tensor.ts";
import type { DataType } from "../onnx/graph.ts";
import type { TypedTensor } from "../platform/platform.ts";

const arrays: Partial<Record<DataType, (count: number, value: number) => TypedTensor["data"]>> = {
  float32: (count, value) => new Float32Array(count).fill(value),
  float64: (count, value) => new Float64Array(count).fill(value),
  int8: (count, value) => new Int8Array(count).fill(value),
  int16: (count, value) => new Int16Array(count).fill(value),
  int32: (count, value) => new Int32Array(count).fill(value),
  int64: (count, value) => new BigInt64Array(count).fill(BigInt(value)),
  uint8: (count, value) => new Uint8Array(count).fill(value),
  uint16: (count, value) => new Uint16Array(count).fill(value),
  uint32: (count, value) => new Uint32Array(count).fill(value),
  uint64: (count, value) => new BigUint64Array(count).fill(BigInt(value)),
  bool: (count, value) => new Uint8Array(count).fill(value),
};

/** A tensor with one whole number everywhere. Errors: CfalignError("input") for types that hold no numbers. */
export function constantTensor(type: DataType, dims: readonly number[], value: number): TypedTensor {
  const array = arrays[type];
  if (array === undefined) {
    throw new CfalignError("input", `inputs of type ${type} are not supported: convert the model to float32`);
  }
  return { type, dims, data: array(sizeOf(dims), value) };
}
