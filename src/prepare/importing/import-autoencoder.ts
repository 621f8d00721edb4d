import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import { loadModel } from "../../engine/load.ts";
import type { LoadedModel } from "../../engine/model.ts";
import { writeWholeModel } from "../../engine/model-bytes.ts";
import { openAutoencoder } from "../../models/autoencoder.ts";
import { type AutoencoderManifest, autoencoderManifestSchema, type InputSpec } from "../../models/manifest.ts";
import { GraphBuilder } from "../../onnx/build.ts";
import { connect } from "../../onnx/connect.ts";
import { cutHalves, type WholeAutoencoder } from "./cut-halves.ts";
import type { FieldSource } from "./finding.ts";
import { isQuantised, onlyInput } from "./graph.ts";
import { nameOf } from "./import-classifier.ts";
import { isQuantisedName, quantisedError } from "./pick-file.ts";

/** An encoder and a decoder that lie together. */
export interface Pair {
  readonly encoder: string;
  readonly decoder: string;
  /** Written by diffusers or Optimum: pictures in [−1, 1], the encoder's output maybe mean and variance. */
  readonly diffusers: boolean;
}

/** What is said by hand of an autoencoder. */
export interface AutoencoderGiven extends Framing {
  readonly name?: string;
  readonly size?: { readonly width: number; readonly height: number };
  readonly range?: readonly [number, number];
  readonly clamp?: boolean;
  readonly maxShift?: number;
  /** Of one file with both halves: the value between them. */
  readonly latent?: string;
}

type Framing = { readonly [F in (typeof framing)[number]]?: NonNullable<InputSpec[F]> };
const framing = ["fit", "resizeTo", "fill", "resize", "antialias"] as const;

/** What an autoencoder is read from. */
export type AutoencoderSource = Pair | WholeAutoencoder;

/** The pair of a folder; undefined where there is none. */
export async function pairIn(folder: string): Promise<Pair | undefined> {
  const { files } = platform;
  const all = (await files.list(folder)).filter((path) => path.endsWith(".onnx") && !isQuantisedName(path));
  const at = (encoder: string, decoder: string, diffusers: boolean): Pair => ({
    encoder: files.join(folder, encoder),
    decoder: files.join(folder, decoder),
    diffusers,
  });
  const optimum = ["vae_encoder/model.onnx", "vae_decoder/model.onnx"] as const;
  if (optimum.every((path) => all.includes(path))) return at(...optimum, true);
  const [encoders, decoders] = [/encoder[^/]*\.onnx$/i, /decoder[^/]*\.onnx$/i].map((name) =>
    all.filter((path) => name.test(path)),
  );
  const [encoder, decoder] = [encoders?.[0], decoders?.[0]];
  if (encoder === undefined || decoder === undefined || encoders?.length !== 1 || decoders?.length !== 1)
    return undefined;
  return at(encoder, decoder, false);
}

/**
 * The manifest of an autoencoder, to lie at `path`. One file is cut into its halves, and where an encoder gives mean and variance, the half
 * with the mean is cut out, into files beside the manifest. Encoder and decoder are run once. Errors: CfalignError("input") for an
 * encoder that draws its latent at random, ("usage") where the size is free and none is given.
 */
export async function autoencoderDraft(
  source: AutoencoderSource,
  path: string,
  given: AutoencoderGiven,
): Promise<{ readonly manifest: AutoencoderManifest; readonly findings: readonly FieldSource[] }> {
  const { files } = platform;
  const cut = "model" in source ? await halvesOf(source, files.dirname(files.resolve(path)), given) : undefined;
  const pair: Pair = cut ?? (source as Pair);
  const [encoder, decoder] = [await loadModel(pair.encoder), await loadModel(pair.decoder)];
  for (const [file, model] of [
    [pair.encoder, encoder],
    [pair.decoder, decoder],
  ] as const) {
    if (isQuantised(model)) throw await quantisedError(file);
  }
  refuseSampler(pair.encoder, encoder);
  const { size, from: sizeFrom } = pictureSize(pair.encoder, encoder, given.size);
  const folder = files.dirname(files.resolve(path));
  const file = await withoutVariance(
    { path: pair.encoder, model: encoder },
    { path: pair.decoder, model: decoder },
    files.join(folder, "encoder-mean.onnx"),
  );
  const own = files.basename(files.dirname(files.resolve(pair.diffusers ? files.dirname(pair.encoder) : pair.encoder)));
  const channels = onlyInput(pair.encoder, encoder).dims?.[1] === 1 ? 1 : 3;
  const range = given.range ?? (pair.diffusers ? [-1, 1] : [0, 1]);
  const name = given.name ?? nameOf(own);
  const framed = framing.flatMap((field) => (given[field] === undefined ? [] : [[field, given[field]] as const]));
  const describe = async (full: string) => ({
    file: files.relative(folder, files.resolve(full)),
    sha256: await platform.sha256(await files.read(full)),
  });
  const manifest = autoencoderManifestSchema.parse({
    kind: "autoencoder",
    name,
    encoder: await describe(file.path),
    decoder: await describe(pair.decoder),
    input: { ...size, channels, range, ...Object.fromEntries(framed) },
    clamp: given.clamp,
    maxShift: given.maxShift,
  });
  await tryOut(path, manifest);
  const from = cut === undefined ? "the folder" : `cut out of ${files.basename((source as WholeAutoencoder).path)}`;
  const finding = (field: string, value: unknown, from: string, guessed = false): FieldSource => ({
    field,
    value,
    from,
    guessed,
  });
  return {
    manifest,
    findings: [
      finding("name", name, given.name === undefined ? "the folder" : "given", given.name === undefined),
      ...(cut === undefined ? [] : [finding("latent", cut.latent, cut.from, cut.guessed)]),
      finding("encoder.file", manifest.encoder.file, file.cut ? "the half with the mean, cut out" : from),
      finding("decoder.file", manifest.decoder.file, from),
      finding("input.width", size.width, sizeFrom),
      finding("input.height", size.height, sizeFrom),
      finding("input.channels", channels, "the graph's input"),
      ...framed.map(([field, value]) => finding(`input.${field}`, value, "given")),
      ...(given.clamp === undefined ? [] : [finding("clamp", given.clamp, "given")]),
      ...(given.maxShift === undefined ? [] : [finding("maxShift", given.maxShift, "given")]),
      finding(
        "input.range",
        range,
        given.range !== undefined
          ? "given"
          : pair.diffusers
            ? "diffusers' autoencoders"
            : "tiny autoencoders such as TAESD",
        given.range === undefined,
      ),
    ],
  };
}

