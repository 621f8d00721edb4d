import { describe, expect, test } from "vitest";
import { float, floatConstant, GraphBuilder, int, ints } from "../../src/onnx/build.ts";
import type { Graph, ValueInfo } from "../../src/onnx/graph.ts";
import type { Facts } from "../../src/vjp/facts.ts";
import { missingRules } from "../../src/vjp/missing.ts";
import { derivatives } from "../../src/vjp/table.ts";
import { vjp } from "../../src/vjp/vjp.ts";
import { printGraph } from "../onnx/print.ts";
import { float32, gradientsOf, runGraph, traceFacts } from "./harness.ts";

const value = (name: string, dims: readonly number[] = [3]): ValueInfo => ({ name, type: "float32", dims });

/** A graph over inputs `x` (and more), built by a function that returns its outputs. */
function graphOf(build: (b: GraphBuilder) => readonly string[], inputs: readonly ValueInfo[] = [value("x")]): Graph {
  const b = new GraphBuilder();
  const outputs = build(b);
  return b.graph(
    "graph",
    inputs,
    outputs.map((name) => ({ name, type: "other", dims: undefined })),
  );
}

/** Enough where the walk ends before it asks for more. */
const facts: Facts = { shape: () => [3], type: () => "float32", values: () => undefined };
const x = float32([1, -2, 3], [3]);
const ct = float32([1, 10, 100], [3]);

async function gradient(graph: Graph, wrt = "x"): Promise<number[]> {
  const cts = Object.fromEntries(graph.outputs.map(({ name }) => [name, ct]));
  const { gradients } = await gradientsOf(graph, { x }, [wrt], cts);
  return Array.from(gradients[wrt]?.data ?? []);
}

