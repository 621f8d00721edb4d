import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { sizeOf } from "../../src/base/tensor.ts";
import { float, floatConstant, floats, int, intConstant, ints, string } from "../../src/onnx/build.ts";
import type { Attributes, Constant, Graph } from "../../src/onnx/graph.ts";
import { fused } from "../../src/onnx/microsoft.ts";
import { newcomers } from "../../src/onnx/newcomers.ts";
import { normalize } from "../../src/onnx/normalize.ts";
import { readModel } from "../../src/onnx/read.ts";
import { writeModel } from "../../src/onnx/write.ts";
import type { TypedTensor } from "../../src/platform/platform.ts";
import { float32 } from "../vjp/harness.ts";
import { inOpset, outputsOf } from "./opset.ts";

type Input = readonly number[] | Constant | undefined;

/** One node that opset 21 does not have: dims are fed, constants are constants. */
interface Case {
  readonly op: string;
  readonly domain?: string;
  readonly opset: number;
  readonly why?: string;
  readonly inputs: readonly Input[];
  readonly attributes?: Attributes;
  /** Names of the outputs, "" where one is left out. */
  readonly outputs?: readonly string[];
}

const isDims = (input: Input): input is readonly number[] => Array.isArray(input);

const random = createRandom("rewritten");
const draw = (dims: readonly number[]): number[] => Array.from({ length: sizeOf(dims) }, () => random.normal());
const weights = (...dims: number[]): Constant => floatConstant(draw(dims), dims);
const bools = (dims: readonly number[], values: readonly number[]): Constant => ({
  type: "bool",
  dims,
  data: { kind: "inline", bytes: Uint8Array.from(values) },
});

const bytes = (dims: readonly number[], values: readonly number[]): Constant => ({
  type: "uint8",
  dims,
  data: { kind: "inline", bytes: Uint8Array.from(values) },
});

const words = (dims: readonly number[], values: readonly number[]): Constant => ({
  type: "int32",
  dims,
  data: { kind: "inline", bytes: new Uint8Array(Int32Array.from(values).buffer) },
});

const microsoft = { domain: "com.microsoft", opset: 17 };
const attention = { op: "Attention", opset: 23 };
const rotary = { op: "RotaryEmbedding", opset: 23 };
const heads = [2, 3, 4, 5];

