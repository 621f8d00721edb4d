/**
 * What exporters write, built by hand: none of these graphs comes from the exporter that it is named after. Each holds
 * the forms that are told in its title.
 */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
} from "onnx-buf";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { sizeOf, type Tensor } from "../../src/base/tensor.ts";
import { differentiable } from "../../src/engine/differentiable.ts";
import { float, floatConstant, GraphBuilder, int, ints, string } from "../../src/onnx/build.ts";
import type { Attributes, Graph, ValueInfo } from "../../src/onnx/graph.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { dot } from "../vjp/harness.ts";
import { inOpset } from "./opset.ts";

const random = createRandom("idioms");
const draw = (dims: readonly number[], scale = 1): Tensor => ({
  dims,
  data: Float32Array.from({ length: sizeOf(dims) }, () => scale * random.normal()),
});

/** Builds a graph over `x` with weights at hand. */
function graphOf(dims: ValueInfo["dims"], build: (b: GraphBuilder, w: (...dims: number[]) => string) => string): Graph {
  const b = new GraphBuilder();
  const weights = (...shape: number[]) => b.constant(floatConstant(draw(shape, 0.4).data, shape));
  const y = build(b, weights);
  return b.graph("g", [{ name: "x", type: "float32", dims }], [{ name: y, type: "float32", dims: undefined }]);
}

/** Error of ⟨gradient, v⟩ against central differences of the file's own forward pass, the best of three steps. */
async function gradientError(bytes: Uint8Array, dims: readonly number[]): Promise<number> {
  await using model = await differentiable(bytes);
  const x = draw(dims);
  const ct = draw((await model.forward(x)).dims);
  const { gradient } = await model.vjp(x, ct);
  const v = draw(dims);
  const analytic = dot(gradient.data, v.data);
  const along = async (h: number) =>
    dot(
      (await model.forward({ dims, data: x.data.map((value, i) => value + h * (v.data[i] as number)) })).data,
      ct.data,
    );
  const errors: number[] = [];
  for (const h of [3e-2, 1e-2, 3e-3]) {
    errors.push(Math.abs(((await along(h)) - (await along(-h))) / (2 * h) - analytic));
  }
  const norm = Math.sqrt(dot(gradient.data, gradient.data) * dot(v.data, v.data));
  return Math.min(...errors) / Math.max(Math.abs(analytic), 0.1 * norm, 1e-3);
}

const ones = (b: GraphBuilder, value: string, axis: number): string =>
  b.add("Unsqueeze", [b.add("Gather", [b.add("Shape", [value]), b.int(axis)], { axis: int(0) }), b.int([0])]);

/** A node of an old opset, whose axes are an attribute. */
const withAxes = (b: GraphBuilder, op: string, x: string, axes: readonly number[], more: Attributes = {}): string =>
  b.add(op, [x], { axes: ints(axes), ...more });

const shapes = [
  [1, 3, 8, 8],
  [3, 3, 8, 8],
];

describe("in the manner of Keras through tf2onnx", () => {
  const channelsLast = graphOf(["n", "h", "w", 3], (b, w) => {
    const x = b.add("Transpose", ["x"], { perm: ints([0, 3, 1, 2]) });
    const same = { auto_pad: string("SAME_UPPER"), strides: ints([2, 2]) };
    const conv = b.add("Conv", [x, w(6, 3, 3, 3)], same);
    const normal = b.add("Add", [b.add("Mul", [conv, w(1, 6, 1, 1)]), w(1, 6, 1, 1)]);
    const swish = b.add("Mul", [normal, b.add("Sigmoid", [normal])]);
    const depthwise = b.add("Conv", [swish, w(6, 1, 3, 3), w(6)], { auto_pad: string("SAME_UPPER"), group: int(6) });
    const relu6 = b.add("Min", [b.add("Max", [depthwise, b.float(0)]), b.float(6)]);
    const pool = b.add("AveragePool", [relu6], { kernel_shape: ints([2, 2]), auto_pad: string("SAME_UPPER") });
    const last = b.add("Transpose", [pool], { perm: ints([0, 2, 3, 1]) });
    const mean = withAxes(b, "ReduceMean", last, [1, 2], { keepdims: int(0) });
    return b.add("Softmax", [b.add("Add", [b.add("MatMul", [mean, w(6, 4)]), w(4)])], { axis: int(-1) });
  });

  test.each([[[1, 8, 8, 3]], [[2, 7, 9, 3]]])(
    "channels last, automatic padding, folded norms, axes as attributes (opset 13): %j",
    async (dims) => {
      expect(await gradientError(inOpset(channelsLast, 13), dims)).toBeLessThan(5e-3);
    },
  );
});

