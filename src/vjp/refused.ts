import type { Rules } from "./rule.ts";

/** Why an operator has no derivative here, by kind. */
export const reasons = {
  quantized: "quantized: rounding has no useful derivative; export the model in float32",
  recurrent: "control flow over time; unroll the network when exporting it",
  control: "control flow that depends on the data",
  sequence: "sequences and optional values; export tensors",
  random: "a random draw",
  text: "text, or an encoded picture",
  regions: "pools over regions found by the data, as detectors do",
  length: "the length of its output depends on the data",
  cache: "a cache of earlier steps, which image models do not have",
  bits: "reads numbers as bits",
  domain: "not a standard operator and none that cfalign rewrites; export without graph optimization",
} as const;

/** A kind of operator that is refused. */
export type Reason = keyof typeof reasons;

/** Standard operators of opset 21 through which no derivative goes, and why. A path through one is an error that names it. */
export const refusedOperators = {
  Bernoulli: "random",
  ConcatFromSequence: "sequence",
  ConvInteger: "quantized",
  DynamicQuantizeLinear: "quantized",
  GRU: "recurrent",
  If: "control",
  ImageDecoder: "text",
  LSTM: "recurrent",
  Loop: "control",
  MatMulInteger: "quantized",
  MaxRoiPool: "regions",
  Multinomial: "random",
  Optional: "sequence",
  OptionalGetElement: "sequence",
  OptionalHasElement: "sequence",
  QLinearConv: "quantized",
  QLinearMatMul: "quantized",
  RNN: "recurrent",
  RegexFullMatch: "text",
  Scan: "control",
  SequenceAt: "sequence",
  SequenceConstruct: "sequence",
  SequenceEmpty: "sequence",
  SequenceErase: "sequence",
  SequenceInsert: "sequence",
  SequenceLength: "sequence",
  SequenceMap: "sequence",
  SplitToSequence: "sequence",
  StringConcat: "text",
  StringNormalizer: "text",
  StringSplit: "text",
  TfIdfVectorizer: "text",
  Unique: "length",
} as const satisfies Record<string, Reason>;

/** Operators younger than opset 21 that are not rewritten when read. */
export const refusedNewcomers = {
  BitCast: "bits",
  TensorScatter: "cache",
} as const satisfies Record<string, Reason>;

/** onnxruntime's own operators that are refused for a reason of their own: those of its quantizer, and of text models. */
export const refusedFusions: Readonly<Record<string, Reason>> = {
  "com.microsoft.DecoderMaskedMultiHeadAttention": "cache",
  "com.microsoft.DecoderMaskedSelfAttention": "cache",
  "com.microsoft.DynamicQuantizeLSTM": "quantized",
  "com.microsoft.DynamicQuantizeMatMul": "quantized",
  "com.microsoft.GroupQueryAttention": "cache",
  "com.microsoft.MatMulBnb4": "quantized",
  "com.microsoft.MatMulInteger16": "quantized",
  "com.microsoft.MatMulIntegerToFloat": "quantized",
  "com.microsoft.PagedAttention": "cache",
  "com.microsoft.QAttention": "quantized",
  "com.microsoft.QEmbedLayerNormalization": "quantized",
  "com.microsoft.QGemm": "quantized",
  "com.microsoft.QLinearAdd": "quantized",
  "com.microsoft.QLinearAveragePool": "quantized",
  "com.microsoft.QLinearConcat": "quantized",
  "com.microsoft.QLinearConv": "quantized",
  "com.microsoft.QLinearGlobalAveragePool": "quantized",
  "com.microsoft.QLinearLeakyRelu": "quantized",
  "com.microsoft.QLinearMul": "quantized",
  "com.microsoft.QLinearReduceMean": "quantized",
  "com.microsoft.QLinearSigmoid": "quantized",
  "com.microsoft.QLinearSoftmax": "quantized",
  "com.microsoft.QLinearWhere": "quantized",
  "com.microsoft.QMoE": "quantized",
  "com.microsoft.SparseAttention": "cache",
};

/** The entries of refused operators: none. */
export const refused = Object.fromEntries(Object.keys(refusedOperators).map((op) => [op, []])) as unknown as Readonly<
  Record<keyof typeof refusedOperators, Rules>
>;

/** Why an operator has no rule; undefined where it has one for some of its inputs. */
export function reasonOf(op: string, domain: string): string | undefined {
  const all: Readonly<Record<string, Reason>> = { ...refusedOperators, ...refusedNewcomers, ...refusedFusions };
  const name = domain === "" ? op : `${domain}.${op}`;
  if (Object.hasOwn(all, name)) return reasons[all[name] as Reason];
  return domain === "" ? undefined : reasons.domain;
}
