import { type GraphBuilder, int, ints } from "./build.ts";
import type { Attributes, Node } from "./graph.ts";
import { numberOf, refuse, refuseInputs, type Upgrader } from "./upgrading.ts";

/** How scores become weights. */
interface Scoring {
  /** Factor of the scores; 1/√(head size) by default. */
  readonly scale: number | undefined;
  /** A position sees itself and what comes before. */
  readonly causal: boolean;
  /** Added to the scores: [.., queries, keys], or booleans that say what is seen. */
  readonly mask?: { readonly value: string; readonly isBool: boolean } | undefined;
  /** Scores are kept within ±softcap by tanh; 0: they are not. */
  readonly softcap?: number;
  /** Which keys are no padding, and what is added to the scores of the others. */
  readonly padding?: { readonly value: string; readonly filter: number } | undefined;
}

const size = (b: GraphBuilder, value: string, axis: number): string =>
  b.add("Shape", [value], axis === -1 ? { start: int(-1) } : { start: int(axis), end: int(axis + 1) });

const unseen = (b: GraphBuilder, seen: string): string =>
  b.add("Where", [seen, b.float(0), b.float(Number.NEGATIVE_INFINITY)]);

/** What is added to scores where keys are padding: [n, 1, 1, keys]. The mask holds 1 for every key that counts, [n, keys], or their number, [n]. */
function paddingScores(
  b: GraphBuilder,
  q: string,
  k: string,
  { value, filter }: NonNullable<Scoring["padding"]>,
): string {
  const [batch, keys] = [size(b, q, 0), size(b, k, 2)];
  const rows = b.add("Reshape", [value, b.add("Concat", [batch, b.int([-1])], { axis: int(0) })]);
  const numbers = b.add("Cast", [rows], { to: int(7) });
  const places = b.add("Range", [b.int(0), b.add("Squeeze", [keys]), b.int(1)]);
  // The file need not state which of the two it is: a place is below the number of keys, or 0 below a mask of 1.
  const isNumber = b.add("Equal", [b.add("Size", [b.add("Shape", [value])]), b.int(1)]);
  const seen = b.add("Less", [b.add("Where", [isNumber, places, b.int(0)]), numbers]);
  return b.add("Unsqueeze", [b.add("Where", [seen, b.float(0), b.float(filter)]), b.int([1, 2])]);
}

/** Queries [n, heads, queries, d]; keys and values [n, heads, keys, ·]. */
interface Attended {
  readonly q: string;
  readonly k: string;
  readonly v: string;
}

/** softmax(scale·q·kᵀ + mask)·v. */
function attend(b: GraphBuilder, { q, k, v }: Attended, scoring: Scoring): string {
  const products = b.add("MatMul", [q, b.add("Transpose", [k], { perm: ints([0, 1, 3, 2]) })]);
  let scores =
    scoring.scale === undefined
      ? b.add("Div", [products, b.add("Sqrt", [b.add("Cast", [size(b, q, 3)], { to: int(1) })])])
      : b.add("Mul", [products, b.float(scoring.scale)]);
  if (scoring.softcap) {
    const cap = b.float(scoring.softcap);
    scores = b.add("Mul", [b.add("Tanh", [b.add("Div", [scores, cap])]), cap]);
  }
  if (scoring.causal) {
    const places = b.add("Concat", [size(b, q, 2), size(b, k, 2)], { axis: int(0) });
    const lower = b.add("Trilu", [b.add("Expand", [b.float(1), places])], { upper: int(0) });
    scores = b.add("Add", [scores, unseen(b, b.add("Cast", [lower], { to: int(9) }))]);
  }
  if (scoring.mask !== undefined) {
    const { value, isBool } = scoring.mask;
    scores = b.add("Add", [scores, isBool ? unseen(b, value) : value]);
  }
  if (scoring.padding !== undefined) scores = b.add("Add", [scores, paddingScores(b, q, k, scoring.padding)]);
  return b.add("MatMul", [b.add("Softmax", [scores], { axis: int(-1) }), v]);
}

const HEADS_FIRST = { perm: ints([0, 2, 1, 3]) } satisfies Attributes;

