import { CfalignError } from "../base/errors.ts";
import { concatenated, type Tensor } from "../base/tensor.ts";
import type { Autoencoder, ClassifierModel } from "./types.ts";
import { width } from "./whole-calls.ts";

/** Step to either side, in units of the root mean square of a latent's numbers: as far as it is straight, since eight bits round away what is small (scripts/measure/measure-differences.ts). */
const defaultStep = 1.6;
/** Numbers of a latent that may be tried one by one. */
const most = 1024;
/** Rows that are decoded at a time. */
const atATime = 4 * width;

/** What differences of a classifier on decoded latents give. */
interface LatentDifferences {
  /** [n, c, h, w] */
  readonly images: Tensor;
  /** [n, targets] */
  readonly outputs: Tensor;
  /** [n, d] */
  readonly gradients: Tensor;
}

/** What is differentiated, and how far apart. */
interface DifferencesOf {
  readonly autoencoder: Pick<Autoencoder, "name" | "latentDims" | "decode">;
  readonly model: ClassifierModel;
  readonly step?: number;
}

/** Looks at decoded pictures that one gradient by differences takes. Errors: CfalignError("input") for a latent that is no list of few numbers. */
export function looksOf({ name, latentDims }: Pick<Autoencoder, "name" | "latentDims">): number {
  const [size = 0, ...others] = latentDims;
  if (others.length === 0 && size <= most) return 2 * size;
  throw new CfalignError(
    "input",
    `gradients by differences: expected a latent of ${most} numbers at most, got ${latentDims.join(" × ")} of "${name}": make a smaller one (cfalign flatten)`,
    { where: name },
  );
}

/**
 * ∂(cotangents · outputs)/∂z of a classifier that nobody differentiates: central differences (f(z + h·u) − f(z − h·u)) / 2h along d orthonormal directions u, which move all numbers of the
 * latent a little rather than one of them far: a step may then be long enough to be seen behind eight bits. What is rounded depends on all that is in a call, so that a latent has calls of its
 * own, and both ends of a difference share one. latents: [n, d]; cotangents: [n, targets].
 */
export async function latentDifferences(
  { autoencoder, model, step = defaultStep }: DifferencesOf,
  latents: Tensor,
  cotangents: Tensor,
): Promise<LatentDifferences> {
  const looks = looksOf(autoencoder);
  const [rows = 0, size = 0] = latents.dims;
  const targets = model.targets.length;
  const gradients = new Float32Array(rows * size);
  const images: Float32Array[] = [];
  const outputs = new Float32Array(rows * targets);
  const directions = cosines(size);
  let picture: readonly number[] = [];
  for (let row = 0; row < rows; row++) {
    const z = latents.data.subarray(row * size, (row + 1) * size);
    const cotangent = cotangents.data.subarray(row * targets, (row + 1) * targets);
    const h = step * rootMeanSquare(z);
    // First itself, then a step up and one down for each number.
    for (let from = -2; from < looks; from += atATime) {
      const count = Math.min(atATime, looks - from);
      const { decoded, said } = await shown({ autoencoder, model }, z, { from, count, h, directions });
      const sum = (place: number): number =>
        cotangent.reduce((total, weight, k) => total + weight * (said.data[place * targets + k] as number), 0);
      for (let place = 0; place < count; place += 2) {
        const axis = (from + place) / 2;
        if (axis < 0) {
          picture = decoded.dims.slice(1);
          images.push(decoded.data.slice(0, decoded.data.length / (decoded.dims[0] as number)));
          outputs.set(said.data.subarray(0, targets), row * targets);
        } else {
          const slope = (sum(place) - sum(place + 1)) / (2 * h);
          for (let at = 0; at < size; at++) {
            const to = row * size + at;
            gradients[to] = (gradients[to] as number) + slope * (directions[axis * size + at] as number);
          }
        }
      }
    }
  }
  return {
    images: { data: concatenated(images), dims: [rows, ...picture] },
    outputs: { data: outputs, dims: [rows, targets] },
    gradients: { data: gradients, dims: [rows, size] },
  };
}

/** Orthonormal directions of a latent, [d, d]: a cosine transform's. */
function cosines(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, place) => {
    const [k, at] = [Math.floor(place / size), place % size];
    return Math.sqrt((k === 0 ? 1 : 2) / size) * Math.cos((Math.PI * (at + 0.5) * k) / size);
  });
}

/** Of a latent's numbers; 1 where all are 0. */
function rootMeanSquare(z: Float32Array): number {
  const squares = z.reduce((sum, value) => sum + value * value, 0);
  return squares > 0 ? Math.sqrt(squares / z.length) : 1;
}

/** Some of the looks at a latent: the pictures, in whole calls, and what is said of them. */
async function shown(
  { autoencoder, model }: Pick<DifferencesOf, "autoencoder" | "model">,
  z: Float32Array,
  steps: {
    readonly from: number;
    readonly count: number;
    readonly h: number;
    readonly directions: Float64Array;
  },
): Promise<{ readonly decoded: Tensor; readonly said: Tensor }> {
  const { from, count, h, directions } = steps;
  const whole = Math.ceil(count / width) * width;
  const data = new Float32Array(whole * z.length);
  for (let place = 0; place < whole; place++) {
    data.set(z, place * z.length);
    const look = from + place;
    if (look < 0 || place >= count) continue;
    const own = look % 2 === 0 ? h : -h;
    const axis = Math.floor(look / 2);
    for (let at = 0; at < z.length; at++) {
      const to = place * z.length + at;
      data[to] = (data[to] as number) + own * (directions[axis * z.length + at] as number);
    }
  }
  const decoded = await autoencoder.decode({ data, dims: [whole, z.length] });
  return { decoded, said: await model.logits(decoded) };
}
