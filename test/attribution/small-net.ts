import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../../src/base/random.ts";
import { type OpenClassifier, openClassifier } from "../../src/models/classifier-model.ts";
import { classifierManifestSchema } from "../../src/models/manifest.ts";
import { GraphBuilder, int, ints } from "../../src/onnx/build.ts";
import { writeModel } from "../../src/onnx/write.ts";

/** Images of the network: three channels, 3 × 4. */
export const size = { channels: 3, height: 3, width: 4 } as const;
const { channels, height, width } = size;
const plane = height * width;
const hidden = 5;
export const pixels = channels * plane;

export type Kind = "relu" | "silu";
/** [out][in][3 × 3] */
type Kernel = readonly (readonly (readonly number[])[])[];

const random = createRandom("small net");
const kernel = (out: number, into: number): Kernel =>
  Array.from({ length: out }, () =>
    Array.from({ length: into }, () => Array.from({ length: 9 }, () => 0.4 * random.normal())),
  );
const first = kernel(hidden, channels);
const second = kernel(hidden, hidden);
const head = Array.from({ length: 3 }, () => Array.from({ length: hidden }, () => 2 * random.normal()));

/** An image with values in [0, 1]. */
export function drawImage(): number[] {
  return Array.from({ length: pixels }, () => random.uniform());
}

/** Conv → φ → Conv → φ → mean over space → three logits, as a classifier file. */
export async function smallNet(kind: Kind, activation: "sigmoid" | "softmax" = "sigmoid"): Promise<OpenClassifier> {
  const b = new GraphBuilder("", ["x", "y"]);
  const bend = (x: string): string => (kind === "relu" ? b.add("Relu", [x]) : b.add("Mul", [x, b.add("Sigmoid", [x])]));
  const conv = (x: string, weights: Kernel): string =>
    b.add("Conv", [x, b.float(weights.flat(2), [weights.length, weights[0]?.length ?? 0, 3, 3])], {
      pads: ints([1, 1, 1, 1]),
    });
  const features = bend(conv(bend(conv("x", first)), second));
  const pooled = b.add("Flatten", [b.add("GlobalAveragePool", [features])], { axis: int(1) });
  const y = b.add("Gemm", [pooled, b.float(head.flat(), [head.length, hidden])], { transB: int(1) });
  const graph = b.graph(
    kind,
    [{ name: "x", type: "float32", dims: ["n", channels, height, width] }],
    [{ name: y, type: "float32", dims: ["n", head.length] }],
  );
  const folder = await mkdtemp(join(tmpdir(), "cfalign-net-"));
  await writeFile(join(folder, "net.onnx"), writeModel(graph));
  const manifest = classifierManifestSchema.parse({
    kind: "classifier",
    name: `${kind}-${activation}`,
    file: "net.onnx",
    input: { ...size, range: [0, 1] },
    output: { activation },
    targets: ["a", "b", "c"],
  });
  return openClassifier(join(folder, "model.json"), manifest, size, { threads: 1 });
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const phi = (kind: Kind, x: number): number => (kind === "relu" ? Math.max(0, x) : x * sigmoid(x));
const slope = (kind: Kind, x: number): number =>
  kind === "relu" ? (x > 0 ? 1 : 0) : sigmoid(x) * (1 + x * (1 - sigmoid(x)));

/** One product of a convolution: places in the input and in the output, and the weight between them. */
interface Product {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

function products(weights: Kernel): readonly Product[] {
  const all: Product[] = [];
  for (const [out, inputs] of weights.entries()) {
    for (const [into, window] of inputs.entries()) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          for (let k = 0; k < 9; k++) {
            const [v, u] = [y + Math.floor(k / 3) - 1, x + (k % 3) - 1];
            if (v < 0 || v >= height || u < 0 || u >= width) continue;
            all.push({
              from: into * plane + v * width + u,
              to: out * plane + y * width + x,
              weight: window[k] as number,
            });
          }
        }
      }
    }
  }
  return all;
}
const [firstProducts, secondProducts] = [products(first), products(second)];

function convolved(x: readonly number[], list: readonly Product[]): number[] {
  const result = new Array<number>(hidden * plane).fill(0);
  for (const { from, to, weight } of list) result[to] = (result[to] as number) + weight * (x[from] as number);
  return result;
}

function convolvedBack(ct: readonly number[], list: readonly Product[], into: number): number[] {
  const result = new Array<number>(into * plane).fill(0);
  for (const { from, to, weight } of list) result[from] = (result[from] as number) + weight * (ct[to] as number);
  return result;
}

/** The logits by loops in float64. */
export function logits(kind: Kind, image: readonly number[]): number[] {
  const inner = convolved(image, firstProducts).map((x) => phi(kind, x));
  const outer = convolved(inner, secondProducts).map((x) => phi(kind, x));
  return head.map((weights) =>
    weights.reduce(
      (sum, w, c) => sum + (w * outer.slice(c * plane, (c + 1) * plane).reduce((a, x) => a + x, 0)) / plane,
      0,
    ),
  );
}

/** What arrives at the pixels from ∂/∂logits, where every φ does `guide` to what arrives at it. */
export function backward(
  kind: Kind,
  image: readonly number[],
  atLogits: readonly number[],
  guide: (ct: number) => number,
): number[] {
  const a = convolved(image, firstProducts);
  const b = convolved(
    a.map((x) => phi(kind, x)),
    secondProducts,
  );
  const pooled = b.map((_, i) =>
    head.reduce(
      (sum, weights, t) => sum + ((atLogits[t] as number) * (weights[Math.floor(i / plane)] as number)) / plane,
      0,
    ),
  );
  const outer = pooled.map((ct, i) => guide(ct) * slope(kind, b[i] as number));
  const inner = convolvedBack(outer, secondProducts, hidden).map((ct, i) => guide(ct) * slope(kind, a[i] as number));
  return convolvedBack(inner, firstProducts, channels);
}

/** ∂f/∂x by central differences. */
export function differences(f: (image: readonly number[]) => number, image: readonly number[]): number[] {
  const h = 1e-5;
  return image.map((x, i) => (f(image.with(i, x + h)) - f(image.with(i, x - h))) / (2 * h));
}