describe("in the manner of timm", () => {
  const net = graphOf(["n", 3, 8, 8], (b, w) => {
    // Standardized weights, computed in the graph.
    const weight = b.add("Reshape", [w(1, 8, 27), b.int([8, 3, 3, 3])]);
    const standard = b.add("Sub", [weight, b.add("ReduceMean", [weight, b.int([1, 2, 3])], { keepdims: int(1) })]);
    const stem = b.add("Conv", ["x", standard], { pads: ints([1, 1, 1, 1]) });
    const act = b.add("HardSwish", [b.add("GroupNormalization", [stem, w(8), w(8)], { num_groups: int(4) })]);
    // Squeeze and excitation.
    const squeezed = b.add("ReduceMean", [act, b.int([2, 3])], { keepdims: int(1) });
    const hidden = b.add("Relu", [b.add("Conv", [squeezed, w(2, 8, 1, 1), w(2)])]);
    const gate = b.add("HardSigmoid", [b.add("Conv", [hidden, w(8, 2, 1, 1), w(8)])], { alpha: float(1 / 6) });
    const excited = b.add("Mul", [act, gate]);
    // Antialiased downsampling: a reflected border and a fixed depthwise kernel.
    const border = b.add("Pad", [excited, b.int([0, 0, 1, 1, 0, 0, 1, 1])], { mode: string("reflect") });
    const blur = b.float(
      Array.from({ length: 8 }, () => [1, 2, 1, 2, 4, 2, 1, 2, 1].map((v) => v / 16)).flat(),
      [8, 1, 3, 3],
    );
    const down = b.add("Conv", [border, blur], { group: int(8), strides: ints([2, 2]) });
    const [left = "", right = ""] = b.addMany("Split", [down], { axis: int(1), num_outputs: int(2) }, 2);
    const glu = b.add("Mul", [left, b.add("Sigmoid", [right])]);
    return b.add("Gemm", [b.add("Flatten", [b.add("GlobalAveragePool", [glu])]), w(5, 4), w(5)], { transB: int(1) });
  });

  test.each(shapes.map((dims) => [dims]))(
    "standardized weights, squeeze and excitation, antialiased strides, gated units: %j",
    async (dims) => {
      expect(await gradientError(writeModel(net), dims)).toBeLessThan(5e-3);
    },
  );
});

/** Normalization over the last axis, spelled out as older exporters do. */
function spelledLayerNorm(b: GraphBuilder, x: string, scale: string, shift: string): string {
  const mean = (value: string) => withAxes(b, "ReduceMean", value, [-1]);
  const centred = b.add("Sub", [x, mean(x)]);
  const variance = mean(b.add("Pow", [centred, b.float(2)]));
  const root = b.add("Sqrt", [b.add("Add", [variance, b.float(1e-6)])]);
  return b.add("Add", [b.add("Mul", [b.add("Div", [centred, root]), scale]), shift]);
}

const spelledGelu = (b: GraphBuilder, x: string): string => {
  const erf = b.add("Erf", [b.add("Div", [x, b.float(Math.SQRT2)])]);
  return b.add("Mul", [b.add("Mul", [x, b.add("Add", [erf, b.float(1)])]), b.float(0.5)]);
};

/** Patches of 4×4 as tokens of 6 numbers behind a class token that is expanded to the batch. */
function tokens(b: GraphBuilder, w: (...dims: number[]) => string): string {
  const patches = b.add("Conv", ["x", w(6, 3, 4, 4), w(6)], { strides: ints([4, 4]) });
  const head = b.add("Slice", [b.add("Shape", [patches]), b.int([0]), b.int([2])]);
  const flat = b.add("Reshape", [patches, b.add("Concat", [head, b.int([-1])], { axis: int(0) })]);
  const sequence = b.add("Transpose", [flat], { perm: ints([0, 2, 1]) });
  const target = b.add("Concat", [ones(b, sequence, 0), b.int([-1]), b.int([-1])], { axis: int(0) });
  const minusOne = b.add("Mul", [
    b.add("ConstantOfShape", [b.int([3])], {
      value: {
        kind: "tensor",
        value: {
          type: "int64",
          dims: [1],
          data: { kind: "inline", bytes: new Uint8Array(BigInt64Array.of(1n).buffer) },
        },
      },
    }),
    b.int(-1),
  ]);
  const sizes = b.add("Where", [b.add("Equal", [target, minusOne]), b.int([1, 1, 6]), target]);
  const joined = b.add("Concat", [b.add("Expand", [w(1, 1, 6), sizes]), sequence], { axis: int(1) });
  return b.add("Add", [joined, w(1, 5, 6)]);
}

