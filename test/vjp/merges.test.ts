import { describe, expect, test } from "vitest";
import { createRandom, type Random } from "../../src/base/random.ts";
import { sizeOf } from "../../src/base/tensor.ts";
import { float, floatConstant, GraphBuilder, ints } from "../../src/onnx/build.ts";
import type { Graph } from "../../src/onnx/graph.ts";
import { derivatives } from "../../src/vjp/table.ts";
import { checkGraph, LIMITS } from "./check.ts";
import { type Feeds, float32, gradientsOf } from "./harness.ts";

const draw = (random: Random, dims: readonly number[]): number[] =>
  Array.from({ length: sizeOf(dims) }, () => random.normal());
const weights = (b: GraphBuilder, random: Random, dims: readonly number[]): string =>
  b.constant(floatConstant(draw(random, dims), dims));

/** x [2, 6, 4, 4] → one value of the same shape, and the numbers it is fed. */
function graphOf(title: string, build: (b: GraphBuilder, random: Random) => string) {
  const random = createRandom(title);
  const dims = [2, 6, 4, 4];
  const b = new GraphBuilder();
  const output = build(b, random);
  const info = { type: "float32", dims } as const;
  const graph: Graph = b.graph(title, [{ ...info, name: "x" }], [{ ...info, name: output }]);
  const feeds: Feeds = { x: float32(draw(random, dims), dims) };
  return { graph, feeds, output, random, ct: float32(draw(random, dims), dims) };
}

/** The emitted nodes that read a value. */
const readers = (graph: Graph, value: string) =>
  graph.nodes.filter(({ name, inputs }) => name.startsWith("vjp:") && inputs.includes(value));

describe("a batch norm and an activation before a convolution", () => {
  const scale = [0.5, -2, 1, 3, -1, 0.25];
  const variance = [0.5, 1, 2, 3, 4, 5];
  const build = (activation: string) => (b: GraphBuilder, random: Random) => {
    const [bias, mean] = [weights(b, random, [6]), weights(b, random, [6])];
    const normal = b.add("BatchNormalization", ["x", b.float(scale), bias, mean, b.float(variance)], {
      epsilon: float(0.01),
    });
    const bent = b.add(activation, [normal]);
    return b.add("Conv", [bent, weights(b, random, [6, 6, 3, 3])], { pads: ints([1, 1, 1, 1]) });
  };

  test.each(["Relu", "LeakyRelu", "Tanh"])(
    "has the convolution's cotangent scaled before it meets the slope of %s",
    async (activation) => {
      const { graph, feeds, output, ct } = graphOf(activation, build(activation));
      const merged = await gradientsOf(graph, feeds, ["x"], { [output]: ct });
      const norm = merged.graph.nodes.find(({ op, name }) => op === "BatchNormalization" && name.startsWith("vjp:"));
      const maker = merged.graph.nodes.find(({ outputs }) => outputs.includes(norm?.inputs[0] as string));
      expect(maker?.op).toBe("Conv");
      expect(readers(merged.graph, maker?.outputs[0] as string)).toEqual([norm]);
      // The slope first, and the factors in float64.
      const factors = scale.map((value, i) => value / Math.sqrt((variance[i] as number) + 0.01));
      const BatchNormalization: (typeof derivatives)["BatchNormalization"] = [
        (cotangent, at) => at.mul(cotangent, at.constant(factors, [6, 1, 1])),
      ];
      const rules = { ...derivatives, BatchNormalization };
      const plain = await gradientsOf(graph, feeds, ["x"], { [output]: ct }, rules);
      const [found, expected] = [merged.gradients.x?.data ?? [], plain.gradients.x?.data ?? []];
      expect(found.length).toBe(192);
      for (const [i, value] of expected.entries()) expect(Math.abs((found[i] as number) - value)).toBeLessThan(2e-5);
    },
  );

  test("has the gradient that differences give", async () => {
    const { graph, feeds, random } = graphOf("differences", build("Softplus"));
    const [errors = []] = await checkGraph({ graph, feeds, wrt: ["x"], kind: "smooth", random });
    expect(Math.max(...errors)).toBeLessThan(LIMITS.smooth);
  });
});

describe("a group norm as PyTorch writes it", () => {
  const norm = (b: GraphBuilder) =>
    b.add("Reshape", [
      b.add(
        "InstanceNormalization",
        [b.add("Reshape", ["x", b.int([2, 3, -1])]), b.float([1, 1, 1]), b.float([0, 0, 0])],
        {
          epsilon: float(0.1),
        },
      ),
      b.int([2, 6, 4, 4]),
    ]);

  test.each([[[6, 1, 1]], [[1, 6, 1, 1]]])(
    "never multiplies the cotangent by a scale of shape %j: it goes with 1/σ",
    async (dims) => {
      let scale = "";
      const { graph, feeds, random, output, ct } = graphOf(`scale ${dims}`, (b, random) => {
        scale = weights(b, random, dims);
        return b.add("Add", [b.add("Mul", [norm(b), scale]), weights(b, random, [6, 1, 1])]);
      });
      const { graph: backward } = await gradientsOf(graph, feeds, ["x"], { [output]: ct });
      expect(readers(backward, scale).map(({ op }) => op)).toEqual(["Reshape"]);
      const [errors = []] = await checkGraph({ graph, feeds, wrt: ["x"], kind: "smooth", random });
      expect(Math.max(...errors)).toBeLessThan(LIMITS.smooth);
    },
  );

  test.each([[[4, 4]], [[1]], [[2, 6, 1, 1]], [[2, 6, 4, 4]]])(
    "keeps a factor of shape %j, which is none of whole channels",
    async (dims) => {
      let factor = "";
      const { graph, feeds, random, output, ct } = graphOf(`factor ${dims}`, (b, random) => {
        factor = weights(b, random, dims);
        return b.add("Mul", [norm(b), factor]);
      });
      const { graph: backward } = await gradientsOf(graph, feeds, ["x"], { [output]: ct });
      expect(readers(backward, factor).map(({ op }) => op)).toEqual(["Mul"]);
      const [errors = []] = await checkGraph({ graph, feeds, wrt: ["x"], kind: "smooth", random });
      expect(Math.max(...errors)).toBeLessThan(LIMITS.smooth);
    },
  );

  test("has the same gradient as GroupNormalization, also where the cotangent in between is asked for", async () => {
    const scale = [0.5, -2, 1, 3, -1, 0.25];
    let inner = "";
    const written = graphOf("same", (b) => {
      inner = norm(b);
      return b.add("Mul", [inner, b.float(scale, [6, 1, 1])]);
    });
    const single = graphOf("same", (b) =>
      b.add("GroupNormalization", ["x", b.float(scale), b.float([0, 0, 0, 0, 0, 0])], {
        num_groups: { kind: "int", value: 3 },
        epsilon: float(0.1),
      }),
    );
    const { ct } = written;
    const [a, c] = [
      await gradientsOf(written.graph, written.feeds, ["x", inner], { [written.output]: ct }),
      await gradientsOf(single.graph, written.feeds, ["x"], { [single.output]: ct }),
    ];
    for (const [i, value] of (c.gradients.x?.data ?? []).entries()) {
      expect(Math.abs((a.gradients.x?.data[i] as number) - value)).toBeLessThan(1e-5);
    }
    const expected = Array.from(
      ct.data as Float32Array,
      (value, i) => value * (scale[Math.floor(i / 16) % 6] as number),
    );
    expect(Array.from(a.gradients[inner]?.data ?? [])).toEqual(expected.map(Math.fround));
  });
});
