import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import type { Tensor } from "../../src/base/tensor.ts";
import { differentiable } from "../../src/engine/differentiable.ts";
import { inspectModel } from "../../src/engine/inspect.ts";
import { GraphBuilder, int } from "../../src/onnx/build.ts";
import type { Constant, ValueInfo } from "../../src/onnx/graph.ts";
import { writeModel } from "../../src/onnx/write.ts";

const info = (name: string, ...dims: number[]): ValueInfo => ({ name, type: "float32", dims });
const { normal } = createRandom("quantized");
const eight = Int8Array.from({ length: 4 * 3 * 9 }, () => Math.round(60 * normal()));
const scales = [0.002, 0.003, 0.001, 0.002];
const x: Tensor = { data: Float32Array.from({ length: 3 * 36 }, () => normal()), dims: [1, 3, 6, 6] };

const bytes = (values: Int8Array, dims: readonly number[]): Constant => ({
  type: "int8",
  dims,
  data: { kind: "inline", bytes: new Uint8Array(values.buffer) },
});

/** A convolution and its mean square, with weights and values as they are made by `weightsOf` and `valuesOf`. */
function network(weightsOf: (b: GraphBuilder) => string, valuesOf: (b: GraphBuilder, x: string) => string): Uint8Array {
  const b = new GraphBuilder();
  const conv = b.add("Conv", [valuesOf(b, "x"), weightsOf(b)]);
  const seen = valuesOf(b, b.add("Tanh", [conv]));
  const y = b.add("ReduceMean", [b.add("Mul", [seen, seen])], { keepdims: int(0) });
  return writeModel(b.graph("g", [info("x", 1, 3, 6, 6)], [info(y)]));
}

const narrow = (b: GraphBuilder): string =>
  b.add("DequantizeLinear", [b.constant(bytes(eight, [4, 3, 3, 3])), b.float(scales)], { axis: int(0) });
const wide = (b: GraphBuilder): string =>
  b.float(
    Array.from(eight, (value, i) => value * (scales[Math.floor(i / 27)] as number)),
    [4, 3, 3, 3],
  );
const asTheyAre = (_: GraphBuilder, value: string): string => value;
/** Eight bits of values from −1.28 to 1.27. */
const rounded = (b: GraphBuilder, value: string): string => {
  const [scale, zero] = [b.float(0.01), b.constant(bytes(Int8Array.of(0), []))];
  return b.add("DequantizeLinear", [b.add("QuantizeLinear", [value, scale, zero]), scale, zero]);
};

async function gradient(model: Uint8Array): Promise<Tensor> {
  await using opened = await differentiable(model, { wrt: "x" });
  return (await opened.vjp(x, { data: Float32Array.of(1), dims: [] })).gradient;
}

const folder = await mkdtemp(join(tmpdir(), "cfalign-quantized-"));

test("a file whose weights alone have eight bits has the gradients of the weights that they stand for", async () => {
  const [own, expected] = [await gradient(network(narrow, asTheyAre)), await gradient(network(wide, asTheyAre))];
  for (const [i, value] of own.data.entries()) expect(value).toBeCloseTo(expected.data[i] as number, 6);
  expect(Math.max(...own.data.map(Math.abs))).toBeGreaterThan(0.01);
});

test("values of eight bits have gradients straight through, about those of values that are only clipped, and none where they are", async () => {
  const clipped = (b: GraphBuilder, value: string): string => b.add("Clip", [value, b.float(-1.285), b.float(1.275)]);
  const [own, exact] = [await gradient(network(narrow, rounded)), await gradient(network(wide, clipped))];
  const beyond = [...x.data.keys()].filter((i) => Math.abs(x.data[i] as number) > 1.29);
  expect(beyond.length).toBeGreaterThan(5);
  for (const i of beyond) expect(Math.abs(own.data[i] as number)).toBe(0);
  const product = (a: Tensor, b: Tensor) => a.data.reduce((sum, value, i) => sum + value * (b.data[i] as number), 0);
  expect(product(own, exact) / Math.sqrt(product(own, own) * product(exact, exact))).toBeGreaterThan(0.999);
});

test("inspect says which kind a file is", async () => {
  const dynamic = (b: GraphBuilder, value: string): string =>
    b.add("DequantizeLinear", b.addMany("DynamicQuantizeLinear", [value], {}, 3));
  const kinds = {
    none: network(wide, asTheyAre),
    weights: network(narrow, asTheyAre),
    values: network(narrow, rounded),
    integers: network(narrow, dynamic),
  };
  for (const [kind, model] of Object.entries(kinds)) {
    const path = join(folder, `${kind}.onnx`);
    await writeFile(path, model);
    const [inspection] = await inspectModel(path);
    expect(inspection, kind).toMatchObject({
      quantization: kind,
      differentiable: kind !== "integers",
      forwardOnly: kind === "integers",
    });
  }
});
