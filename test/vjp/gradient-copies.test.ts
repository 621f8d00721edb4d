import { expect, test } from "vitest";
import { GraphBuilder } from "../../src/onnx/build.ts";
import { readsOf } from "../../src/onnx/prune.ts";
import { copyName, gradientCopies } from "../../src/vjp/gradient-copies.ts";
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
  const names = { cotangents: [cotangentName(y)], gradients: [gradientName("x")] };
  return { y, names, graph: vjp(graph, { wrt: ["x"], outputs: [y], facts }) };
}

test("copies have the forward pass once, and what a cotangent reaches once for each", async () => {
  const { y, names, graph } = await gradientGraph();
  const copies = gradientCopies(graph, names);
  const one = copies.of(1);
  const three = copies.of(3);
  expect(copies.backward).toBeGreaterThan(0);
  expect(copies.backward).toBeLessThan(one.nodes.length);
  expect(three.nodes.length).toBe(one.nodes.length + 2 * copies.backward);
  const [ct, gradient] = [cotangentName(y), gradientName("x")];
  expect(three.inputs.map(({ name }) => name)).toEqual(["x", ct, copyName(ct, 1), copyName(ct, 2)]);
  expect(three.outputs.map(({ name }) => name)).toEqual([gradient, copyName(gradient, 1), copyName(gradient, 2)]);
});

test("every value of copies is made once before it is read, and every node has a name of its own", async () => {
  const { names, graph } = await gradientGraph();
  const { inputs, initializers, nodes } = gradientCopies(graph, names).of(4);
  const known = new Set([...inputs.map(({ name }) => name), ...initializers.keys()]);
  for (const node of nodes) {
    expect(readsOf(node).filter((name) => !known.has(name))).toEqual([]);
    for (const name of node.outputs) {
      expect(known).not.toContain(name);
      known.add(name);
    }
  }
  expect(new Set(nodes.map(({ name }) => name)).size).toBe(nodes.length);
});

test("one copy computes nothing but the gradient", async () => {
  const { y, names, graph } = await gradientGraph();
  const one = gradientCopies(graph, names).of(1);
  expect(one.nodes.flatMap(({ outputs }) => outputs)).not.toContain(y);
});
