import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { describe, expect, test } from "vitest";
import { float, floatConstant, floats, GraphBuilder, int, intConstant, ints, string } from "../../src/onnx/build.ts";
import { valuesOf } from "../../src/onnx/data-type.ts";
import type { Graph } from "../../src/onnx/graph.ts";
import { readModel } from "../../src/onnx/read.ts";
import { writeModel } from "../../src/onnx/write.ts";

const opset = [create(OperatorSetIdProtoSchema, { version: 17n })];

function modelWith(tensor: Partial<TensorProto> & { dims: bigint[]; dataType: number }): Uint8Array {
  const initializer = [create(TensorProtoSchema, { name: "w", ...tensor } as never)];
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, { opsetImport: opset, graph: create(GraphProtoSchema, { initializer }) }),
  );
}

function external(location: string, length = "8") {
  const entry = (key: string, value: string) => create(StringStringEntryProtoSchema, { key, value });
  return modelWith({
    dims: [2n],
    dataType: 1,
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [entry("location", location), entry("offset", "16"), entry("length", length)],
  });
}

test("a graph that is written and read again is the same graph", () => {
  const b = new GraphBuilder();
  const conv = b.add("Conv", ["x", b.float([1, 2], [2, 1, 1, 1])], {
    pads: ints([0, 0, 1, 1]),
    auto_pad: string("NOTSET"),
  });
  const y = b.add("Elu", [conv], { alpha: float(0.5) });
  const body: Graph = {
    name: "body",
    inputs: [],
    outputs: [{ name: "inner", type: "float32", dims: undefined }],
    nodes: [{ name: "n", op: "Identity", domain: "", inputs: [y], outputs: ["inner"], attributes: {} }],
    initializers: new Map([["unused", intConstant([1, -2])]]),
  };
  b.add("If", ["flag"], { then_branch: { kind: "graph", value: body }, else_branch: { kind: "graph", value: body } });
  b.add("Custom", ["", y], {
    list: floats([0.25, -1]),
    words: { kind: "strings", value: ["a", "b"] },
    value: { kind: "tensor", value: floatConstant([1, 2]) },
    axis: int(-1),
  });
  const graph = b.graph(
    "g",
    [
      { name: "x", type: "float32", dims: ["n", 1, undefined, 8] },
      { name: "flag", type: "bool", dims: [] },
    ],
    [{ name: y, type: "float32", dims: undefined }],
  );
  expect(readModel(writeModel(graph)).graph).toEqual(graph);
});

describe("constants", () => {
  test.each([
    ["float32", 1, { floatData: [1.5, -2] }, [1.5, -2]],
    ["float64", 11, { doubleData: [1e300, 2] }, [1e300, 2]],
    ["int64", 7, { int64Data: [-1n, 5n] }, [-1, 5]],
    ["int32", 6, { int32Data: [-7, 8] }, [-7, 8]],
    ["uint8", 2, { int32Data: [0, 255] }, [0, 255]],
    ["int8", 3, { int32Data: [-128, 127] }, [-128, 127]],
    ["bool", 9, { int32Data: [1, 0] }, [1, 0]],
    ["uint32", 12, { uint64Data: [1n, 4294967295n] }, [1, 4294967295]],
    ["uint64", 13, { uint64Data: [1n, 2n] }, [1, 2]],
    ["int16", 5, { int32Data: [-300, 300] }, [-300, 300]],
    ["uint16", 4, { int32Data: [3, 65535] }, [3, 65535]],
  ])("%s numbers in typed fields are read", (type, dataType, fields, expected) => {
    const constant = readModel(modelWith({ dims: [2n], dataType, ...fields })).graph.initializers.get("w");
    expect(constant?.type).toBe(type);
    expect(constant && valuesOf(constant)).toEqual(expected);
  });

  test("raw data is a view into the file's bytes", () => {
    const bytes = modelWith({ dims: [2n], dataType: 1, rawData: new Uint8Array(8).fill(1) });
    const data = readModel(bytes).graph.initializers.get("w")?.data;
    expect(data?.kind === "inline" && data.bytes.buffer === bytes.buffer).toBe(true);
  });

  test("raw data over 1 KB becomes a reference to its place in the file when that is named", () => {
    const bytes = modelWith({ dims: [300n], dataType: 1, rawData: new Uint8Array(1200).map((_, i) => i) });
    const data = readModel(bytes, { location: "/m.onnx" }).graph.initializers.get("w")?.data;
    if (data?.kind !== "external") throw new Error("expected an external constant");
    expect(data).toMatchObject({ location: "/m.onnx", length: 1200 });
    expect(bytes.subarray(data.offset, data.offset + 4)).toEqual(Uint8Array.of(0, 1, 2, 3));
  });

  test("a constant with too few bytes is refused", () => {
    const bytes = modelWith({ dims: [3n], dataType: 1, rawData: new Uint8Array(8) });
    expect(() => readModel(bytes, { name: "m.onnx" })).toThrow('m.onnx: constant "w" [3] needs 12 bytes and has 8');
  });

  test("element types without numbers here are refused by name", () => {
    expect(() => readModel(modelWith({ dims: [1n], dataType: 8 }))).toThrow(
      'model: constant "w" has element type string (8), which is not supported',
    );
  });
});

