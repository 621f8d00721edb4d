import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom, type Random } from "../../src/base/random.ts";
import { sizeOf, type Tensor } from "../../src/base/tensor.ts";
import { float, floatConstant, GraphBuilder, int, ints } from "../../src/onnx/build.ts";
import { connect } from "../../src/onnx/connect.ts";
import type { Graph, ValueInfo } from "../../src/onnx/graph.ts";
import { prefixValues } from "../../src/onnx/rename.ts";
import type { TypedTensor } from "../../src/platform/platform.ts";
import { checkGraph, LIMITS } from "./check.ts";
import { float32, gradientsOf } from "./harness.ts";

/** Every run draws the same graphs. */
const SEED = 20241124;
const DIMS = [2, 4, 4, 4];

/**
 * One step from values of shape [2, 4, 4, 4] to another: `pick` chooses among the values that are there. All have bounded
 * slopes, so that deep graphs can still be measured by differences in float32, and no kinks near random values.
 */
type Step = (b: GraphBuilder, pick: (index: number) => string, random: Random) => string;

const weights = (b: GraphBuilder, random: Random, dims: readonly number[]): string =>
  b.constant(
    floatConstant(
      Array.from({ length: sizeOf(dims) }, () => 0.3 * random.normal()),
      dims,
    ),
  );

const same = { pads: ints([1, 1, 1, 1]) };

const steps: Readonly<Record<string, Step>> = {
  add: (b, pick) => b.add("Add", [pick(0), pick(1)]),
  subtract: (b, pick) => b.add("Sub", [pick(0), pick(1)]),
  gate: (b, pick) => b.add("Mul", [pick(0), b.add("Sigmoid", [pick(1)])]),
  broadcast: (b, pick, random) => b.add("Mul", [pick(0), weights(b, random, [4, 1, 1])]),
  divide: (b, pick) => b.add("Div", [pick(0), b.add("Add", [b.add("Mul", [pick(1), pick(1)]), b.float(1)])]),
  tanh: (b, pick) => b.add("Tanh", [pick(0)]),
  softplus: (b, pick) => b.add("Softplus", [pick(0)]),
  gelu: (b, pick) => b.add("Gelu", [pick(0)]),
  softmax: (b, pick) => b.add("Softmax", [pick(0)], { axis: int(1) }),
  convolve: (b, pick, random) =>
    b.add("Conv", [pick(0), weights(b, random, [4, 4, 3, 3]), weights(b, random, [4])], same),
  depthwise: (b, pick, random) =>
    b.add("Conv", [pick(0), weights(b, random, [4, 1, 3, 3])], { ...same, group: int(4) }),
  downUp: (b, pick, random) => {
    const half = b.add("Conv", [pick(0), weights(b, random, [4, 4, 3, 3])], { ...same, strides: ints([2, 2]) });
    return b.add("ConvTranspose", [half, weights(b, random, [4, 4, 2, 2])], { strides: ints([2, 2]) });
  },
  pool: (b, pick) => b.add("AveragePool", [pick(0)], { kernel_shape: ints([3, 3]), ...same }),
  resize: (b, pick) => {
    const half = b.add("AveragePool", [pick(0)], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) });
    return b.add("Resize", [half, "", b.float([1, 1, 2, 2])], { mode: { kind: "string", value: "linear" } });
  },
  layerNorm: (b, pick, random) =>
    b.add("LayerNormalization", [pick(0), weights(b, random, [4]), weights(b, random, [4])], { epsilon: float(0.5) }),
  groupNorm: (b, pick, random) =>
    b.add("GroupNormalization", [pick(0), weights(b, random, [4]), weights(b, random, [4])], {
      num_groups: int(2),
      epsilon: float(0.5),
    }),
  centre: (b, pick) => b.add("Sub", [pick(0), b.add("ReduceMean", [pick(0), b.int([2, 3])], { keepdims: int(1) })]),
  matmul: (b, pick, random) => b.add("MatMul", [pick(0), weights(b, random, [4, 4])]),
  attend: (b, pick) => {
    const scores = b.add("MatMul", [pick(0), b.add("Transpose", [pick(1)], { perm: ints([0, 1, 3, 2]) })]);
    return b.add("MatMul", [b.add("Softmax", [b.add("Mul", [scores, b.float(0.3)])], { axis: int(-1) }), pick(1)]);
  },
  transpose: (b, pick) => b.add("Transpose", [pick(0)], { perm: ints([0, 2, 3, 1]) }),
  swapHalves: (b, pick) => {
    const [left = "", right = ""] = b.addMany("Split", [pick(0)], { axis: int(1), num_outputs: int(2) }, 2);
    return b.add("Concat", [right, b.add("Neg", [left])], { axis: int(1) });
  },
  reshape: (b, pick) => b.add("Reshape", [b.add("Cos", [b.add("Reshape", [pick(0), b.int([8, -1])])]), b.int(DIMS)]),
  shift: (b, pick) => {
    const cut = b.add("Slice", [pick(0), b.int([1]), b.int([4]), b.int([2])]);
    return b.add("Pad", [cut, b.int([0, 0, 0, 0, 0, 0, 1, 0])]);
  },
  shuffle: (b, pick) =>
    b.add("SpaceToDepth", [b.add("DepthToSpace", [pick(0)], { blocksize: int(2) })], { blocksize: int(2) }),
  gather: (b, pick) => b.add("Gather", [pick(0), b.int([3, 0, 0, 2])], { axis: int(3) }),
};

