import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { sizeOf, stack, type Tensor } from "../../src/base/tensor.ts";
import { compileGraph, compileVjp } from "../../src/engine/compile.ts";
import type { Model } from "../../src/engine/model.ts";
import { GraphBuilder, ints } from "../../src/onnx/build.ts";
import type { ValueInfo } from "../../src/onnx/graph.ts";

const random = createRandom("compile");
const normal = (...dims: number[]): Tensor => ({
  data: Float32Array.from({ length: sizeOf(dims) }, () => random.normal()),
  dims,
});

/** A small convolutional classifier: [n, 3, 8, 8] → [n, 2]. */
function convNet(batch: number | string = "n"): Model {
  const b = new GraphBuilder();
  const constant = (...dims: number[]) => b.float([...normal(...dims).data], dims);
  const conv = b.add("Conv", ["x", constant(4, 3, 3, 3), constant(4)], {
    pads: ints([1, 1, 1, 1]),
    strides: ints([2, 2]),
  });
  const pooled = b.add("ReduceMean", [b.add("Relu", [conv]), b.int([2, 3])], { keepdims: { kind: "int", value: 0 } });
  const logits = b.add("Gemm", [pooled, constant(4, 2), constant(2)]);
  const info = (name: string, ...dims: (number | string)[]): ValueInfo => ({ name, type: "float32", dims });
  return { graph: b.graph("net", [info("x", batch, 3, 8, 8)], [info(logits, batch, 2)]), weights: new Map() };
}

/** y = x² for one number per row, with a cotangent of one's choice. */
function square(): Model {
  const b = new GraphBuilder();
  const y = b.add("Mul", ["x", "x"]);
  const dims = ["n", 1];
  return {
    graph: b.graph("square", [{ name: "x", type: "float32", dims }], [{ name: y, type: "float32", dims }]),
    weights: new Map(),
  };
}

describe("forward", () => {
  test.each(["n", 4])("any number of rows gives what the rows give alone (batch %s)", async (batch) => {
    const runner = await compileGraph(convNet(batch));
    const x = normal(19, 3, 8, 8);
    const name = runner.outputNames[0] as string;
    const together = (await runner.run({ x }))[name] as Tensor;
    const alone: Tensor[] = [];
    for (let i = 0; i < 19; i++) {
      const one = { data: x.data.subarray(i * 192, (i + 1) * 192), dims: [1, 3, 8, 8] };
      alone.push((await runner.run({ x: one }))[name] as Tensor);
    }
    const expected = stack(alone);
    expect(together.dims).toEqual([19, 2]);
    together.data.forEach((value, i) => {
      expect(value).toBeCloseTo(expected.data[i] as number, 5);
    });
    await runner.dispose();
  });

  test("wrong feeds are refused in words", async () => {
    const runner = await compileGraph(square());
    await expect(runner.run({})).rejects.toThrow('no value for input "x"');
    await expect(runner.run({ x: normal(1, 1), y: normal(1, 1) })).rejects.toThrow('unknown input "y": expected "x"');
    await expect(runner.run({ x: { data: new Float32Array(3), dims: [2, 1] } })).rejects.toThrow(
      '"x" has 3 numbers, its shape [2, 1] needs 2',
    );
    await expect(runner.run({ x: normal(0, 1) })).rejects.toThrow('"x" has 0 rows, expected at least one');
    await runner.dispose();
  });
});

describe("gradient", () => {
  test.each([1, 3, 16, 21])("the gradient of x² is 2x times the cotangent, for %i rows", async (rows) => {
    const runner = await compileVjp(square(), { wrt: ["x"] });
    const [x, ct] = [normal(rows, 1), normal(rows, 1)];
    const name = runner.outputNames[0] as string;
    const { outputs, gradients } = await runner.run({ x }, { [name]: ct });
    expect(outputs[name]?.dims).toEqual([rows, 1]);
    x.data.forEach((value, i) => {
      expect(outputs[name]?.data[i]).toBeCloseTo(value ** 2, 5);
      expect(gradients.x?.data[i]).toBeCloseTo(2 * value * (ct.data[i] as number), 5);
    });
    await runner.dispose();
  });

  test("an output without a cotangent counts as zero", async () => {
    const runner = await compileVjp(square(), { wrt: ["x"] });
    const { gradients } = await runner.run({ x: normal(2, 1) }, {});
    expect((gradients.x as Tensor).data.every((value) => value === 0)).toBe(true);
    await runner.dispose();
  });

  test("a cotangent of another shape is refused", async () => {
    const runner = await compileVjp(square(), { wrt: ["x"] });
    const name = runner.outputNames[0] as string;
    await expect(runner.run({ x: normal(2, 1) }, { [name]: normal(2, 3) })).rejects.toThrow(
      `expected a cotangent of shape [2, 1] for "${name}", got [2, 3] with 6 numbers`,
    );
    await runner.dispose();
  });
});