describe("external data", () => {
  test("keeps its place", () => {
    expect(readModel(external("weights/a.bin")).graph.initializers.get("w")?.data).toEqual({
      kind: "external",
      location: "weights/a.bin",
      offset: 16,
      length: 8,
    });
  });

  test.each(["../secret", "a/../../secret", "/etc/passwd", "C:\\secret", "..\\secret", ""])(
    "at %j is refused",
    (location) => {
      expect(() => readModel(external(location))).toThrow(
        `model: external data of "w" is at "${location}": only files inside the model's folder are read`,
      );
    },
  );

  test("of another length than the shape needs is refused", () => {
    expect(() => readModel(external("a.bin", "9"))).toThrow(
      'model: external data of "w" states 9 bytes, its shape needs 8',
    );
  });
});

test.each([
  ["random bytes", Uint8Array.of(255, 255, 255, 1)],
  ["nothing", new Uint8Array()],
  ["a picture", Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10)],
])("%s is refused as no ONNX model", (_, bytes) => {
  expect(() => readModel(bytes, { name: "face.onnx" })).toThrow(/^face\.onnx: not an ONNX model: /);
});

test("calls of local functions are replaced by their nodes, with attributes bound and inner names unique", () => {
  const node = (opType: string, input: string[], output: string[], more = {}) =>
    create(NodeProtoSchema, { opType, input, output, ...more });
  const value = (name: string) => create(ValueInfoProtoSchema, { name });
  const alpha = create(AttributeProtoSchema, {
    name: "alpha",
    refAttrName: "slope",
    type: AttributeProto_AttributeType.FLOAT,
  });
  const slope = create(AttributeProtoSchema, { name: "slope", type: AttributeProto_AttributeType.FLOAT, f: 0.5 });
  const leaky = create(FunctionProtoSchema, {
    name: "Twice",
    domain: "local",
    input: ["a"],
    output: ["b"],
    attribute: ["slope"],
    node: [node("LeakyRelu", ["a"], ["h"], { attribute: [alpha] }), node("Add", ["h", "h"], ["b"])],
  });
  const graph = create(GraphProtoSchema, {
    input: [value("x")],
    output: [value("z")],
    node: [
      node("Twice", ["x"], ["y"], { domain: "local", attribute: [slope] }),
      node("Twice", ["y"], ["z"], { domain: "local" }),
    ],
  });
  const bytes = toBinary(ModelProtoSchema, create(ModelProtoSchema, { opsetImport: opset, functions: [leaky], graph }));
  expect(
    readModel(bytes).graph.nodes.map(({ op, inputs, outputs, attributes }) => [
      op,
      ...inputs,
      "->",
      ...outputs,
      attributes.alpha?.value,
    ]),
  ).toEqual([
    ["LeakyRelu", "x", "->", "Twice_0/h", 0.5],
    ["Add", "Twice_0/h", "Twice_0/h", "->", "y", undefined],
    ["LeakyRelu", "y", "->", "Twice_1/h", undefined],
    ["Add", "Twice_1/h", "Twice_1/h", "->", "z", undefined],
  ]);
});