interface Plan {
  readonly steps: readonly { readonly name: string; readonly picks: readonly [number, number] }[];
  readonly seed: number;
}

/** A few steps; each reads values made before it, so that values are used twice, once, or not at all. */
const plans: fc.Arbitrary<Plan> = fc.record({
  steps: fc.array(
    fc.record({
      name: fc.constantFrom(...Object.keys(steps)),
      picks: fc.tuple(fc.nat(1000), fc.nat(1000)),
    }),
    { minLength: 1, maxLength: 7 },
  ),
  seed: fc.nat(1_000_000),
});

const info: ValueInfo = { name: "x", type: "float32", dims: DIMS };

function graphOf(plan: Plan): Graph {
  const b = new GraphBuilder();
  const random = createRandom(`plan ${plan.seed}`);
  const values = ["x"];
  for (const { name, picks } of plan.steps) {
    // The last value half of the time, so that graphs are deep as well as wide.
    const pick = (index: number) => {
      const choice = picks[index] as number;
      return values[choice % 2 === 0 ? values.length - 1 : (choice >> 1) % values.length] as string;
    };
    values.push((steps[name] as Step)(b, pick, random));
  }
  return b.graph("random", [info], [{ ...info, name: values.at(-1) as string }]);
}

const draw = (random: Random): TypedTensor =>
  float32(
    Array.from({ length: sizeOf(DIMS) }, () => random.normal()),
    DIMS,
  );

async function gradient(graph: Graph, x: TypedTensor, ct: TypedTensor): Promise<Float32Array> {
  const { gradients } = await gradientsOf(graph, { x }, ["x"], { [(graph.outputs[0] as ValueInfo).name]: ct });
  return (gradients.x as Tensor).data;
}

/** Largest difference relative to the largest element. */
function difference(a: Float32Array, b: Float32Array): number {
  const scale = Math.max(1e-6, ...a.map(Math.abs), ...b.map(Math.abs));
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number)))) / scale;
}

test("gradients of random graphs agree with differences", { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const random = createRandom(`x ${plan.seed}`);
      const graph = graphOf(plan);
      const [errors = []] = await checkGraph({
        graph,
        feeds: { x: draw(random) },
        wrt: ["x"],
        kind: "smooth",
        random,
        directions: 2,
        steps: [3e-2, 1e-2, 3e-3, 1e-3],
      });
      for (const error of errors) expect(error).toBeLessThanOrEqual(LIMITS.smooth);
    }),
    { seed: SEED, numRuns: 40 },
  );
});

test("a gradient is linear in the cotangent", { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.integer({ min: -4, max: 4 }), async (plan, factor) => {
      const random = createRandom(`linear ${plan.seed}`);
      const graph = graphOf(plan);
      const [x, first, second] = [draw(random), draw(random), draw(random)] as const;
      const both = float32(
        (first.data as Float32Array).map((value, i) => value + factor * (second.data[i] as number)),
        DIMS,
      );
      const [a, c, sum] = [
        await gradient(graph, x, first),
        await gradient(graph, x, second),
        await gradient(graph, x, both),
      ];
      expect(
        difference(
          sum,
          a.map((value, i) => value + factor * (c[i] as number)),
        ),
      ).toBeLessThan(2e-5);
    }),
    { seed: SEED, numRuns: 20 },
  );
});

test("the gradient of a composition is the composition of the gradients", { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(plans, plans, async (inner, outer) => {
      const random = createRandom(`chain ${inner.seed}`);
      const [first, second] = [graphOf(inner), graphOf(outer)];
      const [x, ct] = [draw(random), draw(random)];
      const middle = (first.outputs[0] as ValueInfo).name;
      // second(first(x)) as one graph.
      const after = prefixValues(second, "after:");
      const whole = connect(first, after, { "after:x": middle });
      const { gradients, outputs } = await gradientsOf(whole, { x }, ["x"], {
        [(after.outputs[0] as ValueInfo).name]: ct,
      });
      expect(Object.keys(outputs)).toHaveLength(1);
      // The cotangent of second by its input is the cotangent of first.
      const between = await gradientsOf(first, { x }, ["x"], { [middle]: ct });
      const hidden = between.outputs[middle] as Tensor;
      const hiddenCt = await gradient(second, float32(hidden.data, hidden.dims), ct);
      const chained = await gradient(first, x, float32(hiddenCt, DIMS));
      expect(difference((gradients.x as Tensor).data, chained)).toBeLessThan(2e-5);
    }),
    { seed: SEED, numRuns: 20 },
  );
});
