import { createHash } from "node:crypto";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../../src/base/random.ts";
import type { Tensor } from "../../src/base/tensor.ts";
import { float, GraphBuilder, int } from "../../src/onnx/build.ts";
import type { Graph, ValueInfo } from "../../src/onnx/graph.ts";
import { writeModel } from "../../src/onnx/write.ts";

/** Images of the world: one channel, 2 × 3. */
export const size = { channels: 1, height: 2, width: 3 } as const;
const pixels = size.channels * size.height * size.width;
/** Latents of the world. */
export const latentSize = 4;

export interface LinearClassifier {
  readonly name: string;
  readonly targets: readonly string[];
  readonly activation: "sigmoid" | "softmax" | "none";
  /** [target][pixel] */
  readonly weights: readonly (readonly number[])[];
  readonly biases: readonly number[];
  /** Ends the file in this operator. */
  readonly head?: "Sigmoid" | "Softmax";
  readonly scale?: { readonly low: number; readonly high: number };
  /** All logits are NaN where weights·x + bias is below 0. */
  readonly hole?: { readonly weights: readonly number[]; readonly bias: number };
  /** Takes whole numbers as pixels. */
  readonly pixels?: "uint8" | "int8";
  /** Adds noise to its logits, anew at every call. */
  readonly noise?: number;
}

