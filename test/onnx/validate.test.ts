import { describe, expect, test } from "vitest";
import { GraphBuilder, intConstant } from "../../src/onnx/build.ts";
import type { Graph, ValueInfo } from "../../src/onnx/graph.ts";
import { validate } from "../../src/onnx/validate.ts";

const info = (name: string, ...dims: (number | string)[]): ValueInfo => ({ name, type: "float32", dims });

function chain(): Graph {
  const b = new GraphBuilder();
  return b.graph("m", [info("x", "n", 3)], [info(b.add("Exp", [b.add("Relu", ["x"])]), "n", 3)]);
}

const messageOf = (graph: Graph): string => {
  try {
    validate(graph, "m.onnx");
    return "valid";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("a graph is refused", () => {
  const graph = chain();
  const [relu, exp] = graph.nodes as [(typeof graph.nodes)[0], (typeof graph.nodes)[0]];

  test("never when it keeps ONNX's rules", () => {
    expect(messageOf(graph)).toBe("valid");
  });

  test("when a value is made twice", () => {
    expect(messageOf({ ...graph, nodes: [relu, exp, { ...relu, name: "again" }] })).toBe(
      `m.onnx: output of Relu node "again" "${relu.outputs[0]}" has a name that another value has`,
    );
    expect(messageOf({ ...graph, initializers: new Map([["x", intConstant([1])]]) })).toBe(
      'm.onnx: constant "x" has a name that another value has',
    );
  });

  test("when a value is made by nothing", () => {
    expect(messageOf({ ...graph, nodes: [exp] })).toBe(
      `m.onnx: Exp node "${exp.name}" reads "${relu.outputs[0]}", which nothing makes`,
    );
    expect(messageOf({ ...graph, outputs: [info("z")] })).toBe('m.onnx: nothing makes the output "z"');
  });

  test("when a size is one that no tensor has", () => {
    expect(messageOf({ ...graph, inputs: [info("x", -1, 3)] })).toBe('m.onnx: "x" [-1, 3] has a negative size');
    expect(messageOf({ ...graph, inputs: [info("x", 2 ** 20, 2 ** 20)] })).toBe(
      'm.onnx: "x" [1048576, 1048576] is larger than 134217728 numbers',
    );
  });
});

test("a body sees the values around it, and those around it do not see its own", () => {
  const graph = chain();
  const [relu] = graph.nodes as [(typeof graph.nodes)[0]];
  const body = (reads: string): Graph => ({
    name: "body",
    inputs: [],
    outputs: [info("inner")],
    nodes: [{ name: "n", op: "Neg", domain: "", inputs: [reads], outputs: ["inner"], attributes: {} }],
    initializers: new Map(),
  });
  const branch = (reads: string): Graph["nodes"][0] => ({
    name: "if",
    op: "If",
    domain: "",
    inputs: ["x"],
    outputs: ["chosen"],
    attributes: { then_branch: { kind: "graph", value: body(reads) } },
  });
  expect(messageOf({ ...graph, nodes: [...graph.nodes, branch(relu.outputs[0] as string)] })).toBe("valid");
  expect(messageOf({ ...graph, nodes: [...graph.nodes, branch("y")] })).toBe(
    'm.onnx: Neg node "n" reads "y", which nothing makes',
  );
  expect(messageOf({ ...graph, nodes: [...graph.nodes, branch("x")], outputs: [info("inner")] })).toBe(
    'm.onnx: nothing makes the output "inner"',
  );
});
