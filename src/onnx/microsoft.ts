import { expandFusedAttention, expandMultiHeadAttention } from "./attention.ts";
import { float, type GraphBuilder, int, ints, string } from "./build.ts";
import { expandFewBits } from "./few-bits.ts";
import type { Attributes, Node } from "./graph.ts";
import { expandRmsNorm, swish } from "./newcomers.ts";
import { numberOf, refuse, type Upgrader, without } from "./upgrading.ts";

/** The node as a standard one with one output. */
function standard(node: Node, op: string, inputs: readonly string[], attributes: Attributes = {}): Node {
  return { ...node, op, domain: "", inputs, outputs: node.outputs.slice(0, 1), attributes };
}

/** Gelu of the sum of the inputs. */
const gelu =
  (approximate: "none" | "tanh"): Upgrader =>
  (node, { builder: b }) => {
    const [x = "", bias = ""] = node.inputs;
    const sum = bias === "" ? x : b.add("Add", [x, bias]);
    return standard(node, "Gelu", [sum], { approximate: string(approximate) });
  };

/** Gives a value made by the builder the name of an output that the file knows. */
function nameOutput(b: GraphBuilder, value: string, name: string | undefined): void {
  if (name) b.nodes.push({ name, op: "Identity", domain: "", inputs: [value], outputs: [name], attributes: {} });
}

/** LayerNormalization of input + skip (+ bias); the sum is the fourth output. */
const skipLayerNorm: Upgrader = (node, { builder: b }) => {
  const [x = "", skip = "", scale = "", shift = "", bias = ""] = node.inputs;
  const sum = skipSum(b, [x, skip, bias], node);
  const epsilon = float(numberOf(node.attributes.epsilon) ?? 1e-12);
  return standard(node, "LayerNormalization", shift === "" ? [sum, scale] : [sum, scale, shift], { epsilon });
};

const skipRmsNorm: Upgrader = (node, at) => {
  const [x = "", skip = "", scale = "", bias = ""] = node.inputs;
  const sum = skipSum(at.builder, [x, skip, bias], node);
  const epsilon = float(numberOf(node.attributes.epsilon) ?? 1e-12);
  return expandRmsNorm({ ...node, inputs: [sum, scale], attributes: { epsilon } }, at);
};

function skipSum(b: GraphBuilder, [x, skip, bias]: readonly [string, string, string], node: Node): string {
  const sum = b.add("Add", [x, skip]);
  const all = bias === "" ? sum : b.add("Add", [sum, bias]);
  nameOutput(b, all, node.outputs[3]);
  return all;
}

/** LayerNormalization of the sum of what words, their places and their segments are looked up as; the counts of words that are no padding are the second output, the sum is the third. */
const embedLayerNorm: Upgrader = (node, { builder: b }) => {
  const [words = "", segments = "", wordTable = "", placeTable = "", segmentTable = "", scale = "", shift = ""] =
    node.inputs;
  const [mask = "", places = ""] = node.inputs.slice(7);
  const size = (axis: number) => b.add("Shape", [words], { start: int(axis), end: int(axis + 1) });
  const rows =
    places === ""
      ? b.add("Slice", [placeTable, b.int([0]), size(1), b.int([0])])
      : b.add("Gather", [placeTable, places]);
  const known = b.add("Add", [b.add("Gather", [wordTable, words]), rows]);
  const sum = segments === "" ? known : b.add("Add", [known, b.add("Gather", [segmentTable, segments])]);
  if (node.outputs[1]) {
    const none = () => b.add("Expand", [b.add("Cast", [b.int(0)], { to: int(6) }), size(0)]);
    nameOutput(b, mask === "" ? none() : b.add("ReduceSum", [mask, b.int([1])], { keepdims: int(0) }), node.outputs[1]);
  }
  nameOutput(b, sum, node.outputs[2]);
  const epsilon = float(numberOf(node.attributes.epsilon) ?? 1e-12);
  return standard(node, "LayerNormalization", [sum, scale, shift], { epsilon });
};

/** α·op(A)·op(B), op swapping the last two axes where told. */
const fusedMatMul: Upgrader = (node, { builder: b, rank }) => {
  const { alpha, transA, transB, transBatchA, transBatchB } = node.attributes;
  if (numberOf(transBatchA) === 1 || numberOf(transBatchB) === 1)
    refuse(node, "transBatchA and transBatchB are not supported");
  const [first = "", second = ""] = node.inputs;
  const factor = numberOf(alpha) ?? 1;
  const product = matMul(b, [first, numberOf(transA) === 1], [second, numberOf(transB) === 1], rank);
  return standard(node, "Mul", [product, b.float(factor)]);
};

