import { CfalignError } from "../base/errors.ts";
import { sizeOf, type Tensor } from "../base/tensor.ts";
import { type CompileOptions, compileGraph, compileVjp, type Runner, type VjpRunner } from "../engine/compile.ts";
import { compileLinearizer } from "../engine/linearize.ts";
import { named } from "../engine/named.ts";
import { outputsValue } from "./classifier-model.ts";
import { latentDifferences } from "./latent-differences.ts";
import type { AutoencoderManifest } from "./manifest.ts";
import {
  bare,
  batchOf,
  chain,
  checkDims,
  checkPixels,
  type ModelFile,
  openModelFile,
  withBatch,
} from "./model-file.ts";
import { modelHash } from "./model-hash.ts";
import { type ModelOptions, placedAt } from "./model-options.ts";
import { dimsOf, imageValue, postprocessing, preprocessing } from "./preprocessing.ts";
import type { Autoencoder, ClassifierModel, ImageFrame } from "./types.ts";

/** An autoencoder that holds sessions: encoder, decoder, and one with gradients per classifier model. */
export interface OpenAutoencoder extends Autoencoder {
  dispose(): Promise<void>;
}

/**
 * Opens the files of an autoencoder manifest and encodes one picture, which tells the shape of a latent.
 * path: the manifest's. Errors: CfalignError("input") that names the manifest and the field.
 */
export async function openAutoencoder(
  path: string,
  manifest: AutoencoderManifest,
  { placements, ...compile }: ModelOptions = {},
): Promise<OpenAutoencoder> {
  const { maxShift, ...described } = manifest;
  const { input, name } = described;
  const placed = (part: string, other?: string): CompileOptions =>
    placedAt(compile, placements?.of(other === undefined ? [name] : [name, other], part));
  const image = frameOf(manifest);
  const encoder = await openModelFile(path, { ...manifest.encoder, input: input.name }, "encoder/");
  const decoder = await openModelFile(path, manifest.decoder, "decoder/");
  checkDims(path, encoder, input);
  checkPixels(path, encoder, input);

  const pixels = "encoder/pixels";
  const encoding = chain(bare(preprocessing(input, image, pixels)), encoder.model, { [encoder.input]: pixels });
  const decoding = chain(decoder.model, bare(postprocessing(input, manifest.clamp)), { decoded: decoder.output });
  const encoderRunner = await named(path, () =>
    compileGraph({ ...encoding, graph: withBatch(encoding.graph, batchOf(encoder)) }, placed("encoder")),
  );
  const encode = async (images: Tensor): Promise<Tensor> =>
    (await encoderRunner.run({ [imageValue]: images }, [encoder.output]))[encoder.output] as Tensor;
  const probe = await encode({
    // Not of one colour: a device is held against the CPU by it.
    data: Float32Array.from({ length: sizeOf(dimsOf(image)) }, (_, i) => (i % 17) / 16),
    dims: [1, ...dimsOf(image)],
  });
  const latentDims = probe.dims.slice(1);
  requireLatent(path, decoder, latentDims);

  let decoderRunner: Promise<Runner> | undefined;
  const linearizer = compileLinearizer(
    { ...decoding, graph: withBatch(decoding.graph, batchOf(decoder)) },
    imageValue,
    placed("decoder's gradient"),
  );
  const compiled = compiledGradients(decoding, decoder, (model) => placed("gradient", model.name));
  const decode: Autoencoder["decode"] = async (latents) => {
    decoderRunner ??= named(path, () => compileGraph(decoding, placed("decoder")));
    const images = (await (await decoderRunner).run({ [decoder.input]: latents }))[imageValue] as Tensor;
    requireFrame(path, image, images);
    return images;
  };
  const decodeWithGradients: Autoencoder["decodeWithGradients"] = async (model, latents, cotangents) => {
    if (model.byDifferences) {
      return latentDifferences({ autoencoder: { name, latentDims, decode }, model }, latents, cotangents);
    }
    const result = await (await compiled.of(model)).run({ [decoder.input]: latents }, { [outputsValue]: cotangents });
    return {
      images: result.outputs[imageValue] as Tensor,
      outputs: result.outputs[outputsValue] as Tensor,
      gradients: result.gradients[decoder.input] as Tensor,
    };
  };

  return {
    name,
    ...(maxShift === undefined ? {} : { maxShift }),
    hash: await modelHash(described, [...encoder.hashes, ...decoder.hashes]),
    image,
    latentDims,
    encode,
    decode,
    async gradients(model, latents, cotangents) {
      const { outputs, gradients } = await decodeWithGradients(model, latents, cotangents);
      return { outputs, gradients };
    },
    decodeWithGradients,
    linearized: (latents) => linearizer.at(latents),
    batch: linearizer.batch,
    async dispose() {
      await linearizer.dispose();
      await encoderRunner.dispose();
      await (await decoderRunner?.catch(() => undefined))?.dispose();
      await compiled.dispose();
    },
  };
}

/** A decoder with its gradients through each classifier, compiled when the first is asked for. */
function compiledGradients(
  decoding: ReturnType<typeof chain>,
  decoder: ModelFile,
  placed: (model: ClassifierModel) => CompileOptions,
): { of(model: ClassifierModel): Promise<VjpRunner>; dispose(): Promise<void> } {
  const runners = new Map<ClassifierModel, Promise<VjpRunner>>();
  const compile = (model: ClassifierModel): Promise<VjpRunner> => {
    const joined = chain(decoding, model.graph, { [imageValue]: imageValue });
    const own = model.graph.graph.inputs[0]?.dims?.[0];
    const batch = typeof own === "number" ? own : batchOf(decoder);
    return compileVjp(
      { ...joined, graph: withBatch(joined.graph, batch) },
      { wrt: [decoder.input], outputs: [outputsValue], also: [imageValue] },
      placed(model),
    );
  };
  return {
    of(model) {
      const runner = runners.get(model) ?? compile(model);
      runners.set(model, runner);
      return runner;
    },
    async dispose() {
      for (const runner of runners.values()) await (await runner.catch(() => undefined))?.dispose();
    },
  };
}

/** The pictures that an autoencoder takes. */
export function frameOf({ input }: AutoencoderManifest): ImageFrame {
  return { channels: input.channels, height: input.height, width: input.width, framing: input };
}

/** Compares the pictures that the decoder gives with those that the manifest says. */
function requireFrame(path: string, image: ImageFrame, { dims: [, ...dims] }: Tensor): void {
  if (dims.join() === dimsOf(image).join()) return;
  throw new CfalignError(
    "input",
    `${path}: input: expected channels × height × width as the decoder gives them (${dims.join(" × ")}), got ${dimsOf(image).join(" × ")}`,
    { where: path },
  );
}

/** Compares the sizes that the decoder states for its input with what the encoder gives. latentDims: without the batch. */
function requireLatent(path: string, { model, input, path: file }: ModelFile, latentDims: readonly number[]): void {
  const stated = model.graph.inputs.find(({ name }) => name === input)?.dims;
  if (stated === undefined) return;
  const [, ...dims] = stated;
  if (dims.length === latentDims.length && dims.every((dim, i) => typeof dim !== "number" || dim === latentDims[i]))
    return;
  throw new CfalignError(
    "input",
    `${path}: decoder: expected a file for latents of ${latentDims.join(" × ")} as the encoder gives them, got ${file} for [${stated.map((dim) => dim ?? "?").join(", ")}]: they are no pair, or were exported for different sizes`,
    { where: path },
  );
}
