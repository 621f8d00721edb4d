import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { row, sizeOf, stack, type Tensor } from "../../src/base/tensor.ts";
import { compileVjp } from "../../src/engine/compile.ts";
import { compileLinearizer } from "../../src/engine/linearize.ts";
import type { Model } from "../../src/engine/model.ts";
import { floatConstant, GraphBuilder, ints } from "../../src/onnx/build.ts";

const random = createRandom("linearize");
const normal = (...dims: number[]): Tensor => ({
  data: Float32Array.from({ length: sizeOf(dims) }, () => random.normal()),
  dims,
});

/** A model of one input [n, …] and one output that a function builds. */
function modelOf(
  input: readonly number[],
  build: (b: GraphBuilder, weights: (...dims: number[]) => string) => string,
): { readonly model: Model; readonly y: string } {
  const b = new GraphBuilder();
  const y = build(b, (...dims) => b.constant(floatConstant(normal(...dims).data, dims)));
  const graph = b.graph(
    "net",
    [{ name: "x", type: "float32", dims: ["n", ...input] }],
    [{ name: y, type: "float32", dims: undefined }],
  );
  return { model: { graph, weights: new Map() }, y };
}

/** Conv, Relu, Conv, Sigmoid, pool, Gemm: [n, 3, 16, 16] → [n, 5]. */
const net = modelOf([3, 16, 16], (b, weights) => {
  const conv = (x: string, inside: number, outside: number) =>
    b.add("Conv", [x, weights(outside, inside, 3, 3), weights(outside)], {
      pads: ints([1, 1, 1, 1]),
      strides: ints([2, 2]),
    });
  const hidden = b.add("Sigmoid", [conv(b.add("Relu", [conv("x", 3, 8)]), 8, 6)]);
  return b.add("Gemm", [b.add("Flatten", [b.add("GlobalAveragePool", [hidden])]), weights(6, 5), weights(5)]);
});

describe("a linearized model", () => {
  test.each([1, 3, 16, 21])("pulls back what its gradient graph gives, at %i rows", async (rows) => {
    const x = normal(rows, 3, 16, 16);
    const linearizer = compileLinearizer(net.model, net.y);
    const gradient = await compileVjp(net.model, { wrt: ["x"] });
    const here = await linearizer.at(x);
    const cts = [normal(rows, 5), normal(rows, 5), normal(rows, 5)];
    const all = await here.pull(cts);
    for (const [place, ct] of cts.entries()) {
      const expected = await gradient.run({ x }, { [net.y]: ct });
      expect(here.output).toEqual(expected.outputs[net.y]);
      const pulled = all[place] as Tensor;
      expect(pulled.dims).toEqual(x.dims);
      const scale = Math.max(...(expected.gradients.x?.data.map(Math.abs) ?? []));
      pulled.data.forEach((value, i) => {
        expect(Math.abs(value - (expected.gradients.x?.data[i] as number))).toBeLessThan(1e-6 * scale);
      });
    }
    await linearizer.dispose();
    await gradient.dispose();
  });

  test.each([1, 8, 9, 21])("gives %i cotangents together the bits that each gets alone", async (count) => {
    const x = normal(3, 3, 16, 16);
    const cts = Array.from({ length: count }, () => normal(3, 5));
    const linearizer = compileLinearizer(net.model, net.y);
    const here = await linearizer.at(x);
    const together = await here.pull(cts);
    expect(together.length).toBe(count);
    for (const [place, ct] of cts.entries()) expect(await here.pull([ct])).toEqual([together[place]]);
    await linearizer.dispose();
  });

  test("has no gradients of no cotangents", async () => {
    const linearizer = compileLinearizer(net.model, net.y);
    expect(await (await linearizer.at(normal(1, 3, 16, 16))).pull([])).toEqual([]);
    await linearizer.dispose();
  });

  test("stops between two runs", async () => {
    const linearizer = compileLinearizer(net.model, net.y);
    const here = await linearizer.at(normal(1, 3, 16, 16));
    await expect(here.pull([normal(1, 5)], AbortSignal.abort())).rejects.toMatchObject({ code: "interrupted" });
    await linearizer.dispose();
  });

  test("stays where it is when it is linearized elsewhere", async () => {
    const [x, other, ct] = [normal(2, 3, 16, 16), normal(2, 3, 16, 16), normal(2, 5)];
    const linearizer = compileLinearizer(net.model, net.y);
    const here = await linearizer.at(x);
    const before = await here.pull([ct]);
    await (await linearizer.at(other)).pull([ct]);
    expect(await here.pull([ct])).toEqual(before);
    await linearizer.dispose();
  });

  test("gives a row the same bits whatever rows come with it", async () => {
    const [x, ct] = [normal(8, 3, 16, 16), normal(8, 5)];
    const linearizer = compileLinearizer(net.model, net.y);
    const [together] = (await (await linearizer.at(x)).pull([ct])) as [Tensor];
    for (const index of [0, 5]) {
      const alone = await (await linearizer.at(row(x, index))).pull([row(ct, index)]);
      expect(alone).toEqual([row(together, index)]);
    }
    await linearizer.dispose();
  });

  test("of a linear map pulls back by its transpose, without a value of the forward pass", async () => {
    const { model, y } = modelOf([3], (b) => b.add("MatMul", ["x", b.float([1, 2, 3, 4, 5, 6], [3, 2])]));
    const linearizer = compileLinearizer(model, y);
    const x: Tensor = { data: Float32Array.of(1, 1, 1), dims: [1, 3] };
    const here = await linearizer.at(stack([x, x]));
    expect(Array.from(here.output.data)).toEqual([9, 12, 9, 12]);
    const pulled = await here.pull([
      { data: Float32Array.of(1, 0, 0, 10), dims: [2, 2] },
      { data: Float32Array.of(0, 1, 1, 1), dims: [2, 2] },
    ]);
    expect(pulled.map(({ data }) => Array.from(data))).toEqual([
      [1, 3, 5, 20, 40, 60],
      [2, 4, 6, 3, 7, 11],
    ]);
    await linearizer.dispose();
  });

  test("has no gradient where nothing of the input reaches the output", async () => {
    const { model, y } = modelOf([2], (b) => b.add("Add", [b.add("Ceil", ["x"]), b.float(1)]));
    const linearizer = compileLinearizer(model, y);
    const here = await linearizer.at({ data: Float32Array.of(0.5, -0.5), dims: [1, 2] });
    expect(Array.from(here.output.data, (value) => value + 0)).toEqual([2, 1]);
    const ct = { data: Float32Array.of(7, 7), dims: [1, 2] };
    const none = { data: Float32Array.of(0, 0), dims: [1, 2] };
    expect(await here.pull([ct, ct])).toEqual([none, none]);
    await linearizer.dispose();
  });
});
