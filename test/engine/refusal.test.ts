import { expect, test } from "vitest";
import { differentiable } from "../../src/engine/differentiable.ts";
import { openGradient } from "../../src/engine/gradient-session.ts";
import { GraphBuilder, ints } from "../../src/onnx/build.ts";
import type { Constant, ValueInfo } from "../../src/onnx/graph.ts";
import { writeModel } from "../../src/onnx/write.ts";

const info = (name: string, dims: readonly number[]): ValueInfo => ({ name, type: "float32", dims });

/** Weights in a file that is not there: nothing that runs this graph can succeed. */
const lost: Constant = {
  type: "float32",
  dims: [4, 4],
  data: { kind: "external", location: "/nowhere.bin", offset: 0, length: 64 },
};

test("operators without a rule are refused before the model is loaded or run", async () => {
  const b = new GraphBuilder();
  const hidden = b.add("MatMul", ["x", b.constant(lost)]);
  const drawn = b.add("Multinomial", [hidden]);
  const few = b.add("Unique", [drawn]);
  const draw = b.add("Bernoulli", [b.add("Tanh", [few])]);
  const graph = b.graph("g", [info("x", [4, 4])], [info(draw, [])]);
  const node = (op: string) => graph.nodes.find((item) => item.op === op)?.name;
  const [tanh] = graph.nodes.find(({ op }) => op === "Tanh")?.outputs ?? [];
  const opened = openGradient({ graph, weights: new Map() }, { wrt: ["x"], outputs: [draw], dims: { x: [4, 4] } });
  await expect(opened).rejects.toThrow(
    `no gradient of "${draw}" by "x": ` +
      `node "${node("Multinomial")}" (Multinomial: a random draw), at input 0 through "x" → "${hidden}"; ` +
      `node "${node("Unique")}" (Unique: the length of its output depends on the data), at input 0 through "x" → "${hidden}" → "${drawn}"; ` +
      `node "${node("Bernoulli")}" (Bernoulli: a random draw), at input 0 through ` +
      `"x" → "${hidden}" → "${drawn}" → "${few}" → "${tanh}"`,
  );
});

test("operators without a rule beside the path do no harm", async () => {
  const b = new GraphBuilder();
  const regions = b.float([0, 0, 0, 1, 1], [1, 5]);
  const pool = b.add("MaxRoiPool", ["other", regions], { pooled_shape: ints([1, 1]) });
  const sum = b.add("Add", ["x", b.add("Reshape", [pool, b.int([1])])]);
  const bytes = writeModel(b.graph("g", [info("x", [1, 2]), info("other", [1, 1, 2, 2])], [info(sum, [1, 2])]));
  await using model = await differentiable(bytes, { wrt: "x" });
  const other = { data: Float32Array.of(1, 2, 3, 4), dims: [1, 1, 2, 2] };
  const x = { data: Float32Array.of(5, 6), dims: [1, 2] };
  const { output, gradient } = await model.vjp(x, { data: Float32Array.of(1, 10), dims: [1, 2] }, { other });
  expect(output.data).toEqual(Float32Array.of(9, 10));
  expect(gradient.data).toEqual(Float32Array.of(1, 10));
});