const cases: readonly Case[] = [
  { op: "Swish", opset: 24, inputs: [[2, 5]] },
  { op: "Swish", opset: 24, why: "alpha", inputs: [[2, 5]], attributes: { alpha: float(1.7) } },
  { op: "RMSNormalization", opset: 23, inputs: [[2, 3, 4], [4]], attributes: { epsilon: float(0.01) } },
  {
    op: "RMSNormalization",
    opset: 23,
    why: "two axes",
    inputs: [
      [2, 3, 4],
      [3, 4],
    ],
    attributes: { axis: int(1) },
  },
  { op: "CumProd", opset: 26, inputs: [[2, 3, 4], intConstant([1], [])] },
  {
    op: "CumProd",
    opset: 26,
    why: "backward, exclusive, the last axis",
    inputs: [[2, 5], intConstant([-1], [])],
    attributes: { reverse: int(1), exclusive: int(1) },
  },
  {
    op: "CumProd",
    opset: 26,
    why: "exclusive",
    inputs: [[4, 2], intConstant([0], [])],
    attributes: { exclusive: int(1) },
  },
  { ...attention, inputs: [heads, heads, heads] },
  { ...attention, why: "other lengths and sizes", inputs: [heads, [2, 3, 6, 5], [2, 3, 6, 7]] },
  { ...attention, why: "causal", inputs: [heads, heads, heads], attributes: { is_causal: int(1) } },
  {
    ...attention,
    why: "scale, softcap and an additive mask",
    inputs: [heads, heads, heads, weights(4, 4)],
    attributes: { scale: float(0.3), softcap: float(2) },
  },
  {
    ...attention,
    why: "a boolean mask",
    inputs: [[1, 2, 2, 3], [1, 2, 2, 3], [1, 2, 2, 3], bools([2, 2], [1, 0, 1, 1])],
  },
  {
    ...attention,
    why: "heads that share keys",
    inputs: [
      [2, 4, 3, 5],
      [2, 2, 3, 5],
      [2, 2, 3, 5],
    ],
  },
  {
    ...attention,
    why: "heads beside each other",
    inputs: [
      [2, 4, 6],
      [2, 5, 6],
      [2, 5, 6],
    ],
    attributes: { q_num_heads: int(2), kv_num_heads: int(2) },
  },
  {
    ...attention,
    opset: 24,
    why: "heads beside each other that share keys",
    inputs: [
      [2, 4, 12],
      [2, 5, 6],
      [2, 5, 6],
    ],
    attributes: { q_num_heads: int(4), kv_num_heads: int(2) },
  },
  { ...rotary, inputs: [[2, 3, 4, 6], weights(2, 4, 3), weights(2, 4, 3)] },
  {
    ...rotary,
    why: "interleaved, a part of each head",
    inputs: [[1, 2, 3, 6], weights(1, 3, 2), weights(1, 3, 2)],
    attributes: { interleaved: int(1), rotary_embedding_dim: int(4) },
  },
  {
    ...rotary,
    why: "heads beside each other, positions",
    inputs: [[1, 3, 8], weights(5, 2), weights(5, 2), intConstant([4, 0, 2], [1, 3])],
    attributes: { num_heads: int(2) },
  },
  { ...microsoft, op: "Gelu", inputs: [[2, 5]] },
  { ...microsoft, op: "FastGelu", inputs: [[2, 5]] },
  { ...microsoft, op: "FastGelu", why: "with a bias", inputs: [[2, 5], weights(5)] },
  { ...microsoft, op: "BiasGelu", inputs: [[2, 5], weights(5)] },
  { ...microsoft, op: "QuickGelu", inputs: [[2, 5]] },
  { ...microsoft, op: "QuickGelu", why: "alpha", inputs: [[2, 5]], attributes: { alpha: float(1) } },
  { ...microsoft, op: "Trilu", inputs: [[4, 4], intConstant([1], [])], attributes: { upper: int(0) } },
  {
    opset: 17,
    op: "SimplifiedLayerNormalization",
    inputs: [[2, 3, 4], weights(4)],
    attributes: { epsilon: float(0.01) },
  },
  { ...microsoft, op: "SkipLayerNormalization", inputs: [[2, 3, 4], [2, 3, 4], weights(4), weights(4)] },
  {
    ...microsoft,
    op: "SkipLayerNormalization",
    why: "with a bias, and the sum as an output",
    inputs: [[2, 3, 4], [2, 3, 4], weights(4), undefined, weights(4)],
    attributes: { epsilon: float(0.01) },
    outputs: ["y", "", "", "sum"],
  },
  {
    ...microsoft,
    op: "SkipSimplifiedLayerNormalization",
    inputs: [[2, 3, 4], [2, 3, 4], weights(4), weights(4)],
    outputs: ["y", "", "", "sum"],
  },
  ...["FusedMatMul", "TransposeMatMul"].flatMap((op) => [
    {
      ...microsoft,
      op,
      inputs: [
        [3, 4],
        [4, 5],
      ],
      attributes: { alpha: float(0.5) },
    },
    {
      ...microsoft,
      op,
      why: "both transposed",
      inputs: [
        [2, 4, 3],
        [2, 5, 4],
      ],
      attributes: { transA: int(1), transB: int(1) },
    },
  ]),
  {
    ...microsoft,
    op: "FusedConv",
    inputs: [[1, 2, 5, 5], weights(3, 2, 3, 3), weights(3)],
    attributes: { activation: string("Relu"), pads: ints([1, 1, 1, 1]) },
  },
  {
    ...microsoft,
    op: "FusedConv",
    why: "a residual and a leaky slope",
    inputs: [[1, 2, 5, 5], weights(3, 2, 1, 1), weights(3), [1, 3, 5, 5]],
    attributes: { activation: string("LeakyRelu"), activation_params: floats([0.2]) },
  },
  ...(
    [
      ["Clip", [-0.5, 1]],
      ["HardSigmoid", [0.3, 0.4]],
      ["Tanh", []],
      ["Sigmoid", []],
    ] as const
  ).map(([activation, parameters]) => ({
    ...microsoft,
    op: "FusedConv",
    why: activation,
    inputs: [[1, 2, 4, 4], weights(3, 2, 3, 3)],
    attributes: {
      activation: string(activation),
      ...(parameters.length > 0 ? { activation_params: floats(parameters) } : {}),
    },
  })),
  {
    ...microsoft,
    op: "FusedGemm",
    inputs: [[3, 4], weights(5, 4), weights(5)],
    attributes: {
      transB: int(1),
      alpha: float(0.5),
      activation: string("LeakyRelu"),
      activation_alpha: float(0.3),
    },
  },
  {
    ...microsoft,
    op: "EmbedLayerNormalization",
    inputs: [words([2, 3], [4, 0, 2, 1, 1, 3]), undefined, [5, 4], weights(6, 4), undefined, weights(4), [4]],
    attributes: { epsilon: float(0.01) },
    outputs: ["y", ""],
  },
  {
    ...microsoft,
    op: "EmbedLayerNormalization",
    why: "counting without a mask",
    inputs: [words([2, 2], [4, 0, 2, 1]), undefined, weights(5, 4), [6, 4], undefined, weights(4), weights(4)],
    outputs: ["y", "count"],
  },
  {
    ...microsoft,
    op: "EmbedLayerNormalization",
    why: "with segments, a mask and places",
    inputs: [
      words([2, 3], [4, 0, 2, 1, 1, 3]),
      words([2, 3], [0, 0, 1, 0, 1, 1]),
      weights(5, 4),
      [6, 4],
      weights(2, 4),
      [4],
      weights(4),
      words([2, 3], [1, 1, 0, 1, 1, 1]),
      words([2, 3], [5, 4, 3, 0, 1, 2]),
    ],
    outputs: ["y", "count", "sum"],
  },
  {
    ...microsoft,
    op: "Attention",
    inputs: [[2, 3, 4], weights(4, 18), weights(18)],
    attributes: { num_heads: int(2) },
  },
  {
    ...microsoft,
    op: "Attention",
    why: "one direction, another scale, values of another size",
    inputs: [[1, 3, 4], weights(4, 16), weights(16)],
    attributes: {
      num_heads: int(2),
      unidirectional: int(1),
      scale: float(0.4),
      qkv_hidden_sizes: ints([6, 6, 4]),
    },
  },
  {
    ...microsoft,
    op: "MultiHeadAttention",
    inputs: [[2, 3, 6], [2, 4, 6], [2, 4, 6], weights(18)],
    attributes: { num_heads: int(3) },
  },
  {
    ...microsoft,
    op: "MultiHeadAttention",
    why: "keys that are padding",
    inputs: [[2, 3, 6], [2, 4, 6], [2, 4, 6], undefined, words([2, 4], [1, 1, 0, 1, 1, 0, 0, 0])],
    attributes: { num_heads: int(3) },
  },
  ...[
    { why: "a mask of words", mask: words([2, 3], [1, 1, 0, 1, 0, 1]) },
    { why: "the numbers of words", mask: words([2], [3, 2]) },
    { why: "no words at all, a filter", mask: words([2], [0, 3]), attributes: { mask_filter_value: float(-3) } },
  ].map(({ why, mask, attributes = {} }) => ({
    ...microsoft,
    op: "Attention",
    why,
    inputs: [[2, 3, 4], weights(4, 18), weights(18), mask],
    attributes: { num_heads: int(2), ...attributes },
  })),
  {
    ...microsoft,
    op: "MultiHeadAttention",
    why: "a bias of the scores",
    inputs: [[1, 3, 6], [1, 3, 6], [1, 3, 6], undefined, undefined, weights(1, 2, 3, 3)],
    attributes: { num_heads: int(2), scale: float(0.7) },
  },
  {
    ...microsoft,
    op: "QuantizeLinear",
    inputs: [[3, 4], floatConstant([0.02], []), bytes([], [120])],
    outputs: ["bytes"],
  },
  {
    ...microsoft,
    op: "DequantizeLinear",
    inputs: [bytes([2, 3], [0, 9, 255, 3, 120, 4]), floatConstant([0.02], []), bytes([], [120])],
  },
  // [N, blocks, bytes of a block]: 5 rows of blocks of 16 numbers.
  ...(
    [
      [4, 32, "blocks that are full"],
      [4, 41, "a last block that is not, zero points that do not fill their bytes"],
      [8, 32, "eight bits"],
      [2, 64, "two bits"],
    ] as const
  ).flatMap(([bits, K, why]) => {
    const blocks = Math.ceil(K / 16);
    const attributes = { K: int(K), N: int(5), bits: int(bits), block_size: int(16) };
    const packed = Array.from({ length: 5 * blocks * 2 * bits }, (_, i) => (37 * i + 11) % 256);
    const scales = floatConstant(Array.from({ length: 5 * blocks }, (_, i) => 0.1 + 0.01 * i));
    const points = Array.from({ length: 5 * Math.ceil((blocks * bits) / 8) }, (_, i) => 0x57 + i);
    const inputs = [[2, 3, K], bytes([5, blocks, 2 * bits], packed), scales] as const;
    const row = (what: string, more: readonly Input[]) => {
      return { ...microsoft, op: "MatMulNBits", why: `${why}${what}`, inputs: [...inputs, ...more], attributes };
    };
    return [
      row("", []),
      row(", a bias", [undefined, undefined, weights(5)]),
      row(", zero points", [bytes([points.length], points)]),
    ];
  }),
];