/** [n, length, heads·d] → [n, heads, length, d]. */
const splitHeads = (b: GraphBuilder, value: string, heads: number): string =>
  b.add("Transpose", [b.add("Reshape", [value, b.int([0, 0, heads, -1])])], HEADS_FIRST);

/** The last node: [n, heads, length, d] → [n, length, heads·d]. */
function joinHeads(b: GraphBuilder, node: Node, value: string): Node {
  const moved = b.add("Transpose", [value], HEADS_FIRST);
  return standard(node, "Reshape", [moved, b.int([0, 0, -1])]);
}

function standard(node: Node, op: string, inputs: readonly string[]): Node {
  return { ...node, op, domain: "", inputs, outputs: node.outputs.slice(0, 1), attributes: {} };
}

/** Keys or values [n, heads, length, d], each head repeated until there are as many as queries have. */
function repeatHeads(b: GraphBuilder, value: string, q: string): string {
  const times = b.add("Div", [size(b, q, 1), size(b, value, 1)]);
  const one = b.int([1]);
  const repeats = b.add("Concat", [one, one, times, one, one], { axis: int(0) });
  const repeated = b.add("Expand", [b.add("Unsqueeze", [value, b.int([2])]), repeats]);
  const dims = b.add("Concat", [b.int([0]), size(b, q, 1), size(b, value, 2), b.int([-1])], { axis: int(0) });
  return b.add("Reshape", [repeated, dims]);
}

function refuseOutputs(node: Node, from: number): void {
  const extra = node.outputs.slice(from).find((name) => name !== "");
  if (extra !== undefined) refuse(node, `output "${extra}" is not supported`);
}

/** Attention of opset 23 and 24: queries, keys and values as [n, heads, length, d], or [n, length, heads·d] with the number of heads. */
export const expandAttention: Upgrader = (node, { builder: b, isBool }) => {
  const { attributes } = node;
  refuseInputs(node, { 4: "past_key", 5: "past_value", 6: "nonpad_kv_seqlen" });
  refuseOutputs(node, 1);
  const heads = numberOf(attributes.q_num_heads);
  const keyHeads = numberOf(attributes.kv_num_heads);
  const [q = "", k = "", v = "", mask = ""] = node.inputs;
  const given =
    heads === undefined
      ? [q, k, v]
      : [splitHeads(b, q, heads), ...[k, v].map((value) => splitHeads(b, value, keyHeads ?? heads))];
  const [queries, keys, values] = given as [string, string, string];
  const same = heads !== undefined && heads === (keyHeads ?? heads);
  const result = attend(
    b,
    {
      q: queries,
      k: same ? keys : repeatHeads(b, keys, queries),
      v: same ? values : repeatHeads(b, values, queries),
    },
    {
      scale: numberOf(attributes.scale),
      causal: numberOf(attributes.is_causal) === 1,
      mask: mask === "" ? undefined : { value: mask, isBool: isBool(mask) },
      softcap: numberOf(attributes.softcap) ?? 0,
    },
  );
  return heads === undefined ? standard(node, "Identity", [result]) : joinHeads(b, node, result);
};

/** padding: a mask of keys; those of more axes than [n, keys] are refused. */
function fusedScoring(node: Node, mask: string, padding: string, rank: (value: string) => number | undefined): Scoring {
  if ((rank(padding) ?? 0) > 2) refuse(node, `a mask "${padding}" of ${rank(padding)} axes is not supported`);
  return {
    scale: numberOf(node.attributes.scale) || undefined,
    causal: numberOf(node.attributes.unidirectional) === 1,
    mask: mask === "" ? undefined : { value: mask, isBool: false },
    padding:
      padding === "" ? undefined : { value: padding, filter: numberOf(node.attributes.mask_filter_value) ?? -10_000 },
  };
}

