import { CfalignError } from "../base/errors.ts";
import type { Tensor } from "../base/tensor.ts";
import {
  type CompileOptions,
  compileGraph,
  compileVjp,
  type Runner,
  type VjpOptions,
  type VjpRunner,
} from "../engine/compile.ts";
import { compileLinearizer, type Linearizer } from "../engine/linearize.ts";
import type { Model } from "../engine/model.ts";
import { named } from "../engine/named.ts";
import { targetNames } from "../engine/target-names.ts";
import { GraphBuilder, int } from "../onnx/build.ts";
import type { Graph } from "../onnx/graph.ts";
import { cutHead } from "./head.ts";
import type { ClassifierManifest } from "./manifest.ts";
import { bare, batchOf, chain, checkDims, checkPixels, openModelFile, withBatch } from "./model-file.ts";
import { modelHash } from "./model-hash.ts";
import { type ModelOptions, placedAt } from "./model-options.ts";
import { imageValue, preprocessing } from "./preprocessing.ts";
import type { ClassifierModel, ImageFrame } from "./types.ts";

/** Output of every classifier graph: [n, targets], before the head. */
export const outputsValue = "outputs";

/** A classifier file that holds a session once it was asked. */
export interface OpenClassifier extends ClassifierModel {
  dispose(): Promise<void>;
}

/**
 * Opens the file of a classifier manifest for images of a size. path: the manifest's.
 * Errors: CfalignError("input") that names the manifest and the field.
 */
export async function openClassifier(
  path: string,
  manifest: ClassifierManifest,
  from: ImageFrame,
  { placements, ...compile }: ModelOptions = {},
): Promise<OpenClassifier> {
  const { name, output, input } = manifest;
  const placed = (part: string): CompileOptions => placedAt(compile, placements?.of([name], part));
  const outputs = targetNames(manifest.targets);
  const columns = outputs.flatMap((target, column) => (target === null ? [] : [column]));
  const targets = outputs.filter((target) => target !== null);
  const prefix = `classifier:${name}/`;
  const spec = { file: manifest.file, sha256: manifest.sha256, input: input.name, output: output.name };
  const file = await openModelFile(path, spec, prefix);
  checkDims(path, file, input);
  checkPixels(path, file, input);
  requireScale(path, output);
  const body = cutHead(file.model.graph, file.output, output.activation, path);
  const logits = body.outputs[0]?.name as string;
  const pixels = `${prefix}pixels`;
  const fed = chain(bare(preprocessing(input, from, pixels)), { ...file.model, graph: body }, { [file.input]: pixels });
  const ending = (kept?: readonly number[]): Model => {
    const shaped = chain(fed, bare(flattening(kept)), { values: logits });
    return { ...shaped, graph: withBatch(shaped.graph, batchOf(file)) };
  };
  const all = ending();
  const graph = columns.length === outputs.length ? all : ending(columns);

  let runner: Promise<Runner> | undefined;
  let linearizer: Linearizer | undefined;
  const withGradients = new Map<VjpOptions["rules"], Promise<VjpRunner>>();
  return {
    name,
    targets,
    activation: output.activation,
    image: from,
    ...(output.scale === undefined ? {} : { scale: output.scale }),
    ...(manifest.probeOf === undefined ? {} : { probeOf: manifest.probeOf }),
    ...(manifest.gradient === "differences" ? { byDifferences: true } : {}),
    ...(manifest.unchecked === undefined ? {} : { unchecked: manifest.unchecked }),
    hash: await modelHash(manifest, file.hashes),
    graph,
    async logits(images) {
      // All outputs of the file, because only their number tells whether the manifest has a name for each.
      runner ??= named(path, () => compileGraph(all, placed("prediction")));
      const values = (await (await runner).run({ [imageValue]: images }))[outputsValue] as Tensor;
      requireCount(path, outputs.length, values, images.dims[0] ?? 0);
      return columns.length === outputs.length ? values : selected(values, columns);
    },
    async gradients(images, cotangents, rules) {
      let vjp = withGradients.get(rules);
      if (vjp === undefined) {
        const request = { wrt: [imageValue], outputs: [outputsValue] };
        vjp = compileVjp(graph, rules === undefined ? request : { ...request, rules }, placed("gradient"));
        withGradients.set(rules, vjp);
      }
      const result = await (await vjp).run({ [imageValue]: images }, { [outputsValue]: cotangents });
      const values = result.outputs[outputsValue] as Tensor;
      requireCount(path, targets.length, values, images.dims[0] ?? 0);
      return { outputs: values, gradients: result.gradients[imageValue] as Tensor };
    },
    async linearized(images) {
      linearizer ??= compileLinearizer(graph, outputsValue, placed("gradient"));
      const found = await linearizer.at(images);
      requireCount(path, targets.length, found.output, images.dims[0] ?? 0);
      return found;
    },
    async dispose() {
      await linearizer?.dispose();
      for (const opened of [runner, ...withGradients.values()]) {
        await (await opened?.catch(() => undefined))?.dispose();
      }
    },
  };
}

/** [n, targets], [n, targets, 1, 1], or [n] for one target → [n, targets]; only the columns that are kept, if told. */
function flattening(kept?: readonly number[]): Graph {
  const builder = new GraphBuilder("flatten/", ["values", outputsValue]);
  const flat = kept === undefined ? outputsValue : builder.fresh("flat");
  const shape = builder.int([0, -1]);
  builder.nodes.push({
    name: `${outputsValue}/reshape`,
    op: "Reshape",
    domain: "",
    inputs: ["values", shape],
    outputs: [flat],
    attributes: {},
  });
  if (kept !== undefined) {
    builder.nodes.push({
      name: `${outputsValue}/kept`,
      op: "Gather",
      domain: "",
      inputs: [flat, builder.int(kept)],
      outputs: [outputsValue],
      attributes: { axis: int(1) },
    });
  }
  return builder.graph(
    "flatten",
    [{ name: "values", type: "float32", dims: undefined }],
    [{ name: outputsValue, type: "float32", dims: ["n", undefined] }],
  );
}

/** Some columns of [n, m]. */
function selected({ data, dims: [rows = 0, width = 0] }: Tensor, columns: readonly number[]): Tensor {
  const at = (i: number): number =>
    data[Math.floor(i / columns.length) * width + (columns[i % columns.length] as number)] as number;
  const kept = Float32Array.from({ length: rows * columns.length }, (_, i) => at(i));
  return { data: kept, dims: [rows, columns.length] };
}

function requireScale(path: string, { scale, activation }: ClassifierManifest["output"]): void {
  if (scale === undefined || activation === "none") return;
  throw new CfalignError("input", `${path}: output.scale: expected only with activation "none", got "${activation}"`, {
    where: path,
  });
}

function requireCount(path: string, expected: number, { data, dims }: Tensor, images: number): void {
  if (dims[0] === images && dims[1] === expected) return;
  throw new CfalignError(
    "input",
    `${path}: targets: expected one name per output of the file (${data.length / images}), got ${expected}`,
    { where: path },
  );
}