export interface LinearWorld {
  readonly folder: string;
  /** Path of the workspace file. */
  readonly path: string;
  readonly classifiers: readonly LinearClassifier[];
  /** Decoder: x = 0.5 + Q·z, orthonormal columns; [pixel][latent]. */
  readonly decoder: readonly (readonly number[])[];
  /** Logits of a classifier on D(z), by the formula. */
  logits(classifier: string, latent: readonly number[]): number[];
  /** The image 0.5 + Q·z. */
  image(latent: readonly number[]): Tensor;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

/** Orthonormal columns by Gram–Schmidt: [pixel][latent]. */
function orthonormal(seed: string): number[][] {
  const random = createRandom(seed);
  const columns: number[][] = [];
  while (columns.length < latentSize) {
    let column = Array.from({ length: pixels }, () => random.normal());
    for (const other of columns) {
      const along = dot(column, other);
      column = column.map((value, i) => value - along * (other[i] as number));
    }
    const norm = Math.sqrt(dot(column, column));
    columns.push(column.map((value) => value / norm));
  }
  return Array.from({ length: pixels }, (_, pixel) => columns.map((column) => column[pixel] as number));
}

const imageInfo: ValueInfo = { name: "x", type: "float32", dims: ["n", size.channels, size.height, size.width] };

/** The graph as exported for one batch size. */
function fixed(graph: Graph, batch: number | undefined): Graph {
  const at = (info: ValueInfo): ValueInfo => ({
    ...info,
    dims: info.dims?.map((dim) => (dim === "n" && batch !== undefined ? batch : dim)),
  });
  return { ...graph, inputs: graph.inputs.map(at), outputs: graph.outputs.map(at) };
}

/** Adds noise of a deviation to a value. */
function pushNoise(builder: GraphBuilder, [value, output]: readonly [string, string], deviation: number): void {
  const noise = builder.add("RandomNormalLike", [value], { scale: float(deviation) });
  builder.nodes.push({
    name: "noise",
    op: "Add",
    domain: "",
    inputs: [value, noise],
    outputs: [output],
    attributes: {},
  });
}

function encoderGraph(decoder: readonly (readonly number[])[], noise?: number): Graph {
  const builder = new GraphBuilder("", ["x", "z"]);
  const latent = noise === undefined ? "z" : builder.fresh("latent");
  const flat = builder.add("Flatten", ["x"], { axis: int(1) });
  const centred = builder.add("Sub", [flat, builder.float(0.5)]);
  builder.nodes.push({
    name: "project",
    op: "MatMul",
    domain: "",
    inputs: [centred, builder.float(decoder.flat(), [pixels, latentSize])],
    outputs: [latent],
    attributes: {},
  });
  if (noise !== undefined) pushNoise(builder, [latent, "z"], noise);
  return builder.graph("encoder", [imageInfo], [{ name: "z", type: "float32", dims: ["n", latentSize] }]);
}

function decoderGraph(decoder: readonly (readonly number[])[]): Graph {
  const builder = new GraphBuilder("", ["z", "x"]);
  const transposed = Array.from({ length: latentSize }, (_, l) => decoder.map((row) => row[l] as number));
  const flat = builder.add("MatMul", ["z", builder.float(transposed.flat(), [latentSize, pixels])]);
  const centred = builder.add("Add", [flat, builder.float(0.5)]);
  const shape = builder.int([-1, size.channels, size.height, size.width]);
  builder.nodes.push({
    name: "shape",
    op: "Reshape",
    domain: "",
    inputs: [centred, shape],
    outputs: ["x"],
    attributes: {},
  });
  return builder.graph("decoder", [{ name: "z", type: "float32", dims: ["n", latentSize] }], [imageInfo]);
}

/** logits = W·x + b, with a head where the classifier has one. */
export function classifierGraph({ weights, biases, head, hole, pixels: type, noise }: LinearClassifier): Graph {
  const builder = new GraphBuilder("", ["x", "y"]);
  const given = type === undefined ? "x" : builder.add("Cast", ["x"], { to: int(1) });
  const flat = builder.add("Flatten", [given], { axis: int(1) });
  const matrix = builder.float(weights.flat(), [weights.length, pixels]);
  const bias = builder.float([...biases]);
  const gemm = { transB: int(1) };
  const logits = head === undefined && noise === undefined ? "y" : builder.fresh("logits");
  const whole = hole === undefined ? logits : builder.fresh("whole");
  builder.nodes.push({
    name: "gemm",
    op: "Gemm",
    domain: "",
    inputs: [flat, matrix, bias],
    outputs: [whole],
    attributes: gemm,
  });
  if (hole !== undefined) {
    const column = builder.float([...hole.weights], [pixels, 1]);
    const above = builder.add("Add", [builder.add("MatMul", [flat, column]), builder.float(hole.bias)]);
    const nothing = builder.add("Mul", [builder.add("Sqrt", [above]), builder.float(0)]);
    builder.nodes.push({
      name: "hole",
      op: "Add",
      domain: "",
      inputs: [whole, nothing],
      outputs: [logits],
      attributes: {},
    });
  }
  if (head !== undefined) {
    const attributes = head === "Softmax" ? { axis: int(1) } : {};
    builder.nodes.push({ name: "head", op: head, domain: "", inputs: [logits], outputs: ["y"], attributes });
  }
  if (noise !== undefined) pushNoise(builder, [logits, "y"], noise);
  return builder.graph(
    "classifier",
    [{ ...imageInfo, type: type ?? "float32" }],
    [{ name: "y", type: "float32", dims: ["n", weights.length] }],
  );
}

/** A workspace in a temporary folder whose every figure is known in closed form. */
export async function linearWorld(
  classifiers: readonly LinearClassifier[],
  options: {
    readonly judges?: readonly LinearClassifier[];
    readonly clamp?: boolean;
    /** Batch size that every file is exported with; free when absent. */
    readonly batch?: number;
    /** Noise that the encoder adds, anew at every call. */
    readonly noise?: number;
  } = {},
): Promise<LinearWorld> {
  const folder = await mkdtemp(join(tmpdir(), "cfalign-linear-"));
  const decoder = orthonormal("linear world");
  const write = async (file: string, graph: Graph): Promise<string> => {
    const bytes = writeModel(fixed(graph, options.batch));
    await writeFile(join(folder, file), bytes);
    return createHash("sha256").update(bytes).digest("hex");
  };
  const writeJson = (file: string, value: unknown): Promise<void> =>
    writeFile(join(folder, file), JSON.stringify(value));
  await mkdir(join(folder, "images"));
  const input = { ...size, range: [0, 1] };
  await writeJson("autoencoder.json", {
    kind: "autoencoder",
    name: "linear",
    encoder: { file: "encoder.onnx", sha256: await write("encoder.onnx", encoderGraph(decoder, options.noise)) },
    decoder: { file: "decoder.onnx", sha256: await write("decoder.onnx", decoderGraph(decoder)) },
    input,
    clamp: options.clamp ?? false,
  });
  const all = [...classifiers, ...(options.judges ?? [])];
  for (const classifier of all) {
    const { name, targets, activation, scale } = classifier;
    const file = `${name}.onnx`;
    await writeJson(`${name}.json`, {
      kind: "classifier",
      name,
      file,
      sha256: await write(file, classifierGraph(classifier)),
      input,
      output: { activation, ...(scale === undefined ? {} : { scale }) },
      targets,
    });
  }
  const path = join(folder, "cfalign.json");
  await writeJson("cfalign.json", {
    autoencoder: "autoencoder.json",
    classifiers: classifiers.map(({ name }) => `${name}.json`),
    judges: (options.judges ?? []).map(({ name }) => `${name}.json`),
    images: "images",
  });
  const decoded = (latent: readonly number[]): number[] => decoder.map((row) => 0.5 + dot(row, latent));
  return {
    folder,
    path,
    classifiers: all,
    decoder,
    logits(name, latent) {
      const found = all.find((classifier) => classifier.name === name) as LinearClassifier;
      const image = decoded(latent);
      return found.weights.map((weights, target) => dot(weights, image) + (found.biases[target] as number));
    },
    image: (latent) => ({ data: Float32Array.from(decoded(latent)), dims: [1, 1, size.height, size.width] }),
  };
}

/** Pixel weights whose logit changes by `slope`·z: Q·slope, so that ∂ℓ/∂z = slope exactly (Q is orthonormal). */
export function alongLatent(slope: readonly number[]): number[] {
  return worldDecoder.map((row) => dot(row, slope));
}

/** The decoder of every linear world. */
export const worldDecoder = orthonormal("linear world");