describe("the walk", () => {
  test("adds the cotangents of a value that is used twice: ∂(x² + x) = 2x + 1", async () => {
    expect(await gradient(graphOf((b) => [b.add("Add", [b.add("Mul", ["x", "x"]), "x"])]))).toEqual([3, -30, 700]);
  });

  test("sums more than two cotangents in one node", async () => {
    const graph = graphOf((b) => [b.add("Sum", ["x", "x", b.add("Neg", ["x"])])]);
    expect(await gradient(graph)).toEqual([1, 10, 100]);
    const facts = await traceFacts(graph, { x });
    const backward = vjp(graph, { wrt: ["x"], outputs: graph.outputs.map(({ name }) => name), facts });
    expect(backward.nodes.filter(({ op }) => op === "Sum")).toHaveLength(2);
  });

  test("adds the cotangents of several outputs", async () => {
    expect(await gradient(graphOf((b) => [b.add("Neg", ["x"]), b.add("Mul", ["x", b.float(3)])]))).toEqual([
      2, 20, 200,
    ]);
  });

  test("gives a gradient of zero by a value that does not reach the output", async () => {
    const graph = graphOf((b) => [b.add("Neg", ["x"])], [value("x"), value("other", [2, 2])]);
    const { gradients } = await gradientsOf(graph, { x, other: float32([1, 2, 3, 4], [2, 2]) }, ["x", "other"], {
      [graph.outputs[0]?.name as string]: ct,
    });
    expect(gradients.other).toMatchObject({ dims: [2, 2], data: Float32Array.of(0, 0, 0, 0) });
    expect(Array.from(gradients.x?.data ?? [])).toEqual([-1, -10, -100]);
  });

  test("differentiates by a value inside the graph", async () => {
    const graph = graphOf((b) => [b.add("Mul", [b.add("Neg", ["x"]), "x"])]);
    expect(await gradient(graph, "Neg_0")).toEqual([1, -20, 300]);
  });

  describe("x·σ(x) is one function of x", () => {
    const logistic = (v: number) => 1 / (1 + Math.exp(-v));
    const slope = (v: number) => logistic(v) * (1 + v * (1 - logistic(v)));
    const expectClose = (found: readonly number[], expected: (v: number, factor: number) => number) => {
      for (const [i, v] of Array.from(x.data as Float32Array).entries()) {
        const exact = expected(v, 10 ** i);
        expect(Math.abs((found[i] as number) - exact)).toBeLessThan(1e-6 * Math.max(1, Math.abs(exact)));
      }
    };

    test.each([
      ["the gate second", (gate: string) => ["x", gate]],
      ["the gate first", (gate: string) => [gate, "x"]],
    ])("%s", async (_, order) => {
      const graph = graphOf((b) => [b.add("Mul", order(b.add("Sigmoid", ["x"])))]);
      expectClose(await gradient(graph), (v, factor) => factor * slope(v));
      const facts = await traceFacts(graph, { x });
      const backward = vjp(graph, { wrt: ["x"], outputs: [graph.outputs[0]?.name as string], facts });
      expect(backward.nodes.map(({ op }) => op)).toEqual(["Sigmoid", "Mul", "HardSigmoid", "Mul", "Add", "Mul"]);
    });

    test("also where the gate serves something else", async () => {
      const graph = graphOf((b) => {
        const gate = b.add("Sigmoid", ["x"]);
        return [b.add("Add", [b.add("Mul", ["x", gate]), gate])];
      });
      expectClose(await gradient(graph), (v, factor) => factor * (slope(v) + logistic(v) * (1 - logistic(v))));
    });

    test("and where the gate is an output", async () => {
      const graph = graphOf((b) => {
        const gate = b.add("Sigmoid", ["x"]);
        return [b.add("Mul", ["x", gate]), gate];
      });
      expectClose(await gradient(graph), (v, factor) => factor * (slope(v) + logistic(v) * (1 - logistic(v))));
    });

    test("but not where somebody asks for the gradient by the gate", async () => {
      const graph = graphOf((b) => [b.add("Mul", ["x", b.add("Sigmoid", ["x"])])]);
      expectClose(await gradient(graph, "Sigmoid_0"), (v, factor) => factor * v);
    });

    test("nor for the gate of something else", async () => {
      const graph = graphOf((b) => [b.add("Mul", ["x", b.add("Sigmoid", [b.add("Neg", ["x"])])])]);
      expectClose(await gradient(graph), (v, factor) => factor * logistic(-v) * (1 - v * logistic(v)));
    });
  });

  test("hands the cotangent through when the output is the input, once per name", async () => {
    const graph = { ...graphOf(() => []), outputs: [value("x")] };
    const facts = await traceFacts(
      graphOf((b) => [b.add("Neg", ["x"])]),
      { x },
    );
    const backward = vjp(graph, { wrt: ["x", "x"], outputs: ["x", "x"], facts });
    expect(printGraph(backward)).toBe(
      "graph(x: float32[3], ct:x: float32[3]) -> (x: float32[3], grad:x: float32[3])\n  grad:x = Identity(ct:x)\n",
    );
  });

  test("carries no derivative through integers", async () => {
    const graph = graphOf((b) => {
      const steps = b.add("Cast", [b.add("Cast", ["x"], { to: int(7) })], { to: int(1) });
      return [b.add("Add", ["x", steps])];
    });
    expect(await gradient(graph)).toEqual([1, 10, 100]);
  });

  test("stops where the derivative is zero, so that what lies before needs no rule", async () => {
    const graph = graphOf((b) => [b.add("Add", ["x", b.add("Floor", [b.add("Bernoulli", ["x"])])])]);
    expect(missingRules(graph, { wrt: ["x"], outputs: [graph.outputs[0]?.name as string] })).toEqual([]);
  });

  test("works in float64", async () => {
    const input: ValueInfo = { name: "x", type: "float64", dims: [3] };
    const graph = graphOf((b) => [b.add("Add", [b.add("Tanh", ["x"]), b.add("Relu", ["x"])])], [input]);
    const feeds = { x: { type: "float64", data: Float64Array.of(1, -2, 3), dims: [3] } } as const;
    const output = graph.outputs[0]?.name as string;
    const facts = await traceFacts(graph, feeds);
    const backward = vjp(graph, { wrt: ["x"], outputs: [output], facts });
    const results = await runGraph(backward, {
      ...feeds,
      [`ct:${output}`]: { type: "float64", data: Float64Array.of(1, 10, 100), dims: [3] },
    });
    const expected = [1, -2, 3].map((v, i) => 10 ** i * (1 - Math.tanh(v) ** 2 + (v > 0 ? 1 : 0)));
    for (const [i, expectation] of expected.entries()) {
      expect(results["grad:x"]?.data[i] as number).toBeCloseTo(expectation, 12);
    }
  });

  test("keeps nothing that neither an output nor a gradient needs", async () => {
    const graph = graphOf(
      (b) => {
        b.add("Mul", ["unused", b.float([1, 2, 3])]);
        return [b.add("Mul", ["x", b.float([4, 5, 6])])];
      },
      [value("x"), value("unused")],
    );
    const facts = await traceFacts(graph, { x, unused: x });
    const backward = vjp(graph, { wrt: ["x"], outputs: [graph.outputs[0]?.name as string], facts });
    expect(backward.inputs.map(({ name }) => name)).toEqual(["x", "ct:Mul_4"]);
    expect(backward.nodes.map(({ op }) => op)).toEqual(["Mul", "Mul"]);
    expect(backward.initializers.size).toBe(1);
  });

  test("names a rule whose cotangent has not the shape of its input", async () => {
    const graph = graphOf((b) => [b.add("Add", [b.float([1, 2, 3]), b.add("Mul", ["x", b.float([1, 2], [2, 1])])])]);
    const output = graph.outputs[0]?.name as string;
    const facts = await traceFacts(graph, { x });
    // The broadcast is not undone.
    const Mul: (typeof derivatives)["Mul"] = [(cotangent, at) => at.mul(cotangent, at.input(1)), null];
    expect(() => vjp(graph, { wrt: ["x"], outputs: [output], facts, rules: { ...derivatives, Mul } })).toThrow(
      'node "Mul_node_3" (Mul): the gradient rule of input 0 "x" gives shape [2, 3], expected [3], ' +
        "the shape of the input: the rule is wrong, please report it",
    );
  });

  test("names a rule that emits what does not go together", async () => {
    const graph = graphOf((b) => [b.add("Flatten", ["x"], { axis: int(0) })]);
    const output = graph.outputs[0]?.name as string;
    const facts = await traceFacts(graph, { x });
    const Flatten: (typeof derivatives)["Flatten"] = [(cotangent, at) => at.reshape(cotangent, [2, 2])];
    expect(() => vjp(graph, { wrt: ["x"], outputs: [output], facts, rules: { ...derivatives, Flatten } })).toThrow(
      'node "Flatten_node_1" (Flatten): no gradient for inputs of shape [3]: [1, 3] cannot be read as [2, 2]',
    );
  });

  test("takes another method's rules: guided backpropagation is another entry for Relu", async () => {
    const graph = graphOf((b) => [b.add("Neg", [b.add("Relu", ["x"])])]);
    const output = graph.outputs[0]?.name as string;
    const facts = await traceFacts(graph, { x });
    const Relu: (typeof derivatives)["Relu"] = [
      (cotangent, at) => at.emit("Relu", [at.mul(cotangent, at.indicator(at.greater(at.y, 0)))]),
    ];
    const backward = vjp(graph, { wrt: ["x"], outputs: [output], facts, rules: { ...derivatives, Relu } });
    const results = await runGraph(backward, { x, [`ct:${output}`]: float32([1, -10, -100], [3]) });
    expect(results["grad:x"]?.data).toEqual(Float32Array.of(0, 0, 100));
  });
});