function graphOf({ op, domain = "", inputs, attributes = {}, outputs = ["y"] }: Case): Graph {
  return {
    name: op,
    inputs: inputs.flatMap((input, i) =>
      isDims(input) ? [{ name: `x${i}`, type: "float32" as const, dims: input }] : [],
    ),
    outputs: outputs
      .filter((name) => name !== "")
      .map((name) => ({
        name,
        type: name === "count" ? "int32" : name === "bytes" ? "uint8" : "float32",
        dims: undefined,
      })),
    nodes: [
      {
        name: "node",
        op,
        domain,
        inputs: inputs.map((input, i) => (input === undefined ? "" : `x${i}`)),
        outputs,
        attributes,
      },
    ],
    initializers: new Map(
      inputs.flatMap((input, i): [string, Constant][] =>
        input === undefined || isDims(input) ? [] : [[`x${i}`, input as Constant]],
      ),
    ),
  };
}

function compare(actual: TypedTensor | undefined, expected: TypedTensor | undefined): number {
  expect(actual?.dims).toEqual(expected?.dims);
  const [a, b] = [actual?.data as Float32Array, expected?.data as Float32Array];
  const scale = Math.max(1e-6, ...b.map(Math.abs));
  return Math.max(...b.map((value, i) => Math.abs(value - (a[i] as number)) / scale));
}

