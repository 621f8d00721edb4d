import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { valuesOf } from "../../src/onnx/data-type.ts";
import type { Graph, Node } from "../../src/onnx/graph.ts";
import type { TypedTensor } from "../../src/platform/platform.ts";
import { type EmittedOperator, emittedShapes, type Operands } from "../../src/vjp/emitted-shapes.ts";
import { cotangentName, vjp } from "../../src/vjp/vjp.ts";
import { graphOf } from "./check.ts";
import { type Feeds, float32, runGraph, traceFacts } from "./harness.ts";
import { rows } from "./table.ts";

/** A gradient graph with all its values as outputs, and what onnxruntime gives for them, for every row of the gradient table. */
async function* ranRows() {
  for (const row of rows) {
    const { graph, feeds } = graphOf(row, createRandom(`${row.op}/${row.title}`));
    const facts = await traceFacts(graph, feeds);
    const outputs = graph.outputs.map(({ name }) => name).filter((name) => facts.type(name) === "float32");
    const backward = vjp(graph, { wrt: row.wrt.map((input) => `x${input}`), outputs, facts });
    const ones = outputs.map((name): [string, TypedTensor] => {
      const dims = facts.shape(name);
      return [cotangentName(name), float32(new Float32Array(dims.reduce((a, n) => a * n, 1)).fill(1), dims)];
    });
    const fed: Feeds = Object.fromEntries(
      [...Object.entries(feeds), ...ones].filter(([name]) => backward.inputs.some((info) => info.name === name)),
    );
    const inner = backward.nodes.flatMap((node) => node.outputs).filter((name) => name !== "");
    const all = { ...backward, outputs: inner.map((name) => ({ name, type: "other" as const, dims: undefined })) };
    yield {
      row,
      backward,
      own: new Set(graph.nodes.map(({ name }) => name)),
      values: { ...fed, ...(await runGraph(all, fed)) },
    };
  }
}

/** The node's operands as onnxruntime had them. */
function operandsOf(node: Node, graph: Graph, values: Feeds): Operands {
  const constant = (index: number) => graph.initializers.get(node.inputs[index] as string);
  return {
    count: node.inputs.length,
    attributes: node.attributes,
    shape: (index) => (constant(index) ?? (values[node.inputs[index] as string] as TypedTensor)).dims,
    values: (index) => {
      const known = constant(index);
      return known === undefined
        ? Array.from(values[node.inputs[index] as string]?.data as BigInt64Array, Number)
        : (valuesOf(known) as readonly number[]);
    },
  };
}

test("every operator that a rule emits has the shape that onnxruntime gives it", { timeout: 240_000 }, async () => {
  const seen = new Set<string>();
  for await (const { row, backward, own, values } of ranRows()) {
    for (const node of backward.nodes) {
      if (own.has(node.name) || !Object.hasOwn(emittedShapes, node.op)) continue;
      seen.add(node.op);
      const dims = emittedShapes[node.op as EmittedOperator](operandsOf(node, backward, values));
      for (const output of node.outputs) {
        expect(dims, `${node.op} in ${row.op}, ${row.title}`).toEqual(values[output]?.dims);
      }
    }
  }
  // No rule adds more than two cotangents: the walk does, of values that were compared before.
  expect(Object.keys(emittedShapes).filter((op) => !seen.has(op))).toEqual(["Sum"]);
});
