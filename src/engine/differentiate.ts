import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { suggestion } from "../base/nearest-names.ts";
import type { Graph } from "../onnx/graph.ts";
import { requireFloat } from "./float-tensor.ts";
import { type GradientMethod, gradientGraph, gradientMethods, scoreOf } from "./gradient-graph.ts";
import { inputDimsOf, refuseUnfitShapes } from "./input-dims.ts";
import { loadModel } from "./load.ts";
import { checkHash, readManifestFiles } from "./manifest-files.ts";
import type { LoadedModel } from "./model.ts";
import { writeWholeModel } from "./model-bytes.ts";
import { named } from "./named.ts";
import { pickValue } from "./pick-value.ts";
import { toldValue, toldValues } from "./told-value.ts";
import { type InputDims, trace } from "./trace.ts";

/** What a file with gradients is made of: by which input, of which output, at which sizes. */
export interface DifferentiateOptions {
  /** Input to differentiate by. Default: the only one. */
  readonly wrt?: string;
  /** Output to differentiate. Default: the only one. */
  readonly output?: string;
  /** Size of a free first dimension. Default 1. */
  readonly batch?: number;
  /** Sizes of other free dimensions, by input. A manifest knows its own. */
  readonly shapes?: InputDims;
  /** `vjp` (default): the gradient of cotangent · output, the cotangent being an input. Else a heatmap of `target`. */
  readonly method?: GradientMethod;
  /** Index along axis 1 of the output, or a name of the manifest's. Default: the only one. */
  readonly target?: number | string;
  /** Largest ONNX file in bytes; beyond, weights go to a data file. Default 1.9e9. */
  readonly maxModelBytes?: number;
}

/** A file with gradients. */
export const gradientFileSchema = z.strictObject({
  path: z.string(),
  /** The file beside it that holds the weights, when they are too large for one file; null without. */
  dataPath: z.string().nullable(),
  /** Bytes of both. */
  bytes: z.number().int(),
  method: z.enum(gradientMethods),
  wrt: z.string(),
  /** Value that was differentiated: the output, or for heatmaps its score before a final sigmoid or softmax. */
  score: z.string(),
  /** Index of the target; null for `vjp`. */
  target: z.number().int().nullable(),
  /** Inputs and outputs of the file: the model's own, then the cotangent, the gradient and the heatmap. */
  inputs: z.array(toldValue).readonly(),
  outputs: z.array(toldValue).readonly(),
});
/** A file with gradients. */
export type GradientFile = Readonly<z.infer<typeof gradientFileSchema>>;

/**
 * Writes an ONNX file that has the outputs of a model and a gradient, for any runtime: standard operators, weights inside.
 * Shapes are fixed. `ct:<output>` is the cotangent, `grad:<input>` the gradient, `heatmap:<input>` its largest magnitude
 * over the channels. source: an ONNX file, its bytes, or the manifest of a classifier.
 * Errors: CfalignError("usage") for a name, target or shape that the model does not have, ("input") for a model that
 * cannot be differentiated, ("runtime") for a disk that refuses. Nothing is left behind.
 */
export async function differentiate(
  source: string | Uint8Array,
  out: string,
  options: DifferentiateOptions = {},
): Promise<GradientFile> {
  const { method = "vjp", batch = 1 } = options;
  const { model, name, image, targets, paths } = await open(source);
  await refuseOverwriting(out, [...paths, ...model.externalFiles]);
  const { graph } = model;
  const input = pickValue("input", graph.inputs, { name: options.wrt, option: "wrt" });
  const wrt = input.name;
  const output = pickValue("output", graph.outputs, { name: options.output, option: "output" });
  requireFloat([input, output]);
  if (method === "vjp" && options.target !== undefined) throw needlessTarget(options.target);
  const target = method === "vjp" ? undefined : targetOf(options.target ?? 0, targets);
  const score = method === "vjp" ? output.name : scoreOf(graph, output.name);
  refuseUnfitShapes(graph.inputs, options.shapes ?? {});
  const dims = inputDimsOf(graph, options.shapes ?? {}, { only: image, batch });
  if (dims === undefined) throw missingShape(graph, options.shapes ?? {});
  const traced = await named(name, () => trace(model, dims));
  const written = gradientGraph(traced, { method, wrt, score, target });
  await platform.files.makeDirectory(platform.files.dirname(out));
  const file = await writeWholeModel({ graph: written, weights: model.weights }, out, options.maxModelBytes);
  return {
    ...{ ...file, dataPath: file.dataPath ?? null },
    ...{ method, wrt, score, target: target ?? null },
    inputs: toldValues(written.inputs),
    outputs: toldValues(written.outputs),
  };
}

interface Opened {
  readonly model: LoadedModel;
  readonly name: string;
  readonly image: readonly number[] | undefined;
  readonly targets: readonly (string | null)[] | undefined;
  readonly paths: readonly string[];
}

async function open(source: string | Uint8Array): Promise<Opened> {
  if (typeof source !== "string" || !source.endsWith(".json")) {
    const [name, paths] = typeof source === "string" ? [source, [source]] : ["model", []];
    return { model: await loadModel(source), name, image: undefined, targets: undefined, paths };
  }
  const { files, image, targets } = await readManifestFiles(source);
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) {
    throw new CfalignError(
      "usage",
      `${source} names ${files.length} files: give one of them (${files.map(({ path }) => path).join(", ")})`,
      { where: source },
    );
  }
  const model = await loadModel(file.path);
  checkHash(source, file, await model.sha256());
  return { model, name: file.path, image, targets, paths: [source, file.path] };
}

async function refuseOverwriting(out: string, inputs: readonly string[]): Promise<void> {
  const { files } = platform;
  for (const written of [out, `${out}.data`]) {
    const real = await files.realPath(written);
    for (const input of inputs) {
      if ((await files.realPath(input)) === real) {
        throw new CfalignError("usage", `"${written}" is a file of the model itself: write to another name`, {
          where: out,
        });
      }
    }
  }
}

function targetOf(target: number | string, names: readonly (string | null)[] | undefined): number {
  const named = names?.indexOf(String(target)) ?? -1;
  if (named >= 0) return named;
  const index = Number(target);
  if (Number.isInteger(index) && index >= 0 && target !== "") return index;
  const known =
    names === undefined
      ? ": expected an index; names need the model's manifest"
      : suggestion(
          String(target),
          names.filter((name) => name !== null),
        );
  throw new CfalignError("usage", `unknown target "${target}"${known}`, { where: "target" });
}

function needlessTarget(target: number | string): CfalignError {
  return new CfalignError(
    "usage",
    `target "${target}": expected with a heatmap only (method input-gradients or guided-backprop), got the method vjp`,
    { where: "target" },
  );
}

function missingShape(graph: Graph, given: InputDims): CfalignError {
  const lacking = graph.inputs.find((info) => inputDimsOf({ ...graph, inputs: [info] }, given) === undefined);
  const dims = lacking?.dims?.map((dim) => dim ?? "?").join(", ") ?? "?";
  return new CfalignError(
    "usage",
    `input "${lacking?.name}" is [${dims}]: give its sizes with "shape", such as ${lacking?.name}=1x3x224x224`,
    { where: "shape" },
  );
}