/** Operators that are in the standard domain as well. */
const adopted = new Set(["Gelu", "Trilu", "QuantizeLinear", "DequantizeLinear"]);

describe("operators that opset 21 does not have give the same in its terms", () => {
  test.each(cases.map((item) => [item.domain ?? "", item.op, item.why ?? "", item] as const))(
    "%s %s %s",
    async (_, __, ___, item) => {
      const graph = graphOf(item);
      const bytes = inOpset(graph, item.opset);
      const normal = normalize(readModel(bytes));
      expect(normal.nodes.filter(({ op, domain }) => domain !== "" || (op === item.op && !adopted.has(op)))).toEqual(
        [],
      );
      const feeds = Object.fromEntries(
        graph.inputs.map(({ name, dims }) => [
          name,
          float32(draw(dims as readonly number[]), dims as readonly number[]),
        ]),
      );
      const expected = await outputsOf(bytes, feeds);
      const actual = await outputsOf(writeModel(normal), feeds);
      for (const { name } of graph.outputs) expect(compare(actual[name], expected[name])).toBeLessThan(2e-5);
    },
  );

  test("and every one has its row", () => {
    const tested = (domain: string | undefined) =>
      new Set(cases.filter((item) => item.domain === domain).map((item) => item.op));
    const contributed = "SimplifiedLayerNormalization";
    expect(tested("com.microsoft").add(contributed)).toEqual(new Set(Object.keys(fused)));
    const standard = tested(undefined);
    standard.delete(contributed);
    expect(standard).toEqual(new Set(Object.keys(newcomers)));
  });
});

test("what is not rewritten is refused by the name of its node", () => {
  const refused = (item: Case) => () => normalize(readModel(inOpset(graphOf(item), item.opset)));
  expect(refused({ ...attention, inputs: [heads, heads, heads, undefined, heads] })).toThrow(
    'node "node" (Attention): input "past_key" is not supported',
  );
  expect(refused({ ...microsoft, op: "MultiHeadAttention", inputs: [[2, 3, 6]] })).toThrow(
    'node "node" (MultiHeadAttention): packed queries, keys and values are not supported',
  );
  const activation = string("Softsign");
  expect(
    refused({ ...microsoft, op: "FusedConv", inputs: [[1, 1, 2, 2], weights(1, 1, 1, 1)], attributes: { activation } }),
  ).toThrow('node "node" (FusedConv): activation "Softsign" is not supported');
});
