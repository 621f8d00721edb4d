import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import { writeWholeModel } from "../../engine/model-bytes.ts";
import type { AutoencoderManifest } from "../../models/manifest.ts";
import { bare, batchOf, chain, openModelFile, withBatch } from "../../models/model-file.ts";
import { inputDims } from "../../models/preprocessing.ts";
import { floatConstant, GraphBuilder, int } from "../../onnx/build.ts";
import type { Graph, ValueInfo } from "../../onnx/graph.ts";
import { renameValues } from "../../onnx/rename.ts";
import type { PrincipalBasis } from "./principal-basis.ts";

const code = "code";
const inner = "latent";

/**
 * How far a counterfactual may go in a whitened latent, in median distances between images. Every component counts alike there, so
 * that images are far from each other along many directions that no classifier reads, and a way along few is short: on photographs
 * 0.4, right for a trained latent, stops before predictions fall.
 */
const flattenedMaxShift = 1;

/** Where a flattened autoencoder goes, and what its manifest says besides its files. */
export interface FlattenedFiles {
  /** Folder for `encoder.onnx`, `decoder.onnx` and `model.json`. */
  readonly out: string;
  readonly name: string;
  readonly flattened: NonNullable<AutoencoderManifest["flattened"]>;
}

/**
 * Writes the autoencoder with a whitened basis in front of its latent, as two plain ONNX files and a manifest:
 * E′(x) = (flat(E(x)) − μ)·Vᵀ / s and D′(c) = D(μ + (c·s)·V). path: the manifest of the autoencoder itself. latentDims: of
 * one of its latents. Returns the path of the new manifest.
 */
export async function writeFlattened(
  {
    path,
    manifest,
    latentDims,
  }: { readonly path: string; readonly manifest: AutoencoderManifest; readonly latentDims: readonly number[] },
  basis: PrincipalBasis,
  { out, name, flattened }: FlattenedFiles,
): Promise<string> {
  const { files } = platform;
  const { input } = manifest;
  const encoder = await openModelFile(path, { ...manifest.encoder, input: input.name }, "encoder/");
  const decoder = await openModelFile(path, manifest.decoder, "decoder/");
  if (batchOf(encoder) !== undefined || batchOf(decoder) !== undefined) {
    throw new CfalignError("input", `${path}: expected files with a free batch, got a fixed one: export them again`, {
      where: path,
    });
  }
  const image = {
    name: encoder.input,
    type: "float32",
    dims: ["n", ...inputDims(input)],
  } as const;
  const encoding = chain(
    { ...encoder.model, graph: { ...encoder.model.graph, inputs: [image] } },
    bare(coding(basis)),
    { [inner]: encoder.output },
  );
  const decoding = chain(bare(decodingFrom(basis, latentDims)), decoder.model, { [decoder.input]: inner });
  await files.makeDirectory(out);
  const write = async (graph: Graph, weights: ReadonlyMap<string, Uint8Array>, file: string) => {
    const target = files.join(out, file);
    await writeWholeModel({ graph: withBatch(graph, undefined), weights }, target);
    return { file, sha256: await platform.sha256(await files.read(target)) };
  };
  const { name: _, ...spec } = input;
  const written: AutoencoderManifest = {
    kind: "autoencoder",
    name,
    encoder: await write(called(encoding.graph, encoder.input, "image"), encoding.weights, "encoder.onnx"),
    decoder: await write(called(decoding.graph, decoder.output, "decoded"), decoding.weights, "decoder.onnx"),
    input: spec,
    clamp: manifest.clamp,
    maxShift: flattenedMaxShift,
    ...(manifest.pixels === undefined ? {} : { pixels: manifest.pixels }),
    flattened,
  };
  const target = files.join(out, "model.json");
  await files.write(target, `${JSON.stringify(written, null, 2)}\n`);
  return target;
}

/** From a latent [n, …] to its code [n, components]. */
function coding({ mean, vectors, deviations }: PrincipalBasis): Graph {
  const [components, size] = vectors.dims as [number, number];
  const builder = new GraphBuilder("code/", [inner, code]);
  const flat = builder.add("Flatten", [inner], { axis: int(1) });
  const centred = builder.add("Sub", [flat, builder.constant(floatConstant(mean))]);
  const weights = new Float32Array(size * components);
  for (let k = 0; k < components; k++) {
    for (let i = 0; i < size; i++) {
      weights[i * components + k] = (vectors.data[k * size + i] as number) / (deviations[k] as number);
    }
  }
  builder.nodes.push(node("MatMul", [centred, builder.constant(floatConstant(weights, [size, components]))], code));
  return builder.graph("code", [value(inner, undefined)], [value(code, ["n", components])]);
}

/** From a code [n, components] to a latent [n, ...latentDims]. */
function decodingFrom({ mean, vectors, deviations }: PrincipalBasis, latentDims: readonly number[]): Graph {
  const [components, size] = vectors.dims as [number, number];
  const builder = new GraphBuilder("basis/", [inner, code]);
  const weights = vectors.data.map((entry, i) => entry * (deviations[Math.floor(i / size)] as number));
  const moved = builder.add("MatMul", [code, builder.constant(floatConstant(weights, [components, size]))]);
  const flat = builder.add("Add", [moved, builder.constant(floatConstant(mean))]);
  builder.nodes.push(node("Reshape", [flat, builder.int([-1, ...latentDims])], inner));
  return builder.graph("basis", [value(code, ["n", components])], [value(inner, ["n", ...latentDims])]);
}

function node(op: string, inputs: readonly string[], output: string): Graph["nodes"][number] {
  return { name: `${output}/node`, op, domain: "", inputs, outputs: [output], attributes: {} };
}

function value(name: string, dims: ValueInfo["dims"]): ValueInfo {
  return { name, type: "float32", dims };
}

/** The graph with one value under a name of its own. */
function called(graph: Graph, from: string, to: string): Graph {
  return renameValues(graph, (name) => (name === from ? to : name));
}
