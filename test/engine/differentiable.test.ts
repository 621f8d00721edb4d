import { mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { differentiable } from "../../src/engine/public-vjp.ts";
import { GraphBuilder, int } from "../../src/onnx/build.ts";
import type { ValueInfo } from "../../src/onnx/graph.ts";
import { writeModel } from "../../src/onnx/write.ts";

const info = (name: string, ...dims: (number | string)[]): ValueInfo => ({ name, type: "float32", dims });
const weights = Float32Array.from({ length: 900 }, (_, i) => Math.sin(i));

/** y = sigmoid(x·W): closed-form gradient. W is large enough to be read from the file's own bytes. */
function logistic(): Uint8Array {
  const b = new GraphBuilder();
  const y = b.add("Sigmoid", [b.add("MatMul", ["x", b.float([...weights], [3, 300])])]);
  return writeModel(b.graph("logistic", [info("x", "n", 3)], [info(y, "n", 300)]));
}

/** sigmoid(x·W) and ∂(ct·y)/∂x in float64. */
function closedForm(x: readonly number[], ct: readonly number[]): { output: number[]; gradient: number[] } {
  const weight = (i: number, j: number) => weights[300 * i + j] as number;
  const output = ct.map((_, j) => 1 / (1 + Math.exp(-x.reduce((sum, value, i) => sum + value * weight(i, j), 0))));
  const gradient = x.map((_, i) =>
    output.reduce((sum, y, j) => sum + (ct[j] as number) * y * (1 - y) * weight(i, j), 0),
  );
  return { output, gradient };
}

const x = [0.3, -1.2, 0.7];
const ct = Array.from({ length: 300 }, (_, j) => Math.cos(j));

test.each(["bytes", "path", "link"])(
  "a logistic layer has the output and gradient of the closed form (from %s)",
  async (from) => {
    const path = join(await mkdtemp(join(tmpdir(), "cfalign-")), "logistic.onnx");
    await writeFile(path, logistic());
    // Hubs keep the bytes in one folder and links to them in another.
    const link = join(await mkdtemp(join(tmpdir(), "cfalign-")), "model.onnx");
    await symlink(path, link);
    const model = await differentiable({ bytes: logistic(), path, link }[from] as string | Uint8Array, { wrt: "x" });
    const input = { data: Float32Array.from(x), dims: [1, 3] };
    const { output, gradient } = await model.vjp(input, { data: Float32Array.from(ct), dims: [1, 300] });
    const expected = closedForm(x, ct);
    expect([output.dims, gradient.dims]).toEqual([
      [1, 300],
      [1, 3],
    ]);
    expected.output.forEach((value, j) => {
      expect(output.data[j]).toBeCloseTo(value, 5);
    });
    expected.gradient.forEach((value, i) => {
      expect(gradient.data[i]).toBeCloseTo(value, 4);
    });
    expect((await model.forward(input)).data).toEqual(output.data);
    await model.dispose();
  },
);

test("an unknown name, a wrong shape and an ambiguous output are refused in words", async () => {
  const b = new GraphBuilder();
  const [y, z] = [b.add("Neg", ["x"]), b.add("Exp", ["x"])];
  const bytes = writeModel(b.graph("two", [info("x", 2)], [info(y, 2), info(z, 2)]));
  await expect(differentiable(bytes)).rejects.toThrow(
    `the model has 2 outputs ("${y}", "${z}"): name one with "output"`,
  );
  await expect(differentiable(bytes, { wrt: "w", output: y })).rejects.toThrow('unknown input "w": expected "x"');
  const model = await differentiable(bytes, { output: y });
  const one = { data: Float32Array.of(1), dims: [1] };
  await expect(model.vjp(one, one)).rejects.toThrow('input "x": expected [2], got [1] with 1 numbers');
  await model.dispose();
});

test("other inputs may hold whole numbers: of Σ x·table[ids] the gradient is the rows that were looked up", async () => {
  const b = new GraphBuilder();
  const rows = b.add("Gather", [b.float([1, 2, 3, 4, 5, 6], [3, 2]), "ids"]);
  const y = b.add("ReduceSum", [b.add("Mul", ["x", rows])], { keepdims: int(0) });
  const ids: ValueInfo = { name: "ids", type: "int64", dims: ["n"] };
  const bytes = writeModel(b.graph("lookup", [info("x", "n", 2), ids], [info(y)]));
  const model = await differentiable(bytes, { wrt: "x", shape: [1, 2] });
  const x = { data: Float32Array.of(1, 10, 100, 1000), dims: [2, 2] };
  const looked = { type: "int64", data: BigInt64Array.of(2n, 0n), dims: [2] } as const;
  const one = { data: Float32Array.of(1), dims: [] };
  const { output, gradient } = await model.vjp(x, one, { ids: looked });
  expect(output.data).toEqual(Float32Array.of(5 + 60 + 100 + 2000));
  expect(gradient.data).toEqual(Float32Array.of(5, 6, 1, 2));
  expect((await model.forward(x, { ids: looked })).data).toEqual(output.data);
  await expect(model.forward(x, { ids: x })).rejects.toThrow('input "ids": expected int64, got float32');
  await model.dispose();
  await expect(differentiable(bytes, { wrt: "ids" })).rejects.toThrow('expected float32 for "ids", found int64');
});

test("an operator without a rule is named when the file is opened for a shape", async () => {
  const b = new GraphBuilder();
  const y = b.add("Bernoulli", ["x"]);
  const bytes = writeModel(b.graph("g", [info("x", 2, 2)], [{ name: y, type: "float32", dims: [] }]));
  await expect(differentiable(bytes, { shape: [2, 2] })).rejects.toThrow(
    'no gradient of "Bernoulli_0" by "x": node "Bernoulli_node_1" (Bernoulli: a random draw), at input 0 through "x"',
  );
});

test("a shape that depends on the data is refused", async () => {
  const b = new GraphBuilder();
  const y = b.add("Compress", ["x", b.add("Greater", ["x", b.float(0)])]);
  const bytes = writeModel(b.graph("g", [info("x", 50)], [{ name: y, type: "float32", dims: ["some"] }]));
  await expect(differentiable(bytes, { shape: [50] })).rejects.toThrow(
    /^the shape of "Compress_\d+" \(Compress node .* depends on the data/,
  );
});

test("more shapes at once than sessions are kept, and an end on the way, give every gradient", async () => {
  const b = new GraphBuilder();
  const y = b.add("Mul", ["x", "x"]);
  const model = await differentiable(writeModel(b.graph("square", [info("x", "n")], [info(y, "n")])));
  const sizes = Array.from({ length: 24 }, (_, place) => place + 1);
  const asked = sizes.map(async (size) => {
    const input = { data: new Float32Array(size).fill(size), dims: [size] };
    return (await model.vjp(input, { data: new Float32Array(size).fill(1), dims: [size] })).gradient.data;
  });
  const [gradients] = await Promise.all([Promise.all(asked), model.dispose()]);
  expect(gradients).toEqual(sizes.map((size) => new Float32Array(size).fill(2 * size)));
});

test("weights of eight bits have the gradient of what they stand for, exactly: they are constants like others", async () => {
  const scale = 1 / 127;
  const whole = Int8Array.from(weights, (value) => Math.round(value / scale));
  const b = new GraphBuilder();
  b.initializers.set("w8", {
    type: "int8",
    dims: [3, 300],
    data: { kind: "inline", bytes: new Uint8Array(whole.buffer) },
  });
  const back = b.add("DequantizeLinear", ["w8", b.float(scale)]);
  const y = b.add("Sigmoid", [b.add("MatMul", ["x", back])]);
  const bytes = writeModel(b.graph("eight bits", [info("x", "n", 3)], [info(y, "n", 300)]));
  const model = await differentiable(bytes, { wrt: "x" });
  const { gradient } = await model.vjp(
    { data: Float32Array.from(x), dims: [1, 3] },
    { data: Float32Array.from(ct), dims: [1, 300] },
  );
  const weight = (i: number, j: number) => scale * (whole[300 * i + j] as number);
  const output = ct.map((_, j) => 1 / (1 + Math.exp(-x.reduce((sum, value, i) => sum + value * weight(i, j), 0))));
  for (const i of x.keys()) {
    const expected = output.reduce((sum, value, j) => sum + (ct[j] as number) * value * (1 - value) * weight(i, j), 0);
    expect(gradient.data[i]).toBeCloseTo(expected, 4);
  }
  await model.dispose();
});
