import { CfalignError } from "../base/errors.ts";
import { row, rowsOf, sizeOf, stack, type Tensor } from "../base/tensor.ts";
import { modelsOf, outputsOf, read } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import { gaussLegendre } from "./gauss-legendre.ts";
import { predictionGradients } from "./input-gradients.ts";
import type { Method } from "./method.ts";

/** Points on paths that are held at a time. */
const together = 64;

/**
 * Integrated gradients (Sundararajan et al. 2017, "Axiomatic attribution for deep networks"):
 * (x − b)·∫₀¹ ∂f/∂x (b + α·(x − b)) dα by Gauss–Legendre nodes. A map sums to f(x) − f(b); what the integral misses of
 * that is returned. Errors: CfalignError("usage") for steps or a baseline that are none.
 */
export const integratedGradients: Method = async (images, classifier, { baseline = 0, steps = 32 } = {}) => {
  if (!Number.isSafeInteger(steps) || steps < 1) {
    throw new CfalignError("usage", `steps: expected a whole number, at least 1, got ${steps}`, { where: "steps" });
  }
  const [count = 0, ...dims] = images.dims;
  const size = sizeOf(dims);
  const start = startOf(baseline, dims);
  const nodes = gaussLegendre(steps);
  const sum = new Float64Array(count * size);
  const places = Array.from({ length: count * steps }, (_, i) => ({ image: Math.floor(i / steps), node: i % steps }));
  for (let from = 0; from < places.length; from += together) {
    const group = places.slice(from, from + together);
    const points = group.map(({ image, node }) => between(start, row(images, image), nodes[node]?.at ?? 0));
    const gradients = await predictionGradients(classifier, stack(points));
    for (const [place, { image, node }] of group.entries()) {
      const weight = nodes[node]?.weight ?? 0;
      for (let i = 0; i < size; i++) {
        const at = image * size + i;
        sum[at] = (sum[at] as number) + weight * (gradients.data[place * size + i] as number);
      }
    }
  }
  const maps = { data: Float32Array.from(sum, (mean, i) => mean * away(images, start, i, size)), dims: images.dims };
  const predictions = await predictionsOf(classifier, stack([...rowsOf(images), start]));
  const completenessGaps = rowsOf(maps).map(({ data }, image) => {
    const total = data.reduce((all, value) => all + value, 0);
    return total - ((predictions[image] as number) - (predictions[count] as number));
  });
  return { maps, completenessGaps };
};

/** x − b of the i-th value of all images. */
const away = (images: Tensor, start: Tensor, i: number, size: number): number =>
  (images.data[i] as number) - (start.data[i % size] as number);

/** b + α·(x − b) */
const between = (start: Tensor, end: Tensor, at: number): Tensor => ({
  data: start.data.map((value, i) => value + at * ((end.data[i] as number) - value)),
  dims: end.dims,
});

function startOf(baseline: number | Tensor, dims: readonly number[]): Tensor {
  const shape = [1, ...dims];
  if (typeof baseline === "number") {
    if (baseline >= 0 && baseline <= 1) return { data: new Float32Array(sizeOf(dims)).fill(baseline), dims: shape };
    throw new CfalignError("usage", `baseline: expected a brightness from 0 to 1 or an image, got ${baseline}`, {
      where: "baseline",
    });
  }
  if (baseline.dims.join() === shape.join()) return baseline;
  throw new CfalignError(
    "usage",
    `baseline: expected an image of shape [${shape.join(", ")}], got [${baseline.dims.join(", ")}]`,
    { where: "baseline" },
  );
}

async function predictionsOf(classifier: Classifier, images: Tensor): Promise<readonly number[]> {
  const outputs = await outputsOf(modelsOf([classifier]), images);
  return rowsOf(images).map((_, index) => read(classifier, outputs(index)).prediction);
}
