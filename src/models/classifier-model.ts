import {
  type CompileOptions,
  compileGraph,
  compileVjp,
  type Runner,
  type VjpOptions,
  type VjpRunner,
} from "../engine/compile.ts";
import { compileLinearizer, type Linearizer } from "../engine/linearize.ts";
import { named } from "../engine/named.ts";
import { CfalignError } from "../errors.ts";
import { GraphBuilder } from "../onnx/build.ts";
import type { Graph } from "../onnx/graph.ts";
import type { Tensor } from "../tensor.ts";
import { cutHead } from "./head.ts";
import type { ClassifierManifest } from "./manifest.ts";
import { bare, batchOf, chain, checkDims, openModelFile, withBatch } from "./model-file.ts";
import { modelHash } from "./model-hash.ts";
import { type ImageSize, imageValue, preprocessing } from "./preprocessing.ts";
import type { ClassifierModel } from "./types.ts";

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
  from: ImageSize,
  options: CompileOptions = {},
): Promise<OpenClassifier> {
  const { name, targets, output, input } = manifest;
  const prefix = `classifier:${name}/`;
  const spec = { file: manifest.file, sha256: manifest.sha256, input: input.name, output: output.name };
  const file = await openModelFile(path, spec, prefix);
  checkDims(path, file, [input.channels, input.height, input.width]);
  if (output.scale !== undefined && output.activation !== "none") {
    throw new CfalignError(
      "input",
      `${path}: output.scale: expected only with activation "none", got "${output.activation}"`,
      {
        where: path,
      },
    );
  }
  const body = cutHead(file.model.graph, file.output, output.activation, path);
  const logits = body.outputs[0]?.name as string;
  const pixels = `${prefix}pixels`;
  const fed = chain(bare(preprocessing(input, from, pixels)), { ...file.model, graph: body }, { [file.input]: pixels });
  const shaped = chain(fed, bare(flattening()), { values: logits });
  const graph = { ...shaped, graph: withBatch(shaped.graph, batchOf(file)) };

  let runner: Promise<Runner> | undefined;
  let linearizer: Linearizer | undefined;
  const withGradients = new Map<VjpOptions["rules"], Promise<VjpRunner>>();
  return {
    name,
    targets,
    activation: output.activation,
    ...(output.scale === undefined ? {} : { scale: output.scale }),
    ...(manifest.probeOf === undefined ? {} : { probeOf: manifest.probeOf }),
    hash: await modelHash(manifest, file.hashes),
    graph,
    async logits(images) {
      runner ??= named(path, () => compileGraph(graph, options));
      const outputs = (await (await runner).run({ [imageValue]: images }))[outputsValue] as Tensor;
      checkOutputs(path, manifest, outputs, images.dims[0] ?? 0);
      return outputs;
    },
    async gradients(images, cotangents, rules) {
      let vjp = withGradients.get(rules);
      if (vjp === undefined) {
        const request = { wrt: [imageValue], outputs: [outputsValue] };
        vjp = compileVjp(graph, rules === undefined ? request : { ...request, rules }, options);
        withGradients.set(rules, vjp);
      }
      const result = await (await vjp).run({ [imageValue]: images }, { [outputsValue]: cotangents });
      const outputs = result.outputs[outputsValue] as Tensor;
      checkOutputs(path, manifest, outputs, images.dims[0] ?? 0);
      return { outputs, gradients: result.gradients[imageValue] as Tensor };
    },
    async linearized(images) {
      linearizer ??= compileLinearizer(graph, outputsValue, options);
      const found = await linearizer.at(images);
      checkOutputs(path, manifest, found.output, images.dims[0] ?? 0);
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

/** [n, targets], [n, targets, 1, 1], or [n] for one target → [n, targets]. */
function flattening(): Graph {
  const builder = new GraphBuilder("flatten/", ["values", outputsValue]);
  const shape = builder.int([0, -1]);
  builder.nodes.push({
    name: `${outputsValue}/reshape`,
    op: "Reshape",
    domain: "",
    inputs: ["values", shape],
    outputs: [outputsValue],
    attributes: {},
  });
  return builder.graph(
    "flatten",
    [{ name: "values", type: "float32", dims: undefined }],
    [{ name: outputsValue, type: "float32", dims: ["n", undefined] }],
  );
}

function checkOutputs(path: string, { targets }: ClassifierManifest, outputs: Tensor, images: number): void {
  if (outputs.dims[0] !== images || outputs.dims[1] !== targets.length) {
    throw new CfalignError(
      "input",
      `${path}: targets: expected one name per output of the file (${outputs.data.length / images}), got ${targets.length}`,
      { where: path },
    );
  }
  const bad = outputs.data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new CfalignError(
      "runtime",
      `${path}: output "${targets[bad % targets.length]}" is ${outputs.data[bad]}, expected a finite number: check range, mean and std`,
      { where: path },
    );
  }
}
