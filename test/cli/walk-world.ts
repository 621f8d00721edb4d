import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { platform } from "#platform";
import { createRandom } from "../../src/base/random.ts";
import { GraphBuilder, int, ints } from "../../src/onnx/build.ts";
import type { Graph } from "../../src/onnx/graph.ts";
import { writeModel } from "../../src/onnx/write.ts";

/** Side of the pictures, of the squares that they are made of, and squares along a side. */
const side = 32;
const block = 4;
const squares = side / block;

/** What a picture of this world can have, and in which of its squares: a patch in the middle, a bar at the bottom. */
const features = {
  patch: [27, 28, 35, 36],
  bar: [56, 57, 58, 59, 60, 61, 62, 63],
} as const;

const info = (name: string, dims: readonly (number | string)[]) => ({ name, type: "float32" as const, dims });

/** How a world differs from one that works. */
export interface WalkWorldOptions {
  /** Channels that the decoder takes, 3. */
  readonly decoderChannels?: number;
  /** What the encoder's numbers are multiplied by, 1. */
  readonly encoderFactor?: number;
  /** What the classifier's logits are multiplied by, 1. */
  readonly logitFactor?: number;
  /** What is added to the second logit, 0. */
  readonly logitBias?: number;
  /** Ends the classifier in an operator without a gradient rule. */
  readonly undifferentiable?: boolean;
  readonly pictures?: number;
}

/**
 * Writes what a user arrives with below a folder: `my-model` as transformers and Optimum leave it, `taesd` (encoder and decoder,
 * the latent a map, any size), and `photos` with labels of two features. The classifier is said to be about the patch and
 * reads the bar too, so that lowering it takes away both.
 */
export async function walkWorld(folder: string, options: WalkWorldOptions = {}): Promise<void> {
  const write = (name: string, content: Uint8Array | string): void => {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  write("my-model/onnx/model.onnx", writeModel(classifier(options)));
  write("my-model/config.json", JSON.stringify({ id2label: { 0: "plain", 1: "patch" }, model_type: "vit" }));
  write(
    "my-model/preprocessor_config.json",
    JSON.stringify({
      image_processor_type: "ViTImageProcessor",
      do_resize: true,
      size: { height: side, width: side },
      resample: 2,
      do_rescale: true,
      rescale_factor: 1 / 255,
      do_normalize: true,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
    }),
  );
  const { encoder, decoder } = autoencoder(options);
  write("taesd/encoder.onnx", writeModel(encoder));
  write("taesd/decoder.onnx", writeModel(decoder));
  const random = createRandom("walk");
  const rows = ["file_name,patch,bar"];
  for (let i = 0; i < (options.pictures ?? 240); i++) {
    // Every square has some noise, features come and go independently.
    const levels = Array.from({ length: squares * squares }, () => 0.3 + 0.03 * random.normal());
    const has = { patch: random.uniform() < 0.5, bar: random.uniform() < 0.5 };
    for (const name of ["patch", "bar"] as const) {
      const strength = has[name] ? 0.4 + 0.05 * random.normal() : 0;
      for (const at of features[name]) levels[at] = (levels[at] as number) + strength;
    }
    const name = `photo-${String(i).padStart(3, "0")}.png`;
    const pixels = { data: drawn(levels), width: side, height: side, channels: 3 } as const;
    write(`photos/${name}`, await platform.encodeImage(pixels, "png"));
    rows.push(`${name},${has.patch ? 1 : 0},${has.bar ? 1 : 0}`);
  }
  write("photos/metadata.csv", `${rows.join("\n")}\n`);
}

function drawn(levels: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: 3 * side * side }, (_, i) => {
    const pixel = Math.floor(i / 3);
    const [x, y] = [pixel % side, Math.floor(pixel / side)];
    const level = levels[squares * Math.floor(y / block) + Math.floor(x / block)] as number;
    return Math.round(255 * Math.min(1, Math.max(0, level)));
  });
}

/** Two logits; the second rises with the mean of the patch's squares and with that of the bar's. */
function classifier({ logitFactor = 1, logitBias = 0, undifferentiable = false }: WalkWorldOptions): Graph {
  const b = new GraphBuilder("", ["pixel_values"]);
  const pooled = b.add("AveragePool", ["pixel_values"], {
    kernel_shape: ints([block, block]),
    strides: ints([block, block]),
  });
  const flat = b.add("Flatten", [pooled], { axis: int(1) });
  const plane = squares * squares;
  // Pixels come as (x − 0.5) / 0.5: 0.3 is −0.4, and a feature adds 0.8. Neither gives −4, the bar −0.8, the patch 0.8, both 4.
  const weights = new Array<number>(3 * plane * 2).fill(0);
  for (const [name, weight] of [
    ["patch", 6],
    ["bar", 4],
  ] as const) {
    for (const square of features[name]) {
      for (let channel = 0; channel < 3; channel++)
        weights[2 * (channel * plane + square) + 1] = (logitFactor * weight) / (3 * features[name].length);
    }
  }
  const product = b.add("MatMul", [flat, b.float(weights, [3 * plane, 2])]);
  const logits = b.add("Add", [product, b.float([0, logitBias])]);
  const y = undifferentiable ? b.add("Unique", [logits], { axis: int(0) }) : logits;
  return b.graph(
    "classifier",
    [info("pixel_values", ["n", 3, side, side])],
    [info(y, undifferentiable ? ["m", 2] : ["n", 2])],
  );
}

/** The mean of every square, and back. */
function autoencoder({ decoderChannels = 3, encoderFactor = 1 }: WalkWorldOptions): {
  readonly encoder: Graph;
  readonly decoder: Graph;
} {
  const b = new GraphBuilder("", ["input"]);
  const pooled = b.add("AveragePool", ["input"], { kernel_shape: ints([block, block]), strides: ints([block, block]) });
  const z = b.add("Mul", [pooled, b.float([encoderFactor])]);
  const d = new GraphBuilder("", ["latent"]);
  const weights = Array.from({ length: 3 * decoderChannels }, (_, i) =>
    Math.floor(i / decoderChannels) === i % decoderChannels ? 1 : 0,
  );
  const mixed = d.add("Conv", ["latent", d.float(weights, [3, decoderChannels, 1, 1])]);
  const image = d.add("Resize", [mixed, "", d.float([1, 1, block, block])], {
    mode: { kind: "string", value: "nearest" },
  });
  return {
    encoder: b.graph("encoder", [info("input", ["n", 3, "height", "width"])], [info(z, ["n", 3, "h", "w"])]),
    decoder: d.graph(
      "decoder",
      [info("latent", ["n", decoderChannels, "h", "w"])],
      [info(image, ["n", 3, "height", "width"])],
    ),
  };
}