describe("in the manner of Hugging Face optimum", () => {
  const vit = graphOf(["batch", 3, "height", "width"], (b, w) => {
    const x = tokens(b, w);
    const normal = spelledLayerNorm(b, x, w(6), w(6));
    const split = (value: string) => {
      const dims = b.add("Concat", [ones(b, value, 0), ones(b, value, 1), b.int([2]), b.int([3])], { axis: int(0) });
      return b.add("Reshape", [b.add("Add", [b.add("MatMul", [value, w(6, 6)]), w(6)]), dims]);
    };
    const q = b.add("Transpose", [split(normal)], { perm: ints([0, 2, 1, 3]) });
    const k = b.add("Transpose", [split(normal)], { perm: ints([0, 2, 3, 1]) });
    const v = b.add("Transpose", [split(normal)], { perm: ints([0, 2, 1, 3]) });
    const scores = b.add("Softmax", [b.add("Div", [b.add("MatMul", [q, k]), b.float(Math.sqrt(3))])], {
      axis: int(-1),
    });
    const mixed = b.add("Transpose", [b.add("MatMul", [scores, v])], { perm: ints([0, 2, 1, 3]) });
    const merged = b.add("Reshape", [
      mixed,
      b.add("Concat", [ones(b, mixed, 0), ones(b, mixed, 1), b.int([6])], { axis: int(0) }),
    ]);
    const residual = b.add("Add", [merged, x]);
    const hidden = spelledGelu(
      b,
      b.add("Add", [b.add("MatMul", [spelledLayerNorm(b, residual, w(6), w(6)), w(6, 12)]), w(12)]),
    );
    const out = b.add("Add", [b.add("MatMul", [hidden, w(12, 6)]), residual]);
    const first = b.add("Gather", [out, b.int(0)], { axis: int(1) });
    return b.add("Gemm", [first, w(4, 6), w(4)], { transB: int(1) });
  });

  test.each(shapes.map((dims) => [dims]))(
    "shapes computed in the graph, norms and Gelu spelled out, axes as attributes (opset 12): %j",
    async (dims) => {
      const old = inOpset(withoutUnsqueezeInputs(vit), 12);
      expect(await gradientError(old, dims)).toBeLessThan(5e-3);
    },
  );

  const optimized = graphOf(["batch", 3, 8, 8], (b, w) => {
    const add = (op: string, inputs: readonly string[], attributes: Attributes = {}, outputs = 1): string => {
      const names = b.addMany(op, inputs, attributes, outputs);
      const node = b.nodes.pop();
      if (node !== undefined) b.nodes.push({ ...node, domain: "com.microsoft" });
      return names[0] as string;
    };
    const x = tokens(b, w);
    const normal = b.add("LayerNormalization", [x, w(6), w(6)]);
    const [q = "", k = "", v = ""] = [0, 1, 2].map(() => b.add("MatMul", [normal, w(6, 6)]));
    const mixed = add("MultiHeadAttention", [q, k, v, w(18)], { num_heads: int(2) });
    const projected = b.add("MatMul", [mixed, w(6, 6)]);
    const second = add("SkipLayerNormalization", [projected, x, w(6), w(6), w(6)]);
    const hidden = add("BiasGelu", [add("FusedMatMul", [second, w(12, 6)], { transB: int(1) }), w(12)]);
    const out = add("FastGelu", [b.add("MatMul", [hidden, w(12, 6)])]);
    return add("FusedGemm", [b.add("Gather", [out, b.int(0)], { axis: int(1) }), w(6, 4), w(4)], {
      activation: string("Tanh"),
    });
  });

  test.each(shapes.map((dims) => [dims]))("fused by the optimizer: %j", async (dims) => {
    expect(await gradientError(writeModel(optimized), dims)).toBeLessThan(5e-3);
  });
});

