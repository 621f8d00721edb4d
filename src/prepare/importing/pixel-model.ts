import { platform } from "#platform";
import type { AutoencoderManifest } from "../../models/manifest.ts";
import { dimsOf, type ImageSize, imageValue, preprocessing } from "../../models/preprocessing.ts";
import type { Graph } from "../../onnx/graph.ts";
import { renameValues } from "../../onnx/rename.ts";
import { writeModel } from "../../onnx/write.ts";

/** More pixels a side add numbers to a basis, and hardly a direction in which a few hundred pictures differ. */
const mostSide = 128;

const latentValue = "latent";
const decodedValue = "decoded";

/** Pictures as their own latent. */
export interface PixelModel {
  readonly manifest: string;
  /** Side of the pictures, and of the latent where that is smaller. */
  readonly side: number;
  readonly latentSide: number;
}

/**
 * Writes the autoencoder of a workspace that has none: its latent is the picture itself, at most 128 pixels a side. It is there for
 * `flatten` to put a basis of one's own pictures in front of it, and for edits that are made on pixels. folder: of its files.
 */
export async function writePixelModel(
  folder: string,
  { side, channels }: { readonly side: number; readonly channels: 1 | 3 },
): Promise<PixelModel> {
  const { files } = platform;
  const latentSide = Math.min(side, mostSide);
  const [outer, inner] = [side, latentSide].map((length): ImageSize => ({ channels, height: length, width: length }));
  await files.makeDirectory(folder);
  const write = async (graph: Graph, file: string) => {
    const path = files.join(folder, file);
    await files.write(path, writeModel(graph));
    return { file, sha256: await platform.sha256(await files.read(path)) };
  };
  const decoder = resized(inner as ImageSize, outer as ImageSize, decodedValue);
  const written: AutoencoderManifest = {
    kind: "autoencoder",
    name: `pixels-${side}`,
    encoder: await write(resized(outer as ImageSize, inner as ImageSize, latentValue), "encoder.onnx"),
    decoder: await write(
      renameValues(decoder, (name) => (name === imageValue ? latentValue : name)),
      "decoder.onnx",
    ),
    input: { width: side, height: side, channels, range: [0, 1], resize: "bilinear", fit: "cover" },
    clamp: true,
    pixels: true,
  };
  const manifest = files.join(folder, "model.json");
  await files.write(manifest, `${JSON.stringify(written, null, 2)}\n`);
  return { manifest, side, latentSide };
}

/** A picture at another size. */
function resized(from: ImageSize, to: ImageSize, output: string): Graph {
  const [channels, height, width] = dimsOf(to) as [1 | 3, number, number];
  return preprocessing({ channels, height, width, range: [0, 1], resize: "bilinear" }, from, output);
}
