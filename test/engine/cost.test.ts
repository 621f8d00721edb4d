import { expect, test } from "vitest";
import { costOf } from "../../src/engine/cost.ts";
import { trace } from "../../src/engine/trace.ts";
import { GraphBuilder, int, ints, string } from "../../src/onnx/build.ts";
import type { Attributes } from "../../src/onnx/graph.ts";

/** The multiply–adds of one node on inputs of these shapes. */
async function macs(op: string, shapes: readonly (readonly number[])[], attributes: Attributes = {}): Promise<number> {
  const b = new GraphBuilder();
  const inputs = shapes.map((dims, i) => ({ name: `x${i}`, type: "float32" as const, dims }));
  const y = b.add(
    op,
    inputs.map(({ name }) => name),
    attributes,
  );
  const graph = b.graph("one", inputs, [{ name: y, type: "float32", dims: undefined }]);
  return costOf(
    await trace({ graph, weights: new Map() }, Object.fromEntries(inputs.map(({ name, dims }) => [name, dims]))),
  ).macs;
}

test("multiply–adds are those of the loops that define the operator", { timeout: 60_000 }, async () => {
  // Two images, 4 output channels in 2 groups of 3 input channels each, 3 × 2 kernels at 5 × 4 places.
  expect(
    await macs(
      "Conv",
      [
        [2, 6, 7, 5],
        [4, 3, 3, 2],
      ],
      { group: int(2) },
    ),
  ).toBe(2 * 4 * (5 * 4) * 3 * (3 * 2));
  // Every input pixel is spread over a 2 × 2 kernel to 5 channels.
  expect(
    await macs(
      "ConvTranspose",
      [
        [1, 3, 4, 4],
        [3, 5, 2, 2],
      ],
      { strides: ints([2, 2]) },
    ),
  ).toBe(3 * 4 * 4 * (5 * 2 * 2));
  expect(
    await macs("MatMul", [
      [7, 2, 3],
      [3, 5],
    ]),
  ).toBe(7 * 2 * 3 * 5);
  expect(
    await macs(
      "Gemm",
      [
        [3, 2],
        [3, 5],
      ],
      { transA: int(1) },
    ),
  ).toBe(2 * 3 * 5);
  expect(
    await macs(
      "Einsum",
      [
        [7, 2, 3],
        [7, 3, 5],
      ],
      { equation: string("b i j, b j k -> b i k") },
    ),
  ).toBe(7 * 2 * 3 * 5);
  expect(
    await macs(
      "Einsum",
      [
        [7, 8, 2, 3],
        [7, 8, 3, 5],
      ],
      { equation: string("...ij,...jk->...ik") },
    ),
  ).toBe(7 * 8 * 2 * 3 * 5);
  expect(await macs("Add", [[9], [9]])).toBe(0);
});

test("memory is the weights and the values that wait for a reader", { timeout: 60_000 }, async () => {
  const b = new GraphBuilder();
  const first = b.add("Relu", ["x"]);
  const second = b.add("Exp", [first]);
  const third = b.add("Mul", [second, b.float(new Array(100).fill(2), [100])]);
  const sum = b.add("Add", [third, first]);
  const graph = b.graph(
    "m",
    [{ name: "x", type: "float32", dims: [100] }],
    [{ name: sum, type: "float32", dims: [100] }],
  );
  const cost = costOf(await trace({ graph, weights: new Map() }, { x: [100] }));
  // The weight twice; x always; at Mul: first, second, third; at Add: first, third, sum; these half as much again.
  expect(cost.memoryBytes).toBe(400 * (2 + 1.5 * (1 + 3)));
  expect(cost.activationBytes).toBe(4 * 400);
  // Relu and Exp read one and write one value, Mul and Add read two.
  expect(cost.movedBytes).toBe(400 * (2 + 2 + 3 + 3));
});

test("what follows from constants alone is a weight, and no work", { timeout: 60_000 }, async () => {
  const b = new GraphBuilder();
  const turned = b.add("Transpose", [b.float(new Array(6000).fill(2), [60, 100])]);
  const y = b.add("MatMul", ["x", turned]);
  const graph = b.graph(
    "m",
    [{ name: "x", type: "float32", dims: [1, 100] }],
    [{ name: y, type: "float32", dims: [1, 60] }],
  );
  const cost = costOf(await trace({ graph, weights: new Map() }, { x: [1, 100] }));
  expect(cost).toEqual({
    macs: 6000,
    activationBytes: 4 * 60,
    memoryBytes: 4 * (2 * 6000 + 1.5 * (100 + 60)),
    movedBytes: 4 * (100 + 6000 + 60),
  });
});

test("what is handed on as it is moves no bytes", { timeout: 60_000 }, async () => {
  const b = new GraphBuilder();
  const y = b.add("Reshape", ["x", b.int([2, 50])]);
  const graph = b.graph(
    "m",
    [{ name: "x", type: "float32", dims: [100] }],
    [{ name: y, type: "float32", dims: [2, 50] }],
  );
  expect(costOf(await trace({ graph, weights: new Map() }, { x: [100] })).movedBytes).toBe(0);
});
