import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { GraphProtoSchema, ModelProtoSchema, OperatorSetIdProtoSchema, TensorProtoSchema } from "onnx-buf";
import { expect, test } from "vitest";
import { valuesOf } from "../../src/onnx/data-type.ts";
import type { Constant } from "../../src/onnx/graph.ts";
import { readModel } from "../../src/onnx/read.ts";

/** A model with one initializer "w", encoded by protobuf from its full schema. */
function modelWith(tensor: Record<string, unknown>): Uint8Array {
  const initializer = [create(TensorProtoSchema, { name: "w", ...tensor } as never)];
  const opsetImport = [create(OperatorSetIdProtoSchema, { version: 17n })];
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, { opsetImport, graph: create(GraphProtoSchema, { initializer }) }),
  );
}

/** The same model with the tensor's numbers as these bytes of the wire. */
function modelWithWire(dataType: number, count: number, write: (tensor: BinaryWriter) => void): Uint8Array {
  const tensor = new BinaryWriter();
  tensor.tag(1, WireType.Varint).int64(count).tag(2, WireType.Varint).int32(dataType).tag(8, WireType.LengthDelimited);
  tensor.string("w");
  write(tensor);
  const graph = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(tensor.finish()).finish();
  const opset = new BinaryWriter().tag(2, WireType.Varint).int64(17).finish();
  const model = new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(graph);
  return model.tag(8, WireType.LengthDelimited).bytes(opset).finish();
}

const read = (bytes: Uint8Array, location?: string): Constant =>
  readModel(bytes, location === undefined ? {} : { location }).graph.initializers.get("w") as Constant;

test("whole numbers of any size are those that protobuf wrote", () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), (int64Data) => {
      const { data } = read(modelWith({ dims: [BigInt(int64Data.length)], dataType: 7, int64Data }));
      const { bytes } = data as { bytes: Uint8Array };
      expect([...new BigInt64Array(bytes.slice().buffer)]).toEqual(int64Data);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.integer()), (int32Data) => {
      const constant = read(modelWith({ dims: [BigInt(int32Data.length)], dataType: 6, int32Data }));
      expect(valuesOf(constant)).toEqual(int32Data);
    }),
  );
});

test("floats are a view into the file, and a reference to it when it has a location", () => {
  const floatData = Array.from({ length: 300 }, (_, i) => i / 4);
  const bytes = modelWith({ dims: [300n], dataType: 1, floatData });
  const inline = read(bytes);
  expect(valuesOf(inline)).toEqual(floatData);
  expect((inline.data as { bytes: Uint8Array }).bytes.buffer).toBe(bytes.buffer);
  const { data } = read(bytes, "/models/m.onnx");
  expect(data).toMatchObject({ kind: "external", location: "/models/m.onnx", length: 1200 });
  const { offset } = data as { offset: number };
  expect([...new Float32Array(bytes.slice(offset, offset + 1200).buffer)]).toEqual(floatData);
});

test("floats that are not packed, or packed in pieces, are put together", () => {
  const loose = modelWithWire(1, 3, (tensor) => {
    for (const value of [1.5, -2, 8]) tensor.tag(4, WireType.Bit32).float(value);
  });
  expect(valuesOf(read(loose))).toEqual([1.5, -2, 8]);
  const pieces = modelWithWire(1, 3, (tensor) => {
    tensor.tag(4, WireType.LengthDelimited).fork().float(1.5).float(-2).join();
    tensor.tag(4, WireType.LengthDelimited).fork().float(8).join();
  });
  expect(valuesOf(read(pieces))).toEqual([1.5, -2, 8]);
});

test("numbers that are cut off or too few are refused in one line", () => {
  const cut = modelWithWire(7, 1, (tensor) => tensor.tag(7, WireType.LengthDelimited).bytes(Uint8Array.of(5, 0x80)));
  expect(() => read(cut)).toThrow('model: the numbers of constant "w" cannot be read: the last number is cut off');
  const few = modelWithWire(1, 4, (tensor) => tensor.tag(4, WireType.Bit32).float(1));
  expect(() => read(few)).toThrow('model: constant "w" [4] needs 16 bytes and has 4');
  const impossible = modelWithWire(1, -4, (tensor) => tensor.tag(4, WireType.Bit32).float(1));
  expect(() => read(impossible)).toThrow('model: constant "w" has the impossible shape [-4]');
});

test("reading weights in typed fields takes less than a tenth of them on the heap", () => {
  const count = 4 * 1024 * 1024;
  const weights = new Uint8Array(4 * count);
  const bytes = modelWithWire(1, count, (tensor) => tensor.tag(4, WireType.LengthDelimited).bytes(weights));
  const before = process.memoryUsage().heapUsed;
  const constant = read(bytes);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(weights.length / 10);
  expect(constant.data).toMatchObject({ kind: "inline", bytes: { byteLength: weights.length } });
});
