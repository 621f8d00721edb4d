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
  inverse: "its derivative needs a matrix inverse, which ONNX does not have",
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
  DequantizeLinear: "quantized",
  Det: "inverse",
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
  QuantizeLinear: "quantized",
  RNN: "recurrent",
  RegexFullMatch: "text",
  RoiAlign: "regions",
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

/** The entries of refused operators: none. */
export const refused = Object.fromEntries(Object.keys(refusedOperators).map((op) => [op, []])) as unknown as Readonly<
  Record<keyof typeof refusedOperators, Rules>
>;

/** Why an operator has no rule; undefined where it has one for some of its inputs. */
export function reasonOf(op: string, domain: string): string | undefined {
  const all: Readonly<Record<string, Reason>> = { ...refusedOperators, ...refusedNewcomers };
  if (domain === "" && Object.hasOwn(all, op)) return reasons[all[op] as Reason];
  return domain === "" ? undefined : reasons.domain;
}
