import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { differentiable } from "../../src/engine/differentiable.ts";
import { inspectModel } from "../../src/engine/inspect.ts";
import { inlineBranches } from "../../src/onnx/branches.ts";
import { GraphBuilder, int } from "../../src/onnx/build.ts";
import type { Attribute, Graph, Node } from "../../src/onnx/graph.ts";
import { normalize } from "../../src/onnx/normalize.ts";
import { readModel } from "../../src/onnx/read.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { float32 } from "../vjp/harness.ts";
import { outputsOf } from "./opset.ts";

/** A branch that takes `x` from outside and multiplies it; both branches use the same inner names. */
function branch(factor: number): Attribute {
  const b = new GraphBuilder("inner:");
  const product = b.add("Mul", ["x", b.float(factor)]);
  return { kind: "graph", value: b.graph("branch", [], [{ name: product, type: "float32", dims: undefined }]) };
}

function ifNode(b: GraphBuilder, condition: string, then: Attribute, otherwise: Attribute): string {
  return b.add("If", [condition], { then_branch: then, else_branch: otherwise });
}

const flag = (b: GraphBuilder, value: 0 | 1): string =>
  b.constant({ type: "bool", dims: [], data: { kind: "inline", bytes: Uint8Array.of(value) } });

/** y = branches(x), x [n, c]. */
function graphOf(build: (b: GraphBuilder) => string): Graph {
  const b = new GraphBuilder();
  const y = build(b);
  return b.graph(
    "g",
    [{ name: "x", type: "float32", dims: ["n", "c"] }],
    [{ name: y, type: "float32", dims: undefined }],
  );
}

const x = float32([1, -2, 3, 4], [2, 2]);
const isIf = (node: Node): boolean => node.op === "If";

test.each([
  [1, [2, -4, 6, 8]],
  [0, [3, -6, 9, 12]],
] as const)("a branch with the constant condition %s takes the place of its If", async (value, expected) => {
  const graph = graphOf((b) => ifNode(b, flag(b, value), branch(2), branch(3)));
  const normal = normalize(readModel(writeModel(graph)));
  expect(normal.nodes.filter(isIf)).toEqual([]);
  const output = graph.outputs[0]?.name as string;
  for (const written of [graph, normal]) {
    expect(Array.from((await outputsOf(writeModel(written), { x }))[output]?.data as Float32Array)).toEqual(expected);
  }
});

test("an If in a branch gives way too, and equal inner names do not meet", async () => {
  const nested = (): Attribute => {
    const b = new GraphBuilder("nested:");
    const result = ifNode(b, "yes", branch(5), branch(7));
    return { kind: "graph", value: b.graph("outer", [], [{ name: result, type: "float32", dims: undefined }]) };
  };
  const graph = graphOf((b) => {
    const yes = flag(b, 1);
    const named = { ...nested() };
    const first = ifNode(b, yes, renamed(named, yes), branch(3));
    return b.add("Add", [first, ifNode(b, yes, branch(11), branch(13))]);
  });
  const normal = normalize(readModel(writeModel(graph)));
  expect(normal.nodes.filter(isIf)).toEqual([]);
  const names = normal.nodes.flatMap((node) => node.outputs);
  expect(new Set(names).size).toBe(names.length);
  const output = graph.outputs[0]?.name as string;
  expect(Array.from((await outputsOf(writeModel(normal), { x }))[output]?.data as Float32Array)).toEqual([
    16, -32, 48, 64,
  ]);
});

/** The branch with its inner condition "yes" taken from the outer graph. */
function renamed(attribute: Attribute, condition: string): Attribute {
  if (attribute.kind !== "graph") return attribute;
  const nodes = attribute.value.nodes.map((node) => ({ ...node, inputs: [condition] }));
  return { kind: "graph", value: { ...attribute.value, nodes } };
}

test("what is not known stays", () => {
  const graph = graphOf((b) => ifNode(b, "unknown", branch(2), branch(3)));
  expect(inlineBranches(graph, () => undefined)).toEqual(graph);
});

test("a condition on the shape is decided for each shape, as squeeze is exported", async () => {
  // if (c == 1) squeeze(x, 1) * 2 else x * 3: ranks differ, as exporters write it.
  const squeezed = (() => {
    const b = new GraphBuilder("inner:");
    const y = b.add("Mul", [b.add("Squeeze", ["x", b.int([1])]), b.float(2)]);
    return { kind: "graph", value: b.graph("then", [], [{ name: y, type: "float32", dims: undefined }]) } as const;
  })();
  const graph = graphOf((b) => {
    const one = b.add("Equal", [b.add("Gather", [b.add("Shape", ["x"]), b.int(1)], { axis: int(0) }), b.int(1)]);
    return ifNode(b, one, squeezed, branch(3));
  });
  const folder = await mkdtemp(join(tmpdir(), "cfalign-"));
  const path = join(folder, "squeeze.onnx");
  await writeFile(path, writeModel(graph));
  const [inspected] = await inspectModel(path, { shapes: { x: [2, 1] } });
  await rm(folder, { recursive: true });
  expect(inspected).toMatchObject({ missing: [], problem: null, differentiable: true });
  const model = await differentiable(writeModel(graph));
  const two = await model.vjp(
    { data: Float32Array.of(1, 2), dims: [1, 2] },
    { data: Float32Array.of(1, 10), dims: [1, 2] },
  );
  expect(two.gradient).toEqual({ data: Float32Array.of(3, 30), dims: [1, 2] });
  const one = await model.vjp(
    { data: Float32Array.of(1, 2), dims: [2, 1] },
    { data: Float32Array.of(1, 10), dims: [2] },
  );
  expect(one.output).toEqual({ data: Float32Array.of(2, 4), dims: [2] });
  expect(one.gradient).toEqual({ data: Float32Array.of(2, 20), dims: [2, 1] });
  await model.dispose();
});

test("a condition on the data is refused with the path that leads there", async () => {
  const graph = graphOf((b) => {
    const positive = b.add("Greater", [b.add("ReduceMax", ["x"], { keepdims: int(0) }), b.float(0)]);
    return ifNode(b, positive, branch(2), branch(3));
  });
  await expect(differentiable(writeModel(graph), { shape: [2, 2] })).rejects.toThrow(
    /control flow that depends on the data/,
  );
});