/** onnxruntime's Attention: input [n, length, c], weights [c, 3·heads·d] and a bias for queries, keys and values at once. */
export const expandFusedAttention: Upgrader = (node, { builder: b, rank }) => {
  refuseInputs(node, { 4: "past", 6: "past_sequence_length" });
  refuseOutputs(node, 1);
  if (numberOf(node.attributes.do_rotary) === 1) refuse(node, "do_rotary 1 is not supported");
  const [x = "", weights = "", bias = "", padding = "", , mask = ""] = node.inputs;
  const heads = numberOf(node.attributes.num_heads) ?? refuse(node, 'attribute "num_heads" is missing');
  const product = b.add("MatMul", [x, weights]);
  const all = bias === "" ? product : b.add("Add", [product, bias]);
  const sizes = node.attributes.qkv_hidden_sizes;
  const parts =
    sizes?.kind === "ints"
      ? b.addMany("Split", [all, b.int(sizes.value)], { axis: int(-1) }, 3)
      : b.addMany("Split", [all], { axis: int(-1), num_outputs: int(3) }, 3);
  const [q = "", k = "", v = ""] = parts.map((part) => splitHeads(b, part, heads));
  return joinHeads(b, node, attend(b, { q, k, v }, fusedScoring(node, mask, padding, rank)));
};

/** onnxruntime's MultiHeadAttention: queries, keys and values [n, length, heads·d], with one bias for all three. */
export const expandMultiHeadAttention: Upgrader = (node, { builder: b, rank }) => {
  refuseInputs(node, { 6: "past_key", 7: "past_value" });
  refuseOutputs(node, 1);
  const [query = "", key = "", value = "", bias = "", padding = "", mask = ""] = node.inputs;
  if (key === "" || value === "" || [query, key, value].some((name) => (rank(name) ?? 3) !== 3)) {
    refuse(node, "packed queries, keys and values are not supported");
  }
  const heads = numberOf(node.attributes.num_heads) ?? refuse(node, 'attribute "num_heads" is missing');
  const biases = bias === "" ? [] : b.addMany("Split", [bias], { axis: int(0), num_outputs: int(3) }, 3);
  const [q = "", k = "", v = ""] = [query, key, value].map((part, i) =>
    splitHeads(b, biases[i] === undefined ? part : b.add("Add", [part, biases[i]]), heads),
  );
  return joinHeads(b, node, attend(b, { q, k, v }, fusedScoring(node, mask, padding, rank)));
};

/** RotaryEmbedding of opset 23: pairs of numbers [n, heads, length, d] turned by an angle that grows with the position. */
export const expandRotaryEmbedding: Upgrader = (node, { builder: b }) => {
  const { attributes } = node;
  const [x = "", cosines = "", sines = "", positions = ""] = node.inputs;
  const heads = numberOf(attributes.num_heads) ?? 0;
  const turned = numberOf(attributes.rotary_embedding_dim) ?? 0;
  const interleaved = numberOf(attributes.interleaved) === 1;
  const split = heads > 0 ? b.add("Reshape", [x, b.int([0, 0, heads, -1])]) : b.add("Transpose", [x], HEADS_FIRST);
  const cut = (value: string, start: number, end: number, step = 1) =>
    b.add("Slice", [value, b.int([start]), b.int([end]), b.int([-1]), b.int([step])]);
  const far = Number.MAX_SAFE_INTEGER;
  const part = turned > 0 ? cut(split, 0, turned) : split;
  const at = (cache: string) => {
    const rows = positions === "" ? cache : b.add("Gather", [cache, positions]);
    return b.add("Unsqueeze", [rows, b.int([2])]);
  };
  const [cos, sin] = [at(cosines), at(sines)];
  const [real = "", imaginary = ""] = interleaved
    ? [cut(part, 0, far, 2), cut(part, 1, far, 2)]
    : b.addMany("Split", [part], { axis: int(-1), num_outputs: int(2) }, 2);
  const times = (a: string, c: string) => b.add("Mul", [a, c]);
  const pair = [
    b.add("Sub", [times(real, cos), times(imaginary, sin)]),
    b.add("Add", [times(real, sin), times(imaginary, cos)]),
  ];
  const joined = interleaved
    ? b.add("Reshape", [
        b.add(
          "Concat",
          pair.map((value) => b.add("Unsqueeze", [value, b.int([-1])])),
          { axis: int(-1) },
        ),
        b.add("Shape", [part]),
      ])
    : b.add("Concat", pair, { axis: int(-1) });
  const whole = turned > 0 ? b.add("Concat", [joined, cut(split, turned, far)], { axis: int(-1) }) : joined;
  return heads > 0
    ? standard(node, "Reshape", [whole, b.int([0, 0, -1])])
    : { ...standard(node, "Transpose", [whole]), attributes: HEADS_FIRST };
};
