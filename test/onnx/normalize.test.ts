import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { sizeOf } from "../../src/base/tensor.ts";
import { float, floatConstant, floats, GraphBuilder, int, intConstant, ints, string } from "../../src/onnx/build.ts";
import type { Attributes, Constant, Graph } from "../../src/onnx/graph.ts";
import { normalize } from "../../src/onnx/normalize.ts";
import { readModel } from "../../src/onnx/read.ts";
import { upgraders } from "../../src/onnx/upgraders.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { float32 } from "../vjp/harness.ts";
import { inOpset, outputsOf } from "./opset.ts";

/** One node in an old form: x goes in, the outputs are compared before and after. */
interface Case {
  readonly op: string;
  readonly opset: number;
  readonly dims: readonly number[];
  readonly attributes?: Attributes;
  readonly constants?: readonly (Constant | undefined)[];
  readonly outputs?: number;
  readonly why?: string;
}

const reductions = ["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare"];

const cases: readonly Case[] = [
  {
    op: "BatchNormalization",
    opset: 7,
    dims: [2, 3, 4],
    attributes: { spatial: int(1) },
    constants: [
      [1, 2, 3],
      [0, 1, 2],
      [0.1, 0.2, 0.3],
      [1, 2, 3],
    ].map((values) => floatConstant(values)),
  },
  { op: "Clip", opset: 7, dims: [2, 3], attributes: { min: float(-0.5), max: float(0.5) } },
  { op: "Clip", opset: 10, dims: [2, 3], attributes: { max: float(0.25) }, why: "without min" },
  { op: "Clip", opset: 7, dims: [2, 3], why: "without bounds" },
  { op: "DFT", opset: 17, dims: [2, 6, 1], attributes: { axis: int(1) } },
  {
    op: "DFT",
    opset: 17,
    dims: [6, 3, 2],
    attributes: { axis: int(0), inverse: int(1) },
    why: "inverse, another axis",
  },
  { op: "Dropout", opset: 7, dims: [2, 3], attributes: { ratio: float(0.25) } },
  {
    op: "GridSample",
    opset: 16,
    dims: [1, 2, 4, 4],
    attributes: { mode: string("bilinear") },
    constants: [floatConstant([-0.9, 0.2, 0.4, 0.1], [1, 2, 1, 2])],
  },
  {
    op: "GroupNormalization",
    opset: 18,
    dims: [2, 6, 3, 3],
    attributes: { num_groups: int(2) },
    constants: [floatConstant([1, 2]), floatConstant([0.5, -0.5])],
  },
  ...["Softmax", "LogSoftmax", "Hardmax"].flatMap((op) => [
    { op, opset: 11, dims: [2, 5], attributes: { axis: int(1) }, why: "last axis" },
    { op, opset: 9, dims: [2, 3, 4], why: "default axis of three" },
    { op, opset: 12, dims: [2, 3, 2, 2], attributes: { axis: int(2) }, why: "flattened from axis 2" },
    { op, opset: 11, dims: [2, 3, 2], attributes: { axis: int(-1) }, why: "negative axis" },
  ]),
  { op: "Pad", opset: 10, dims: [1, 1, 3, 3], attributes: { pads: ints([0, 0, 1, 2, 0, 0, 0, 1]), value: float(2) } },
  {
    op: "Pad",
    opset: 9,
    dims: [1, 1, 3, 3],
    attributes: { pads: ints([0, 0, 1, 1, 0, 0, 1, 1]), mode: string("reflect") },
  },
  ...reductions.flatMap((name) => [
    { op: `Reduce${name}`, opset: 13, dims: [2, 3, 4], attributes: { axes: ints([1, -1]), keepdims: int(0) } },
    { op: `Reduce${name}`, opset: 11, dims: [2, 3], why: "all axes" },
  ]),
  { op: "ReduceSum", opset: 11, dims: [2, 3, 4], attributes: { axes: ints([0, 2]), keepdims: int(0) } },
  { op: "ReduceSum", opset: 11, dims: [2, 3], why: "all axes" },
  ...["nearest", "linear"].flatMap((mode) => [
    {
      op: "Resize",
      opset: 10,
      dims: [1, 1, 3, 5],
      attributes: { mode: string(mode) },
      constants: [floatConstant([1, 1, 2, 2])],
      why: `${mode} growing`,
    },
    {
      op: "Resize",
      opset: 10,
      dims: [1, 1, 5, 7],
      attributes: { mode: string(mode) },
      constants: [floatConstant([1, 1, 0.6, 0.5])],
      why: `${mode} shrinking`,
    },
    {
      op: "Resize",
      opset: 11,
      dims: [1, 1, 4, 4],
      attributes: { mode: string(mode), coordinate_transformation_mode: string("half_pixel") },
      constants: [floatConstant([]), floatConstant([]), intConstant([1, 1, 7, 6])],
      why: `${mode} to a size, empty scales`,
    },
    {
      op: "Upsample",
      opset: 7,
      dims: [1, 2, 3, 3],
      attributes: { mode: string(mode), scales: floats([1, 1, 2, 3]) },
      why: mode,
    },
    {
      op: "Upsample",
      opset: 9,
      dims: [1, 2, 3, 3],
      attributes: { mode: string(mode) },
      constants: [floatConstant([1, 1, 2, 2])],
      why: mode,
    },
  ]),
  {
    op: "RoiAlign",
    opset: 10,
    dims: [1, 1, 8, 8],
    attributes: { output_height: int(2), output_width: int(2) },
    constants: [floatConstant([1, 1, 6, 5], [1, 4]), intConstant([0])],
  },
  {
    op: "Scatter",
    opset: 9,
    dims: [3, 3],
    attributes: { axis: int(1) },
    constants: [intConstant([1, 0], [1, 2]), floatConstant([5, 6], [1, 2])],
  },
  { op: "Slice", opset: 9, dims: [4, 6], attributes: { starts: ints([1, 0]), ends: ints([3, -2]) } },
  {
    op: "Slice",
    opset: 7,
    dims: [4, 6],
    attributes: { starts: ints([2]), ends: ints([2 ** 63]), axes: ints([1]) },
    why: "to the end",
  },
  { op: "Split", opset: 11, dims: [6, 2], attributes: { split: ints([1, 5]) }, outputs: 2 },
  { op: "Split", opset: 9, dims: [2, 6], attributes: { axis: int(1) }, outputs: 3, why: "equal parts" },
  { op: "Split", opset: 13, dims: [6, 2], constants: [intConstant([2, 4])], outputs: 2, why: "parts given as input" },
  { op: "Split", opset: 13, dims: [6, 2], outputs: 2, why: "equal parts of opset 13" },
  { op: "Squeeze", opset: 11, dims: [1, 3, 1], attributes: { axes: ints([0]) } },
  { op: "Squeeze", opset: 7, dims: [1, 3, 1], why: "all axes" },
  { op: "TopK", opset: 9, dims: [2, 5], attributes: { k: int(2) }, outputs: 2 },
  { op: "Unsqueeze", opset: 11, dims: [2, 3], attributes: { axes: ints([0, 3]) } },
];

