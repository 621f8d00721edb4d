import { CfalignError } from "../base/errors.ts";
import { sizeOf, type Tensor } from "../base/tensor.ts";
import type { Classifier, ClassifierModel, ImageFrame } from "./types.ts";

/** An output of a model as its head makes a prediction of it. */
export interface Headed {
  readonly model: Pick<ClassifierModel, "name" | "targets" | "activation" | "scale">;
  /** Index into `model.targets`. */
  readonly target: number;
}

/** Raw outputs of one image by classifier model. */
export type Outputs = (model: ClassifierModel) => ArrayLike<number>;

/** A prediction in float64, and the coordinate that λ is searched on. */
export interface Reading {
  /** f(x): the sum of the terms, each after its own head; not clamped. */
  readonly prediction: number;
  /** logit((f − low)/(high − low)), exact also where the prediction rounds to 0 or 1; ±Infinity, or NaN for outputs out of range. */
  readonly logit: number;
}

/** What a classifier can predict: lo = Σ min(cᵢ, 0), hi = lo + Σ|cᵢ|. */
export function rangeOf(classifier: Classifier): { readonly low: number; readonly high: number } {
  const low = classifier.terms.reduce((sum, { coefficient }) => sum + Math.min(coefficient, 0), 0);
  return { low, high: low + classifier.terms.reduce((sum, { coefficient }) => sum + Math.abs(coefficient), 0) };
}

/** The classifier files behind some classifiers, each once, in order of appearance. */
export function modelsOf(classifiers: readonly Classifier[]): readonly ClassifierModel[] {
  return [...new Set(classifiers.flatMap(({ terms }) => terms.map(({ model }) => model)))];
}

/** log σ(x), without overflow. */
export function logSigmoid(x: number): number {
  return x < 0 ? x - Math.log1p(Math.exp(x)) : -Math.log1p(Math.exp(-x));
}

/** log Σ exp(xᵢ), without one of them if told; −Infinity of nothing. Loops: a softmax of a thousand is read a thousand times an image. */
export function logSumExp(values: ArrayLike<number>, without?: number): number {
  let largest = -Infinity;
  for (let i = 0; i < values.length; i++) if (i !== without) largest = Math.max(largest, values[i] as number);
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < values.length; i++) if (i !== without) sum += Math.exp((values[i] as number) - largest);
  return largest + Math.log(sum);
}

/** Logit of a term's target: of a softmax, ℓ_t − logsumexp(others). undefined with `none`, whose output is the prediction. */
export function termLogit({ model, target }: Headed, outputs: ArrayLike<number>): number | undefined {
  const own = outputs[target] as number;
  if (model.activation === "sigmoid") return own;
  if (model.activation === "none") return undefined;
  return own - logSumExp(outputs, target);
}

/** What is said of an output that is no number. where: the file or the model. */
export function notFinite(where: string, target: string, value: number | undefined): CfalignError {
  return new CfalignError(
    "runtime",
    `${where}: output "${target}" is ${value}, expected a finite number: check range, mean and std`,
    { where },
  );
}

/** The output that keeps a term from having a prediction: its own, or of a softmax any. */
function badOutput({ model, target }: Headed, outputs: ArrayLike<number>): number | undefined {
  if (model.activation !== "softmax") return Number.isFinite(outputs[target]) ? undefined : target;
  for (let i = 0; i < outputs.length; i++) if (!Number.isFinite(outputs[i])) return i;
  return undefined;
}

/** Whether all outputs that a prediction is made of are numbers. */
export function hasNumbers(term: Headed, outputs: ArrayLike<number>): boolean {
  return badOutput(term, outputs) === undefined;
}

/** Whether all outputs that a classifier is read from are numbers. */
export function hasPrediction({ terms }: Classifier, outputs: Outputs): boolean {
  return terms.every((term) => hasNumbers(term, outputs(term.model)));
}