/** One file cut in two, as a pair. */
async function halvesOf(
  whole: WholeAutoencoder,
  folder: string,
  { latent, size: wanted }: AutoencoderGiven,
): Promise<Pair & { readonly latent: string; readonly guessed: boolean; readonly from: string }> {
  const { path, model } = whole;
  if (isQuantised(model)) throw await quantisedError(path);
  refuseSampler(path, model);
  const { size } = pictureSize(path, model, wanted);
  const cut = await cutHalves(whole, folder, { latent, size: [size.height, size.width] });
  const from = latent !== undefined ? "given" : cut.guessed ? "the fewest numbers on the way" : "an output of the file";
  return { ...cut, from, diffusers: false };
}

function refuseSampler(path: string, { graph }: LoadedModel): void {
  const node = graph.nodes.find(({ op }) => /^Random(Normal|Uniform)(Like)?$/.test(op));
  if (node === undefined) return;
  throw new CfalignError(
    "input",
    `${path} draws its latent at random (${node.op}, node "${node.name}"): export it again with a current Optimum, whose encoder ends in latent_parameters, or export the mean`,
    { where: path },
  );
}

function pictureSize(
  path: string,
  model: LoadedModel,
  given: AutoencoderGiven["size"],
): { readonly size: { readonly width: number; readonly height: number }; readonly from: string } {
  if (given !== undefined) return { size: given, from: "given" };
  const [, , height, width] = onlyInput(path, model).dims ?? [];
  if (typeof height === "number" && typeof width === "number")
    return { size: { width, height }, from: "the graph's input" };
  throw new CfalignError(
    "usage",
    (named) => `${path} takes pictures of any size: give ${named("size")}, such as 64x64; smaller is faster`,
    { where: "size" },
  );
}

/** A model and the file it was read from. */
interface ModelFile {
  readonly path: string;
  readonly model: LoadedModel;
}

/** The encoder, or a file with the first half of its channels where it has twice as many as the decoder takes. */
async function withoutVariance(
  { path, model: encoder }: ModelFile,
  decoder: ModelFile,
  to: string,
): Promise<{ readonly path: string; readonly cut: boolean }> {
  const output = encoder.graph.outputs[0];
  const [given, taken] = [output?.dims?.[1], onlyInput(decoder.path, decoder.model).dims?.[1]];
  const isPair = typeof given === "number" && typeof taken === "number" && given === 2 * taken;
  if (output === undefined || (!isPair && output.name !== "latent_parameters")) return { path, cut: false };
  if (typeof taken !== "number") {
    throw new CfalignError(
      "input",
      `${decoder.path}: expected a stated number of latent channels, got a free one: export it with fixed channels`,
      {
        where: decoder.path,
      },
    );
  }
  const builder = new GraphBuilder("mean/", ["parameters"]);
  const mean = builder.add("Slice", ["parameters", builder.int([0]), builder.int([taken]), builder.int([1])]);
  const half = builder.graph(
    "mean",
    [{ name: "parameters", type: "float32", dims: output.dims }],
    [{ name: mean, type: "float32", dims: output.dims?.map((dim, axis) => (axis === 1 ? taken : dim)) }],
  );
  const graph = connect(encoder.graph, half, { parameters: output.name });
  await writeWholeModel({ graph, weights: encoder.weights }, to);
  return { path: to, cut: true };
}

/** Encodes and decodes a grey picture, as the manifest says. */
async function tryOut(path: string, manifest: AutoencoderManifest): Promise<void> {
  const model = await openAutoencoder(path, manifest);
  try {
    const length = model.latentDims.reduce((product, dim) => product * dim, 1);
    await model.decode({ data: new Float32Array(length), dims: [1, ...model.latentDims] });
  } finally {
    await model.dispose();
  }
}