const random = createRandom("normalize");

function graphOf({ op, dims, attributes = {}, constants = [], outputs = 1 }: Case): Graph {
  const names = constants.map((constant, i) => (constant === undefined ? "" : `c${i}`));
  const results = Array.from({ length: outputs }, (_, i) => `y${i}`);
  return {
    name: op,
    inputs: [{ name: "x", type: "float32", dims }],
    outputs: results.map((name) => ({ name, type: "other", dims: undefined })),
    nodes: [{ name: "node", op, domain: "", inputs: ["x", ...names], outputs: results, attributes }],
    initializers: new Map(constants.flatMap((constant, i) => (constant === undefined ? [] : [[`c${i}`, constant]]))),
  };
}

describe("every upgrader leaves onnxruntime's outputs as they were", () => {
  test.each(cases.map((item) => [item.op, item.opset, item.why ?? "", item] as const))(
    "%s of opset %i %s",
    async (_, opset, __, item) => {
      const old = inOpset(graphOf(item), opset);
      const data = Float32Array.from({ length: sizeOf(item.dims) }, () => Math.abs(random.normal()) - 0.3);
      const now = writeModel(normalize(readModel(old)));
      expect(await outputsOf(now, { x: float32(data, item.dims) })).toEqual(
        await outputsOf(old, { x: float32(data, item.dims) }),
      );
    },
  );

  test("and every upgrader has its row", () => {
    expect(new Set(cases.map((item) => item.op))).toEqual(new Set(Object.keys(upgraders)));
  });
});

