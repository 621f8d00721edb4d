import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { differentiable } from "../../src/engine/differentiable.ts";
import { GraphBuilder, int } from "../../src/onnx/build.ts";
import type { Constant, DataType, Graph } from "../../src/onnx/graph.ts";
import { widenHalf } from "../../src/onnx/half.ts";
import { normalize } from "../../src/onnx/normalize.ts";
import { readModel } from "../../src/onnx/read.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { float32 } from "../vjp/harness.ts";
import { outputsOf } from "./opset.ts";

/** A half-precision constant from its bit patterns. */
function halves(
  type: "float16" | "bfloat16",
  bits: ArrayLike<number>,
  dims: readonly number[] = [bits.length],
): Constant {
  return { type, dims, data: { kind: "inline", bytes: new Uint8Array(Uint16Array.from(bits).buffer) } };
}

/** x → float16 → ·w + shift → float32, as converters write models in half precision. */
function halfModel(weight: Constant): Graph {
  const b = new GraphBuilder();
  const inside = b.add("Cast", ["x"], { to: int(10) });
  const product = b.add("MatMul", [inside, b.constant(weight)]);
  const filled = b.add("ConstantOfShape", [b.int([1])], {
    value: { kind: "tensor", value: halves("float16", [0x3c00]) },
  });
  const sum = b.add("Add", [product, filled]);
  const out = b.add("Cast", [sum], { to: int(1) });
  return b.graph(
    "half",
    [{ name: "x", type: "float32", dims: [1, weight.dims[0] as number] }],
    [{ name: out, type: "float32", dims: undefined }],
  );
}

test.each([
  // 0, 1, −2, 1/3 rounded, the largest, the smallest subnormal, infinity.
  ["float16", [0, 0x3c00, 0xc000, 0x3555, 0x7bff, 1, 0x7c00], [0, 1, -2, 0.333251953125, 65504, 2 ** -24, Infinity]],
  ["bfloat16", [0, 0x3f80, 0xc000, 0x7f80], [0, 1, -2, Infinity]],
] as const)("the numbers of %s are exact in float32, and onnxruntime's Cast agrees", async (type, bits, numbers) => {
  const b = new GraphBuilder();
  const sum = b.add("Mul", [b.add("Cast", [b.constant(halves(type, bits))], { to: int(1) }), "x"]);
  const graph = b.graph(
    "g",
    [{ name: "x", type: "float32", dims: [1] }],
    [{ name: sum, type: "float32", dims: undefined }],
  );
  const wide = widenHalf(graph);
  expect([...wide.initializers.values()].map((constant) => constant.type)).toEqual(["float32"]);
  for (const written of [graph, wide]) {
    const outputs = await outputsOf(writeModel(written), { x: float32([1], [1]) });
    expect(Array.from(outputs[sum]?.data as Float32Array)).toEqual(numbers);
  }
});

test.each([
  ["small", 3],
  ["large", 40],
])("a model in half precision with %s weights is computed in float32", async (_, rows) => {
  const random = createRandom("half");
  const bits = Array.from({ length: rows * 20 }, () => random.integer(0x3c00) | (random.integer(2) << 15));
  const graph = halfModel(halves("float16", bits, [rows, 20]));
  const file = readModel(writeModel(graph), { location: "model.onnx" });
  const normal = normalize(file);
  const types = new Set<DataType>([...normal.initializers.values()].map(({ type }) => type));
  // Large weights keep their bytes in the file, and a Cast behind them.
  expect(types.has("float16")).toBe(rows === 40);
  expect(
    normal.nodes.filter(
      ({ op, attributes }) => op === "Cast" && attributes.to?.kind === "int" && attributes.to.value === 10,
    ),
  ).toEqual([]);

  const x = float32(
    Array.from({ length: rows }, () => random.normal()),
    [1, rows],
  );
  const output = graph.outputs[0]?.name as string;
  const embedded = normalize(readModel(writeModel(graph)));
  const found = (await outputsOf(writeModel(embedded), { x }))[output]?.data as Float32Array;
  const exact = (column: number): number => {
    let total = 1;
    for (let row = 0; row < rows; row++) {
      total += (x.data[row] as number) * float16(bits[row * 20 + column] as number);
    }
    return total;
  };
  for (let column = 0; column < 20; column++) expect(found[column]).toBeCloseTo(exact(column), 4);
  // Computed in float16 the same sum would be off by far more than that.
  const before = (await outputsOf(writeModel(graph), { x }))[output]?.data as Float32Array;
  expect(Math.max(...before.map((value, i) => Math.abs(value - (found[i] as number))))).toBeLessThan(0.05);
});

/** A second reading of float16: by scaling the bits as an integer. */
function float16(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const magnitude = exponent === 0 ? (bits & 1023) / 2 ** 24 : ((bits & 1023) + 1024) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -magnitude : magnitude;
}

test("inputs and outputs in half precision are float32 outside too", () => {
  const graph: Graph = {
    name: "g",
    inputs: [{ name: "x", type: "float16", dims: ["n", 2] }],
    outputs: [{ name: "y", type: "float16", dims: ["n", 2] }],
    nodes: [{ name: "relu", op: "Relu", domain: "", inputs: ["x"], outputs: ["y"], attributes: {} }],
    initializers: new Map(),
  };
  const normal = normalize(readModel(writeModel(graph)));
  expect([...normal.inputs, ...normal.outputs].map(({ type }) => type)).toEqual(["float32", "float32"]);
});

test("a gradient goes through weights in half precision", async () => {
  const random = createRandom("half gradient");
  const bits = Array.from({ length: 40 * 20 }, () => random.integer(0x3c00) | (random.integer(2) << 15));
  await using model = await differentiable(writeModel(halfModel(halves("float16", bits, [40, 20]))));
  const x = { data: Float32Array.from({ length: 40 }, () => random.normal()), dims: [1, 40] };
  const ct = { data: Float32Array.from({ length: 20 }, () => random.normal()), dims: [1, 20] };
  const { gradient } = await model.vjp(x, ct);
  for (let row = 0; row < 40; row++) {
    const exact = ct.data.reduce(
      (total, value, column) => total + value * float16(bits[row * 20 + column] as number),
      0,
    );
    expect(gradient.data[row]).toBeCloseTo(exact, 4);
  }
});