/** Prediction of a term, without its coefficient. Errors: CfalignError("runtime") for an output that is no number, and ("input") for an output outside [0, 1] with `none` and no scale. */
export function termPrediction(term: Headed, outputs: ArrayLike<number>): number {
  const logit = termLogit(term, outputs);
  if (!Number.isFinite(logit)) {
    const bad = badOutput(term, outputs);
    if (bad !== undefined) throw notFinite(term.model.name, String(term.model.targets[bad]), outputs[bad]);
  }
  if (logit !== undefined) return logit < 0 ? Math.exp(logit) / (1 + Math.exp(logit)) : 1 / (1 + Math.exp(-logit));
  const { model, target } = term;
  const output = outputs[target] as number;
  if (model.scale !== undefined) return (output - model.scale.low) / (model.scale.high - model.scale.low);
  if (output >= 0 && output <= 1) return output;
  throw new CfalignError(
    "input",
    `${model.name}: output "${model.targets[target]}" is ${output}, expected a prediction in [0, 1]: ` +
      `give output.activation "sigmoid" or "softmax", or output.scale {"low": …, "high": …}`,
    { where: model.name },
  );
}

/** Prediction of a classifier on one image, without its logit: rows need no more, and there are many. */
export function predictionOf({ terms }: Classifier, outputs: Outputs): number {
  let prediction = 0;
  for (const term of terms) prediction += term.coefficient * termPrediction(term, outputs(term.model));
  return prediction;
}

/** Prediction of a classifier on one image, and its logit. */
export function read(classifier: Classifier, outputs: Outputs): Reading {
  const logs = classifier.terms.map((term) => {
    const values = outputs(term.model);
    const logit = termLogit(term, values);
    const own = termPrediction(term, values);
    const [up, down] =
      logit === undefined ? [Math.log(own), Math.log1p(-own)] : [logSigmoid(logit), logSigmoid(-logit)];
    const size = Math.log(Math.abs(term.coefficient));
    // A term with a negative coefficient fills its part of the range as it falls.
    return term.coefficient < 0 ? [size + down, size + up] : [size + up, size + down];
  });
  const filled = logSumExp(logs.map(([up]) => up as number));
  const empty = logSumExp(logs.map(([, down]) => down as number));
  return { prediction: predictionOf(classifier, outputs), logit: filled - empty };
}

/** Whether an image is positive: prediction ≥ `threshold`; of a plain softmax class, where it is the arg max (and, above 0.5, this likely). */
export function isPositive(classifier: Classifier, outputs: Outputs, threshold = 0.5): boolean {
  const [term] = classifier.terms;
  const plain = classifier.terms.length === 1 && term?.coefficient === 1;
  if (plain && term.model.activation === "softmax") {
    return (
      isLargest(outputs(term.model), term.target) &&
      (threshold <= 0.5 || read(classifier, outputs).prediction >= threshold)
    );
  }
  return read(classifier, outputs).prediction >= threshold;
}

function isLargest(values: ArrayLike<number>, place: number): boolean {
  for (let i = 0; i < values.length; i++) if (!((values[i] as number) <= (values[place] as number))) return false;
  return true;
}

/** Raw outputs of every model on a batch of images, each model run once. */
export async function outputsOf(models: readonly ClassifierModel[], images: Tensor): Promise<(row: number) => Outputs> {
  const byModel = new Map<ClassifierModel, Tensor>();
  for (const model of models) byModel.set(model, await model.logits(images));
  return (row) => {
    // Views are made once: every classifier of a file asks for the same.
    const views = new Map<ClassifierModel, ArrayLike<number>>();
    return (model) => {
      const held = views.get(model);
      if (held !== undefined) return held;
      const tensor = byModel.get(model);
      if (tensor === undefined) throw new CfalignError("internal", `no outputs of "${model.name}"`);
      const size = sizeOf(tensor.dims.slice(1));
      const view = tensor.data.subarray(row * size, (row + 1) * size);
      views.set(model, view);
      return view;
    };
  };
}

/** The images that a classifier takes: the autoencoder's, which its graph begins with. */
export function imageSizeOf({ name, terms }: Classifier): ImageFrame {
  const [term] = terms;
  if (term === undefined) throw new CfalignError("internal", `classifier "${name}" has no term`);
  return term.model.image;
}

/** What classifiers say of images that have the autoencoder's size, [n, c, h, w] in [0, 1]: per image and classifier the prediction, and its logit within the classifier's range. */
export async function predict(
  images: Tensor,
  classifiers: readonly Classifier[],
): Promise<readonly (readonly { readonly prediction: number; readonly logit: number }[])[]> {
  const outputs = await outputsOf(modelsOf(classifiers), images);
  return Array.from({ length: images.dims[0] ?? 0 }, (_, image) => {
    const own = outputs(image);
    return classifiers.map((classifier) => read(classifier, own));
  });
}
