import { describe, expect, test } from "vitest";
import { trace } from "../../src/engine/trace.ts";
import { GraphBuilder, int } from "../../src/onnx/build.ts";
import type { Graph } from "../../src/onnx/graph.ts";

const traced = (graph: Graph, x: readonly number[]) => trace({ graph, weights: new Map() }, { x });
const input = { name: "x", type: "float32" as const, dims: ["n", 3, "h", "w"] };
const free = (name: string) => [{ name, type: "float32" as const, dims: undefined }];

/** A Reshape to [n, 3, h/2, 2w], its sizes computed with a division that onnxruntime's inference does not follow. */
function halved(): { graph: Graph; divided: string; y: string } {
  const b = new GraphBuilder();
  const shape = b.add("Shape", ["x"]);
  const size = (axis: number) => b.add("Gather", [shape, b.int([axis])]);
  const divided = b.add("Div", [size(2), b.int([2])]);
  const target = b.add("Concat", [size(0), size(1), divided, b.int([-1])], { axis: int(0) });
  const y = b.add("Exp", [b.add("Reshape", ["x", target])]);
  return { graph: b.graph("halved", [input], free(y)), divided, y };
}

describe("shapes", { timeout: 60_000 }, () => {
  test("that onnxruntime infers need no run", async () => {
    const b = new GraphBuilder();
    // A run would need 2 × 1.6 GB for x and its exponential, and seconds.
    const y = b.add("Exp", [b.add("Slice", ["x", b.int([0]), b.int([1]), b.int([2])])]);
    const start = process.memoryUsage().rss;
    const { facts } = await traced(b.graph("m", [input], free(y)), [1, 3, 8000, 16000]);
    expect(facts.shape(y)).toEqual([1, 3, 1, 16000]);
    expect(process.memoryUsage().rss - start).toBeLessThan(200e6);
  });

  test("that follow from other shapes need none either", async () => {
    const { graph, divided, y } = halved();
    const start = process.memoryUsage().rss;
    const large = await traced(graph, [1, 3, 8000, 16000]);
    expect(large.facts.shape(y)).toEqual([1, 3, 4000, 32000]);
    expect(process.memoryUsage().rss - start).toBeLessThan(200e6);
    const { facts, graph: specialised } = await traced(graph, [2, 3, 8, 5]);
    expect(facts.shape(y)).toEqual([2, 3, 4, 10]);
    expect(facts.values(divided)).toEqual([4]);
    expect(specialised.nodes.map(({ op }) => op)).toEqual(["Reshape", "Exp"]);
  });

  test("that it does not infer are found by running", async () => {
    const b = new GraphBuilder();
    const found = b.add("NonZero", [b.add("ConstantOfShape", [b.add("Shape", ["x"])])]);
    const y = b.add("Add", ["x", b.add("Cast", [b.add("ReduceSum", [found], { keepdims: int(0) })], { to: int(1) })]);
    const { facts } = await traced(b.graph("m", [input], free(y)), [2, 3, 4, 5]);
    expect(facts.shape(found)).toEqual([4, 0]);
    expect(facts.shape(y)).toEqual([2, 3, 4, 5]);
  });

  test("that depend on the data are refused with the node", async () => {
    const b = new GraphBuilder();
    const found = b.add("NonZero", [b.add("Relu", ["x"])]);
    const y = b.add("Cast", [found], { to: int(1) });
    await expect(traced(b.graph("m", [input], free(y)), [1, 3, 4, 4])).rejects.toThrow(
      `the shape of "${found}" (NonZero node "NonZero_node_3") depends on the data: such graphs cannot be differentiated`,
    );
  });

  test("beyond any use are refused before they are computed, also where they follow from other shapes", async () => {
    const c = new GraphBuilder();
    const many = c.add("Mul", [c.add("Shape", ["x"]), c.int([1, 1000, 1000, 1000])]);
    const ones = c.add("ConstantOfShape", [many]);
    const start = process.memoryUsage().rss;
    const sum = c.graph("m", [input], free(c.add("Add", ["x", c.add("ReduceSum", [ones], { keepdims: int(0) })])));
    await expect(traced(sum, [1, 3, 4, 4])).rejects.toThrow(
      `"${ones}" [1, 3000, 4000, 4000] of "m" would take 192 GB: such a graph is not run`,
    );
    expect(process.memoryUsage().rss - start).toBeLessThan(200e6);

    const b = new GraphBuilder();
    const y = b.add("Tile", ["x", b.int([1000, 1, 100, 100])]);
    await expect(traced(b.graph("m", [input], free(y)), [1, 3, 100, 100])).rejects.toThrow(
      `"${y}" [1000, 3, 10000, 10000] of "m" would take 1.20e+3 GB: such a graph is not run`,
    );
  });
});
