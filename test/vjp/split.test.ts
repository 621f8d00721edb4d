import { expect, test } from "vitest";
import { GraphBuilder } from "../../src/onnx/build.ts";
import { readsOf } from "../../src/onnx/prune.ts";
import { splitGradient } from "../../src/vjp/split.ts";
import { cotangentName, gradientName, vjp } from "../../src/vjp/vjp.ts";
import { float32, traceFacts } from "./harness.ts";

/** y = relu(x)·x + 1, of which the gradient needs x, relu(x) and its mask. */
async function gradientGraph() {
  const b = new GraphBuilder();
  const y = b.add("Add", [b.add("Mul", [b.add("Relu", ["x"]), "x"]), b.float(1)]);
  const graph = b.graph(
    "graph",
    [{ name: "x", type: "float32", dims: [3] }],
    [{ name: y, type: "other", dims: undefined }],
  );
  const facts = await traceFacts(graph, { x: float32([1, -2, 3], [3]) });
  return { y, graph: vjp(graph, { wrt: ["x"], outputs: [y], facts }) };
}

test("a gradient graph is split where the cotangent begins: every node is in one part", async () => {
  const { y, graph } = await gradientGraph();
  const ct = cotangentName(y);
  const split = splitGradient(graph, { cotangents: [ct], gradients: [gradientName("x")] });
  const backward = split.backward(split.kept.map((name) => ({ name, type: "float32", dims: [3] })));
  const names = (nodes: typeof graph.nodes) => nodes.map(({ name }) => name);
  expect([...names(split.forward.nodes), ...names(backward.nodes)].sort()).toEqual(names(graph.nodes).sort());
  expect(split.forward.nodes.flatMap(readsOf)).not.toContain(ct);
  expect(split.forward.inputs.map(({ name }) => name)).toEqual(["x"]);
  expect(split.forward.outputs.map(({ name }) => name)).toEqual([y, ...split.kept]);
  expect(backward.outputs.map(({ name }) => name)).toEqual([gradientName("x")]);
  // What the second part reads is given to it, made in it, or a constant of its own.
  const known = new Set([
    ...backward.inputs.map(({ name }) => name),
    ...backward.initializers.keys(),
    ...backward.nodes.flatMap(({ outputs }) => outputs),
  ]);
  expect(backward.nodes.flatMap(readsOf).filter((name) => !known.has(name))).toEqual([]);
  expect(split.read).toEqual(["x"]);
  expect(split.kept.length).toBeGreaterThan(0);
});

test("nothing is kept that the second part does not read", async () => {
  const { y, graph } = await gradientGraph();
  const split = splitGradient(graph, { cotangents: [cotangentName(y)], gradients: [gradientName("x")] });
  const backward = split.backward([]);
  const reads = new Set(backward.nodes.flatMap(readsOf));
  expect(split.kept.filter((name) => !reads.has(name))).toEqual([]);
});