test.each(Array.from({ length: 18 }, (_, i) => i + 9))(
  "a network of opset %i gives the same at opset 21",
  async (opset) => {
    const b = new GraphBuilder();
    const draw = (dims: readonly number[]) =>
      b.constant(
        floatConstant(
          Array.from({ length: sizeOf(dims) }, () => random.normal()),
          dims,
        ),
      );
    const conv = b.add("Conv", ["x", draw([3, 2, 3, 3]), draw([3])], { pads: ints([1, 1, 1, 1]) });
    const pool = b.add("MaxPool", [b.add("Relu", [conv])], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) });
    const flat = b.add("Reshape", [pool, b.int([0, -1])]);
    const y = b.add("Softmax", [b.add("Gemm", [flat, draw([4, 12]), draw([4])], { transB: int(1) })], { axis: int(1) });
    const graph = b.graph(
      "net",
      [{ name: "x", type: "float32", dims: [2, 2, 4, 4] }],
      [{ name: y, type: "float32", dims: [2, 4] }],
    );
    const old = inOpset(graph, opset);
    const x = float32(
      Array.from({ length: 64 }, () => random.normal()),
      [2, 2, 4, 4],
    );
    expect(await outputsOf(writeModel(normalize(readModel(old))), { x })).toEqual(await outputsOf(old, { x }));
  },
);

test("opsets out of range are refused", () => {
  const identity = graphOf({ op: "Relu", opset: 6, dims: [1] });
  expect(() => normalize(readModel(inOpset(identity, 6)))).toThrow(
    "expected opset 7 to 26, found 6: export the model again",
  );
});

test("constants in every spelling become initializers", async () => {
  const constant = (output: string, attributes: Attributes) => ({
    name: "",
    op: "Constant",
    domain: "",
    inputs: [],
    outputs: [output],
    attributes,
  });
  const add = (a: string, b: string, y: string) => ({
    name: "",
    op: "Add",
    domain: "",
    inputs: [a, b],
    outputs: [y],
    attributes: {},
  });
  const graph: Graph = {
    ...graphOf({ op: "Relu", opset: 17, dims: [2] }),
    outputs: [{ name: "s2", type: "other", dims: undefined }],
    nodes: [
      constant("a", { value_float: float(1.5) }),
      constant("b", { value_floats: floats([1, 2]) }),
      constant("c", { value: { kind: "tensor", value: floatConstant([3, 4]) } }),
      add("x", "a", "s0"),
      add("s0", "b", "s1"),
      add("s1", "c", "s2"),
    ],
  };
  const normal = normalize(readModel(inOpset(graph, 17)));
  expect(normal.nodes.map((node) => [node.name, node.op])).toEqual([
    ["Add:s0", "Add"],
    ["Add:s1", "Add"],
    ["Add:s2", "Add"],
  ]);
  expect([...normal.initializers.keys()]).toEqual(["a", "b", "c"]);
  const outputs = await outputsOf(writeModel(normal), { x: float32([0, 0], [2]) });
  expect(outputs.s2?.data).toEqual(Float32Array.of(5.5, 7.5));
});
