import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { sizeOf, type Tensor } from "../../src/base/tensor.ts";
import { compileVjp } from "../../src/engine/compile.ts";
import { floatConstant, GraphBuilder, ints } from "../../src/onnx/build.ts";

const random = createRandom("bits");
const normal = (...dims: number[]): Tensor => ({
  data: Float32Array.from({ length: sizeOf(dims) }, () => random.normal()),
  dims,
});
const rows = ({ data, dims }: Tensor, from: number, count: number): Tensor => {
  const stride = data.length / (dims[0] as number);
  return { data: data.subarray(from * stride, (from + count) * stride), dims: [count, ...dims.slice(1)] };
};

/** Conv, Relu, Conv, pool, Gemm: [n, 3, 32, 32] → [n, 20]. */
function net() {
  const b = new GraphBuilder();
  const weights = (...dims: number[]) => b.constant(floatConstant(normal(...dims).data, dims));
  const conv = (x: string, inside: number, outside: number) =>
    b.add("Conv", [x, weights(outside, inside, 3, 3), weights(outside)], {
      pads: ints([1, 1, 1, 1]),
      strides: ints([2, 2]),
    });
  const features = b.add("GlobalAveragePool", [conv(b.add("Relu", [conv("x", 3, 16)]), 16, 24)]);
  const y = b.add("Gemm", [b.add("Flatten", [features]), weights(24, 20), weights(20)]);
  const graph = b.graph(
    "net",
    [{ name: "x", type: "float32", dims: ["n", 3, 32, 32] }],
    [{ name: y, type: "float32", dims: ["n", 20] }],
  );
  return { model: { graph, weights: new Map<string, Uint8Array>() }, y };
}

test("a row's output and gradient have the same bits whatever rows come with it", async () => {
  const { model, y } = net();
  const [x, ct] = [normal(16, 3, 32, 32), normal(16, 20)];
  const runner = await compileVjp(model, { wrt: ["x"] });
  const all = await runner.run({ x }, { [y]: ct });
  for (const count of [1, 3, 8]) {
    const part = await runner.run({ x: rows(x, 2, count) }, { [y]: rows(ct, 2, count) });
    expect(part.outputs[y]).toEqual(rows(all.outputs[y] as Tensor, 2, count));
    expect(part.gradients.x).toEqual(rows(all.gradients.x as Tensor, 2, count));
  }
  await runner.dispose();
});
