import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { TensorProto } from "onnx-buf";
import type { DataType } from "./graph.ts";
import { typedFields } from "./wire-schema.ts";

type Whole = Exclude<keyof typeof typedFields, "float" | "double">;

/**
 * Bytes of a constant that is stored in the protobuf's typed fields (read with `wire-schema.ts`). Floats lie on the wire
 * as they are in memory, so they are a view into the file; whole numbers are decoded one by one, without an array of them.
 * Throws RangeError for numbers that are cut off.
 */
export function typedData(proto: TensorProto, type: DataType): Uint8Array {
  switch (type) {
    case "float32":
      return joined(bodiesOf(proto, "float"));
    case "float64":
      return joined(bodiesOf(proto, "double"));
    case "int64":
      return decoded(proto, "int64", (count) => new BigInt64Array(count));
    case "uint64":
      return decoded(proto, "uint64", (count) => new BigUint64Array(count));
    case "uint32":
      return decoded(proto, "uint64", (count) => new Uint32Array(count));
    case "int32":
      return decoded(proto, "int32", (count) => new Int32Array(count));
    case "float16":
    case "bfloat16":
    case "uint16":
    case "int16":
      return decoded(proto, "int32", (count) => new Uint16Array(count));
    default:
      return decoded(proto, "int32", (count) => new Uint8Array(count));
  }
}

/** What a field holds, packed (one body for all numbers) or not (one body per number). */
function bodiesOf(proto: TensorProto, field: keyof typeof typedFields): Uint8Array[] {
  return (proto.$unknown ?? [])
    .filter(({ no }) => no === typedFields[field])
    .map(({ wireType, data }) => (wireType === WireType.LengthDelimited ? new BinaryReader(data).bytes() : data));
}

function joined(bodies: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array(0)] = bodies;
  if (bodies.length < 2) return first;
  const bytes = new Uint8Array(bodies.reduce((total, body) => total + body.byteLength, 0));
  let offset = 0;
  for (const body of bodies) {
    bytes.set(body, offset);
    offset += body.byteLength;
  }
  return bytes;
}

function decoded(
  proto: TensorProto,
  field: Whole,
  arrayOf: (count: number) => BigInt64Array | BigUint64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array,
): Uint8Array {
  const wire = joined(bodiesOf(proto, field));
  let count = 0;
  // Only the last byte of a number has its high bit clear.
  for (const byte of wire) if (byte < 0x80) count++;
  const array = arrayOf(count);
  const reader = new BinaryReader(wire);
  for (let i = 0; i < count; i++) {
    if (array instanceof BigInt64Array) array[i] = BigInt(reader.int64());
    else if (array instanceof BigUint64Array) array[i] = BigInt(reader.uint64());
    else array[i] = field === "uint64" ? Number(reader.uint64()) : reader.int32();
  }
  if (reader.pos !== wire.byteLength) throw new RangeError("the last number is cut off");
  return new Uint8Array(array.buffer);
}
