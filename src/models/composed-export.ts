import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { Model } from "../engine/model.ts";
import { writeWholeModel } from "../engine/model-bytes.ts";
import { GraphBuilder, int } from "../onnx/build.ts";
import { connect } from "../onnx/connect.ts";
import type { Graph } from "../onnx/graph.ts";
import { prefixValues } from "../onnx/rename.ts";
import { outputsValue } from "./classifier-model.ts";
import type { ClassifierManifest } from "./manifest.ts";
import { withBatch } from "./model-file.ts";
import { modelsOf, rangeOf } from "./prediction.ts";
import { type ImageSize, imageValue } from "./preprocessing.ts";
import type { Classifier, ClassifierModel } from "./types.ts";

/** How a classifier is saved as a file of its own. */
export interface ExportOptions {
  /** Folder for `model.onnx` and `model.json`; made when absent. */
  readonly out: string;
  /** Name of the model in its manifest. */
  readonly name: string;
  /** Name of its one target. */
  readonly target: string;
  /** Size of the images that the file takes, in [0, 1]: the autoencoder's. */
  readonly image: ImageSize;
  /** Prediction that is to decide between positive and negative; the middle of the range when absent. */
  readonly threshold?: number;
  /** What the file is to say of itself, by key. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A classifier as it was saved. */
export interface ExportedClassifier {
  /** Path of the ONNX file. */
  readonly file: string;
  /** Path of its manifest. */
  readonly manifest: string;
}

const predictionValue = "prediction";

/**
 * Saves a classifier, such as f + c·g (Eqs. 4, 5), as one ordinary ONNX file that any runtime can run, with its manifest.
 * The file: `image` [n, c, h, w] in [0, 1] → `prediction` [n, 1], every term after its own preprocessing and head, summed
 * and not clamped. The manifest reads it on a scale from 0 to 1 on which 0.5 is the threshold, because a sum can leave
 * [0, 1]. Errors: CfalignError("usage") for terms with different fixed batches.
 */
export async function exportClassifier(classifier: Classifier, options: ExportOptions): Promise<ExportedClassifier> {
  const { out, name, target, image } = options;
  const { files } = platform;
  const paths = { file: files.join(out, "model.onnx"), manifest: files.join(out, "model.json") };
  const model = composedModel(classifier);
  await files.makeDirectory(out);
  await writeWholeModel({ ...model, metadata: options.metadata ?? {} }, paths.file);
  const manifest: ClassifierManifest = {
    kind: "classifier",
    name,
    file: "model.onnx",
    sha256: await platform.sha256(await files.read(paths.file)),
    input: { width: image.width, height: image.height, channels: image.channels, range: [0, 1], resize: "bilinear" },
    output: { activation: "none", scale: scaleAround(classifier, options.threshold) },
    targets: [target],
  };
  await files.write(paths.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
  return paths;
}

/** Outputs that are read as 0 and 1: as close as they may be with every output between them and the threshold in the middle. */
function scaleAround(classifier: Classifier, given: number | undefined): { low: number; high: number } {
  const { low, high } = rangeOf(classifier);
  const threshold = given ?? (low + high) / 2;
  const reach = Math.max(threshold - low, high - threshold);
  return { low: threshold - reach, high: threshold + reach };
}

/** Every model of the classifier on one `image`, its predictions weighed by the coefficients of their terms, and the sum. */
function composedModel(classifier: Classifier): Model {
  const weights = new Map<string, Uint8Array>();
  let graph: Graph | undefined;
  const parts: string[] = [];
  for (const [index, model] of modelsOf([classifier]).entries()) {
    for (const [location, bytes] of model.graph.weights) weights.set(location, bytes);
    const part = weighed(classifier, model, `term${index}/`);
    parts.push(part.outputs[0]?.name as string);
    graph = graph === undefined ? part : joined(graph, part, classifier.name);
  }
  const builder = new GraphBuilder("sum/", [...parts, predictionValue]);
  builder.nodes.push({
    name: "sum/node",
    op: "Sum",
    domain: "",
    inputs: parts,
    outputs: [predictionValue],
    attributes: {},
  });
  const info = (value: string) => ({ name: value, type: "float32" as const, dims: ["n", 1] });
  const sum = builder.graph("sum", parts.map(info), [info(predictionValue)]);
  const wires = Object.fromEntries(parts.map((value) => [value, value]));
  const whole = connect(graph as Graph, sum, wires);
  return { graph: { ...whole, name: classifier.name }, weights };
}

/** One model from `image` to [n, 1]: Σ c·prediction over the classifier's terms of this model. */
function weighed(classifier: Classifier, model: ClassifierModel, prefix: string): Graph {
  const body = prefixValues(model.graph.graph, prefix, [imageValue]);
  const outputs = prefix + outputsValue;
  const builder = new GraphBuilder(`${prefix}head/`, [outputs]);
  const columns = model.targets.map((_, target) =>
    classifier.terms.reduce(
      (sum, term) => sum + (term.model === model && term.target === target ? term.coefficient : 0),
      0,
    ),
  );
  const predictions = builder.add("MatMul", [
    head(builder, model, outputs),
    builder.float(columns, [columns.length, 1]),
  ]);
  const fragment = builder.graph(
    "head",
    [{ name: outputs, type: "float32", dims: ["n", model.targets.length] }],
    [{ name: predictions, type: "float32", dims: ["n", 1] }],
  );
  return connect(body, fragment, { [outputs]: outputs });
}

/** From a model's outputs to its predictions. */
function head(builder: GraphBuilder, { activation, scale }: ClassifierModel, outputs: string): string {
  if (activation === "sigmoid") return builder.add("Sigmoid", [outputs]);
  if (activation === "softmax") return builder.add("Softmax", [outputs], { axis: int(1) });
  if (scale === undefined) return outputs;
  const above = builder.add("Sub", [outputs, builder.float(scale.low)]);
  return builder.add("Div", [above, builder.float(scale.high - scale.low)]);
}

/** Two graphs on the same `image`. */
function joined(first: Graph, second: Graph, name: string): Graph {
  const batches = [first, second].map((graph) => graph.inputs[0]?.dims?.[0]).filter((dim) => typeof dim === "number");
  const [batch, other = batch] = batches;
  if (batch !== other) {
    throw new CfalignError(
      "usage",
      `${name}: expected terms that run at one batch size, got files exported for ${batch} and ${other}: export them with a free batch`,
      { where: name },
    );
  }
  return connect(withBatch(first, batch), second, {}, { keep: first.outputs.map((info) => info.name) });
}
