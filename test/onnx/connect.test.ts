import { expect, test } from "vitest";
import { GraphBuilder } from "../../src/onnx/build.ts";
import { connect } from "../../src/onnx/connect.ts";
import type { Graph, ValueInfo } from "../../src/onnx/graph.ts";
import { prune, sortNodes } from "../../src/onnx/prune.ts";
import { prefixValues } from "../../src/onnx/rename.ts";
import { printGraph } from "./print.ts";

const info = (name: string): ValueInfo => ({ name, type: "float32", dims: ["n", 2] });

function unary(op: string, input: string, output: string): Graph {
  const nodes = [{ name: op, op, domain: "", inputs: [input], outputs: [output], attributes: {} }];
  return { name: op, inputs: [info(input)], outputs: [info(output)], nodes, initializers: new Map() };
}

test("two graphs become one: the wire is the first's output, the rest keeps its name", () => {
  expect(printGraph(connect(unary("Exp", "z", "x"), unary("Neg", "image", "y"), { image: "x" }))).toBe(
    ["Exp+Neg(z: float32[n, 2]) -> (y: float32[n, 2])", "  x = Exp(z)", "  y = Neg(x)", ""].join("\n"),
  );
});

test("an output that feeds the second graph stays an output when asked for", () => {
  const both = connect(unary("Exp", "z", "x"), unary("Neg", "image", "y"), { image: "x" }, { keep: ["x"] });
  expect(both.outputs.map(({ name }) => name)).toEqual(["x", "y"]);
});

test("one input can feed two graphs side by side", () => {
  const both = connect(unary("Exp", "x", "a"), unary("Neg", "image", "b"), { image: "x" });
  expect(both.inputs.map(({ name }) => name)).toEqual(["x"]);
  expect(both.outputs.map(({ name }) => name)).toEqual(["a", "b"]);
});

test("graphs that define the same name are refused, and a prefix makes them differ", () => {
  const again = unary("Exp", "x", "x2");
  expect(() => connect(unary("Exp", "z", "x2"), again, { x: "x2" })).toThrow('both define "x2"');
  const prefixed = prefixValues(again, "b/", ["x"]);
  expect(connect(unary("Exp", "z", "x2"), prefixed, { x: "x2" }).outputs).toEqual([info("b/x2")]);
});

test("a wire from or to nowhere is refused", () => {
  expect(() => connect(unary("Exp", "z", "x"), unary("Neg", "i", "y"), { i: "nothing" })).toThrow(
    'cannot connect "nothing" of Exp to "i" of Neg',
  );
});

test("pruning cuts a graph at an inner value and drops what that does not need", () => {
  const b = new GraphBuilder();
  const logits = b.add("Add", ["x", b.float([1, 2])]);
  const head = b.add("Mul", [b.add("Sigmoid", [logits]), b.float([3, 4])]);
  const graph = b.graph("net", [info("x")], [info(head)]);
  expect(printGraph(prune(graph, [logits]))).toMatchInlineSnapshot(`
    "net(x: float32[n, 2]) -> (Add_1)
      const const_0: float32[2] = 1, 2
      Add_1 = Add(x, const_0)
    "
  `);
  expect(() => prune(graph, ["logit"])).toThrow('graph "net" has no value "logit"');
});

test("nodes are put in an order in which values exist before they are read, and a cycle is refused", () => {
  const [first, second] = [unary("Exp", "x", "a"), unary("Neg", "a", "b")];
  const shuffled: Graph = { ...first, outputs: second.outputs, nodes: [...second.nodes, ...first.nodes] };
  expect(sortNodes(shuffled).nodes.map(({ op }) => op)).toEqual(["Exp", "Neg"]);
  const cycle: Graph = { ...first, nodes: [...unary("Exp", "b", "a").nodes, ...second.nodes] };
  expect(() => sortNodes(cycle)).toThrow("has a cycle through");
});