function matMul(
  b: GraphBuilder,
  ...[[a, swapA], [c, swapC], rank]: [
    readonly [value: string, swapped: boolean],
    readonly [value: string, swapped: boolean],
    (value: string) => number | undefined,
  ]
): string {
  const swap = (value: string, swapped: boolean): string | undefined => {
    if (!swapped) return value;
    const known = rank(value);
    if (known === undefined) return undefined;
    if (known < 2) return value;
    const perm = Array.from({ length: known }, (_, axis) => (axis < known - 2 ? axis : 2 * known - 3 - axis));
    return b.add("Transpose", [value], { perm: ints(perm) });
  };
  const [left, right] = [swap(a, swapA), swap(c, swapC)];
  if (left !== undefined && right !== undefined) return b.add("MatMul", [left, right]);
  const equation = `...${swapA ? "ki" : "ik"},...${swapC ? "jk" : "kj"}->...ij`;
  return b.add("Einsum", [a, c], { equation: string(equation) });
}

/** The activation that a fused node ends in, with its parameters by name. */
function activate(node: Node, value: string, b: GraphBuilder, parameters: readonly number[]): Node {
  const { activation } = node.attributes;
  const op = activation?.kind === "string" ? activation.value : "";
  const [first, second] = parameters;
  const named = (names: readonly string[]): Attributes =>
    Object.fromEntries(names.flatMap((name, i) => (parameters[i] === undefined ? [] : [[name, float(parameters[i])]])));
  switch (op) {
    case "":
      return standard(node, "Identity", [value]);
    case "Relu":
    case "Sigmoid":
    case "Tanh":
    case "HardSwish":
      return standard(node, op, [value]);
    case "LeakyRelu":
      return standard(node, op, [value], named(["alpha"]));
    case "HardSigmoid":
      return standard(node, op, [value], named(["alpha", "beta"]));
    case "Clip":
      return standard(node, op, [
        value,
        ...[first, second].map((bound) => (bound === undefined ? "" : b.float(bound))),
      ]);
    default:
      return refuse(node, `activation "${op}" is not supported`);
  }
}

/** Conv, plus a residual Z, plus an activation. */
const fusedConv: Upgrader = (node, { builder: b }) => {
  const [x = "", weights = "", bias = "", residual = ""] = node.inputs;
  const { activation_params: parameters } = node.attributes;
  const inputs = bias === "" ? [x, weights] : [x, weights, bias];
  const conv = b.add("Conv", inputs, without(node.attributes, "activation", "activation_params"));
  const sum = residual === "" ? conv : b.add("Add", [conv, residual]);
  return activate(node, sum, b, parameters?.kind === "floats" ? parameters.value : []);
};

/** Gemm and an activation. */
const fusedGemm: Upgrader = (node, { builder: b }) => {
  const own = ["activation", "activation_alpha", "activation_beta", "activation_gamma"];
  const gemm = b.add("Gemm", node.inputs, without(node.attributes, ...own));
  const parameters = own.slice(1).flatMap((name) => numberOf(node.attributes[name]) ?? []);
  return activate(node, gemm, b, parameters);
};

/** The same operator in the standard domain, once it had been adopted there. */
const adopted: Upgrader = (node) => ({ ...node, domain: "" });

/** onnxruntime's fused operators (domain `com.microsoft`), written in standard terms. */
export const fused: Readonly<Record<string, Upgrader>> = {
  Attention: expandFusedAttention,
  BiasGelu: gelu("none"),
  DequantizeLinear: adopted,
  EmbedLayerNormalization: embedLayerNorm,
  FastGelu: gelu("tanh"),
  FusedConv: fusedConv,
  FusedGemm: fusedGemm,
  FusedMatMul: fusedMatMul,
  Gelu: gelu("none"),
  MatMulNBits: expandFewBits,
  MultiHeadAttention: expandMultiHeadAttention,
  QuantizeLinear: adopted,
  QuickGelu: swish(1.702),
  SimplifiedLayerNormalization: expandRmsNorm,
  SkipLayerNormalization: skipLayerNorm,
  SkipSimplifiedLayerNormalization: skipRmsNorm,
  TransposeMatMul: fusedMatMul,
  Trilu: adopted,
};