/** Unsqueeze with its axes as an attribute, as before opset 13. */
function withoutUnsqueezeInputs(graph: Graph): Graph {
  const nodes = graph.nodes.map((node) =>
    node.op === "Unsqueeze" ? { ...node, inputs: node.inputs.slice(0, 1), attributes: { axes: ints([0]) } } : node,
  );
  return { ...graph, nodes };
}

describe("in the manner of PyTorch's dynamo exporter", () => {
  const node = (opType: string, input: string[], output: string[], more = {}) =>
    create(NodeProtoSchema, { opType, input, output, ...more });
  const number = (name: string, f: number) =>
    create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f });
  const reference = (name: string, refAttrName: string) =>
    create(AttributeProtoSchema, { name, refAttrName, type: AttributeProto_AttributeType.FLOAT });
  const local = { domain: "pkg.torch" };
  const opsetImport = [create(OperatorSetIdProtoSchema, { version: 18n })];
  const functions = [
    create(FunctionProtoSchema, {
      ...local,
      opsetImport,
      name: "aten_leaky_relu",
      input: ["self"],
      output: ["result"],
      attribute: ["negative_slope"],
      node: [node("LeakyRelu", ["self"], ["result"], { attribute: [reference("alpha", "negative_slope")] })],
    }),
    create(FunctionProtoSchema, {
      ...local,
      opsetImport,
      name: "torch_nn_Block",
      input: ["x", "weight"],
      output: ["result"],
      attributeProto: [number("slope", 0.3)],
      node: [
        node("Conv", ["x", "weight"], ["h"]),
        node("aten_leaky_relu", ["h"], ["a"], { ...local, attribute: [reference("negative_slope", "slope")] }),
        node("Add", ["a", "h"], ["result"]),
      ],
    }),
  ];

  test("functions in functions, attributes handed down, defaults and given values", async () => {
    const plain = graphOf(["n", 3, 4, 4], (b, w) => {
      const first = b.add("torch_nn_Block", ["x", w(4, 3, 3, 3)]);
      return b.add("torch_nn_Block", [first, w(2, 4, 2, 2)], { slope: float(0.05) });
    });
    const model = fromBinary(ModelProtoSchema, inOpset(plain, 18));
    for (const call of model.graph?.node ?? []) call.domain = local.domain;
    model.functions = functions;
    model.opsetImport.push(create(OperatorSetIdProtoSchema, { ...local, version: 1n }));
    const bytes = toBinary(ModelProtoSchema, model);
    for (const dims of [
      [1, 3, 4, 4],
      [3, 3, 4, 4],
    ])
      expect(await gradientError(bytes, dims)).toBeLessThan(5e-3);
    // The same network without functions gives the same numbers.
    const spelled = graphOf(["n", 3, 4, 4], (b) => {
      const block = (x: string, weight: string, slope: number) => {
        const h = b.add("Conv", [x, weight]);
        return b.add("Add", [b.add("LeakyRelu", [h], { alpha: float(slope) }), h]);
      };
      const [first = "", second = ""] = [...plain.initializers.values()].map((constant) => b.constant(constant));
      return block(block("x", first, 0.3), second, 0.05);
    });
    const x = draw([2, 3, 4, 4]);
    await using withFunctions = await differentiable(bytes);
    await using without = await differentiable(writeModel(spelled));
    expect((await withFunctions.forward(x)).data).toEqual((await without.forward(x)).data);
  });
});

test("a model with several inputs and outputs is differentiated by one of each", async () => {
  const b = new GraphBuilder();
  const sum = b.add("Add", ["image", b.add("Mul", ["style", b.float(2)])]);
  const square = b.add("Mul", [sum, sum]);
  const info = (name: string): ValueInfo => ({ name, type: "float32", dims: ["n", 2] });
  const bytes = writeModel(b.graph("g", [info("image"), info("style")], [info(sum), info(square)]));
  await using model = await differentiable(bytes, { wrt: "style", output: square });
  const style = { data: Float32Array.of(1, 2), dims: [1, 2] };
  const image = { data: Float32Array.of(3, 4), dims: [1, 2] };
  const { output, gradient } = await model.vjp(style, { data: Float32Array.of(1, 10), dims: [1, 2] }, { image });
  expect(output.data).toEqual(Float32Array.of(25, 64));
  expect(gradient.data).toEqual(Float32Array.of(20, 320));
});