describe("a missing rule", () => {
  const graph = graphOf((b) => {
    const hidden = b.add("Neg", ["x"]);
    const unique = b.add("Unique", [hidden]);
    return [b.add("Bernoulli", [b.add("Add", [hidden, unique])])];
  });
  const output = graph.outputs[0]?.name as string;

  test("is listed with operator, node, input and the path that leads there", () => {
    expect(missingRules(graph, { wrt: ["x"], outputs: [output] })).toEqual([
      { op: "Unique", domain: "", node: "Unique_node_3", input: 0, path: ["x", "Neg_0"] },
      { op: "Bernoulli", domain: "", node: "Bernoulli_node_7", input: 0, path: ["x", "Neg_0", "Add_4"] },
    ]);
  });

  test("is not listed beside the path", () => {
    expect(missingRules(graph, { wrt: ["x"], outputs: ["Neg_0"] })).toEqual([]);
    expect(missingRules(graph, { wrt: [output], outputs: [output] })).toEqual([]);
  });

  test("of the same operator is told once, with how often, and a long path by its ends", () => {
    const deep = graphOf((b) => {
      let value = "x";
      for (let i = 0; i < 9; i++) value = b.add("Neg", [value]);
      return [b.add("Bernoulli", [b.add("Bernoulli", [value])])];
    });
    expect(() => vjp(deep, { wrt: ["x"], outputs: ["Bernoulli_20"], facts })).toThrow(
      'node "Bernoulli_node_19" (Bernoulli: a random draw) and 1 more, at input 0 ' +
        'through "x" → "Neg_0" → (4 more) → "Neg_10" → "Neg_12" → "Neg_14" → "Neg_16"',
    );
  });

  test("is found behind integers too: a quantized value is no constant", () => {
    const quantized = graphOf((b) => {
      const eight = b.constant({ type: "int8", dims: [1, 1], data: { kind: "inline", bytes: Uint8Array.of(1) } });
      return [b.add("MatMulInteger", [b.add("DynamicQuantizeLinear", ["x"]), eight])];
    });
    const types = (value: string) => (value.startsWith("Dynamic") ? "uint8" : "float32");
    const outputs = quantized.outputs.map(({ name }) => name);
    expect(() => vjp(quantized, { wrt: ["x"], outputs, facts: { ...facts, type: types } })).toThrow(
      /\(DynamicQuantizeLinear: quantized: .*\(MatMulInteger: quantized: /,
    );
  });

  test("is whatever reads a quantized value but to make it wide again, even where it only moves it", () => {
    const moved = graphOf((b) => {
      const scale = b.float(0.1);
      const turned = b.add("Transpose", [b.add("QuantizeLinear", ["x", scale])]);
      return [b.add("DequantizeLinear", [turned, scale])];
    });
    const types = (value: string) => (/^(Quantize|Transpose)/.test(value) ? "uint8" : "float32");
    const outputs = moved.outputs.map(({ name }) => name);
    expect(() => vjp(moved, { wrt: ["x"], outputs, facts: { ...facts, type: types } })).toThrow(
      /\(Transpose: no rule for this input\), at input 0/,
    );
  });

  test("is an error that names them", () => {
    expect(() => vjp(graph, { wrt: ["x"], outputs: [output], facts })).toThrow(
      'no gradient of "Bernoulli_6" by "x": node "Unique_node_3" (Unique: the length of its output depends on the data), ' +
        'at input 0 through "x" → "Neg_0"; node "Bernoulli_node_7" (Bernoulli: a random draw), ' +
        'at input 0 through "x" → "Neg_0" → "Add_4"',
    );
  });

  test("names an operator of another domain with its domain", () => {
    const foreign: Graph = {
      ...graphOf(() => []),
      nodes: [{ name: "n", op: "Gelu", domain: "com.microsoft", inputs: ["x"], outputs: ["y"], attributes: {} }],
    };
    expect(() => vjp(foreign, { wrt: ["x"], outputs: ["y"], facts })).toThrow(
      'no gradient of "y" by "x": node "n" (com.microsoft.Gelu: not a standard operator and none that cfalign rewrites; ' +
        'export without graph optimization), at input 0 through "x"',
    );
    const cached = { ...foreign, nodes: foreign.nodes.map((node) => ({ ...node, op: "GroupQueryAttention" })) };
    expect(() => vjp(cached, { wrt: ["x"], outputs: ["y"], facts })).toThrow(
      "(com.microsoft.GroupQueryAttention: a cache of earlier steps, which image models do not have)",
    );
    const quantized = { ...foreign, nodes: foreign.nodes.map((node) => ({ ...node, op: "QLinearAdd" })) };
    expect(() => vjp(quantized, { wrt: ["x"], outputs: ["y"], facts })).toThrow(
      "(com.microsoft.QLinearAdd: quantized: rounding has no useful derivative; export the model in float32)",
    );
    const rules = { ...derivatives, "com.microsoft:Gelu": derivatives.Gelu };
    expect(missingRules(foreign, { wrt: ["x"], outputs: ["y"], rules })).toEqual([]);
  });

  test("for an output that a rule does not ask for is an error", async () => {
    const layer = graphOf((b) => {
      const [, mean] = b.addMany("LayerNormalization", ["x", b.float([1, 1, 1])], {}, 3);
      return [mean as string];
    });
    const facts = await traceFacts(layer, { x });
    const LayerNormalization: (typeof derivatives)["LayerNormalization"] = [(cotangent) => cotangent];
    const rules = { ...derivatives, LayerNormalization };
    expect(() => vjp(layer, { wrt: ["x"], outputs: [layer.outputs[0]?.name as string], facts, rules })).toThrow(
      'node "LayerNormalization_node_4" (LayerNormalization): no gradient rule for output 1 "LayerNormalization_2"',
    );
  });

  test("an unknown value is an error", () => {
    expect(() => vjp(graph, { wrt: ["z"], outputs: [output], facts })).toThrow('graph "graph" has no value "z"');
  });

  test("a name that the gradient needs and the model has is an error", () => {
    const again = graphOf((b) => [b.add("Mul", ["x", "ct:y"])], [value("x"), value("ct:y")]);
    const named = { ...again, nodes: again.nodes.map((node) => ({ ...node, outputs: ["y"] })) };
    expect(() => vjp(named, { wrt: ["x"], outputs: ["y"], facts })).toThrow(
      'the model has a value "ct:y" already, and its gradient needs that name: take the model without gradients, or rename the value',
    );
  });

  test("an argument that depends on the data is an error", async () => {
    const axes: ValueInfo = { name: "axes", type: "int64", dims: [1] };
    const dynamic = graphOf((b) => [b.add("ReduceSum", ["x", "axes"])], [value("x"), axes]);
    const feeds = { x, axes: { type: "int64", data: BigInt64Array.of(0n), dims: [1] } } as const;
    const facts = await traceFacts(dynamic, feeds);
    expect(() => vjp(dynamic, { wrt: ["x"], outputs: [dynamic.outputs[0]?.name as string], facts })).toThrow(
      'node "ReduceSum_node_1" (ReduceSum): input 1 "axes" depends on the data; its gradient needs a fixed value',
    );
  });

  test("dropout and batch norm in training mode are errors", async () => {
    const b = new GraphBuilder();
    const on = b.constant({ type: "bool", dims: [], data: { kind: "inline", bytes: Uint8Array.of(1) } });
    const [y = "", mask = ""] = b.addMany("Dropout", ["x", b.float(0.5), on], {}, 2);
    const dropout = b.graph("dropout", [value("x")], [value(y), { name: mask, type: "bool", dims: [3] }]);
    const facts = await traceFacts(dropout, { x });
    expect(() => vjp(dropout, { wrt: ["x"], outputs: [y], facts })).toThrow(
      'node "Dropout_node_4" (Dropout): dropout in training mode draws at random and has no gradient here',
    );
  });
});

test("the gradient of a small convolutional net reads as expected", async () => {
  const b = new GraphBuilder();
  const weights = (dims: readonly number[]) =>
    b.constant(
      floatConstant(
        Array.from({ length: dims.reduce((a, n) => a * n, 1) }, (_, i) => Math.sin(i)),
        dims,
      ),
    );
  const same = { pads: ints([1, 1, 1, 1]) };
  const first = b.add("Relu", [b.add("Conv", ["image", weights([4, 3, 3, 3]), weights([4])], same)]);
  const pooled = b.add("MaxPool", [first], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) });
  const strided = b.add("Conv", [pooled, weights([4, 4, 3, 3])], { ...same, strides: ints([2, 2]) });
  const normal = b.add("BatchNormalization", [
    strided,
    weights([4]),
    weights([4]),
    weights([4]),
    b.float([1, 2, 3, 4]),
  ]);
  const residual = b.add("Add", [b.add("LeakyRelu", [normal], { alpha: float(0.1) }), strided]);
  const features = b.add("Flatten", [b.add("GlobalAveragePool", [residual])]);
  const logits = b.add("Gemm", [features, weights([2, 4]), weights([2])], { transB: int(1) });
  const graph = b.graph("net", [value("image", [1, 3, 8, 8])], [value(logits, [1, 2])]);
  const facts = await traceFacts(graph, { image: float32(new Float32Array(192), [1, 3, 8, 8]) });
  const backward = vjp(graph, { wrt: ["image"], outputs: [logits], facts });
  await expect(printGraph(backward)).toMatchFileSnapshot("snapshots/conv-net.txt");
});
