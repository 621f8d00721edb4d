import { activation } from "./activation.ts";
import { arithmetic } from "./arithmetic.ts";
import { convolution } from "./convolution.ts";
import { contraction } from "./einsum.ts";
import { flat } from "./flat.ts";
import { indexing } from "./indexing.ts";
import { linear } from "./linear.ts";
import { normalization } from "./normalization.ts";
import type { Operator } from "./operators.ts";
import { pooling } from "./pooling.ts";
import { reduction } from "./reduction.ts";
import { resizing } from "./resize.ts";
import type { Rules } from "./rule.ts";
import { shape } from "./shape.ts";

/** Nobody has written these rules; a path through one is an error that names it. */
const unwritten = {
  AffineGrid: [],
  Bernoulli: [],
  CenterCropPad: [],
  Col2Im: [],
  Compress: [],
  ConcatFromSequence: [],
  ConvInteger: [],
  DFT: [],
  DeformConv: [],
  DequantizeLinear: [],
  Det: [],
  DynamicQuantizeLinear: [],
  GRU: [],
  GridSample: [],
  If: [],
  ImageDecoder: [],
  LSTM: [],
  Loop: [],
  MatMulInteger: [],
  MaxRoiPool: [],
  MaxUnpool: [],
  MelWeightMatrix: [],
  Multinomial: [],
  NegativeLogLikelihoodLoss: [],
  Optional: [],
  OptionalGetElement: [],
  OptionalHasElement: [],
  QLinearConv: [],
  QLinearMatMul: [],
  QuantizeLinear: [],
  RNN: [],
  Range: [],
  RegexFullMatch: [],
  RoiAlign: [],
  STFT: [],
  Scan: [],
  SequenceAt: [],
  SequenceConstruct: [],
  SequenceEmpty: [],
  SequenceErase: [],
  SequenceInsert: [],
  SequenceLength: [],
  SequenceMap: [],
  SoftmaxCrossEntropyLoss: [],
  SplitToSequence: [],
  StringConcat: [],
  StringNormalizer: [],
  StringSplit: [],
  TfIdfVectorizer: [],
  Unique: [],
} satisfies Record<string, Rules>;

/** The derivatives: the rule set of plain reverse mode. Total over the standard operators, so the compiler names one that is forgotten. */
export const derivatives: Readonly<Record<Operator, Rules>> = {
  ...arithmetic,
  ...activation,
  ...linear,
  ...contraction,
  ...convolution,
  ...pooling,
  ...normalization,
  ...reduction,
  ...resizing,
  ...shape,
  ...indexing,
  ...flat,
  ...unwritten,
};
