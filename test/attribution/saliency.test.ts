import { afterAll, describe, expect, test } from "vitest";
import { type SaliencyOptions, saliency } from "../../src/attribution/saliency.ts";
import { sizeOf, type Tensor } from "../../src/base/tensor.ts";
import { createNames } from "../../src/models/names.ts";
import { backward, differences, drawImage, logits, pixels, sigmoid, size, smallNet } from "./small-net.ts";

const models = [await smallNet("relu"), await smallNet("silu"), await smallNet("silu", "softmax")];
const names = createNames(models);
afterAll(async () => {
  for (const model of models) await model.dispose();
});

const images = Array.from({ length: 5 }, drawImage);
const tensor = (rows: readonly (readonly number[])[]): Tensor => ({
  data: Float32Array.from(rows.flat()),
  dims: [rows.length, size.channels, size.height, size.width],
});
const maps = async (expression: string, options: Omit<SaliencyOptions, "classifier">): Promise<number[][]> => {
  const found = await saliency(tensor(images), { classifier: names.classifier(expression), ...options });
  expect(found.maps.dims).toEqual([images.length, size.channels, size.height, size.width]);
  return images.map((_, i) => [...found.maps.data.subarray(i * pixels, (i + 1) * pixels)]);
};

function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-4): void {
  const largest = Math.max(...expected.map(Math.abs));
  expect(largest).toBeGreaterThan(0);
  const errors = expected.map((value, i) => Math.abs(value - (actual[i] as number)) / largest);
  expect(Math.max(...errors)).toBeLessThan(tolerance);
}

/** Predictions by loops in float64. */
const relu = (target: number) => (image: readonly number[]) => sigmoid(logits("relu", image)[target] as number);
const silu = (target: number) => (image: readonly number[]) => sigmoid(logits("silu", image)[target] as number);
const softmax = (target: number) => (image: readonly number[]) => {
  const powers = logits("silu", image).map(Math.exp);
  return (powers[target] as number) / powers.reduce((a, b) => a + b, 0);
};

const classifiers: readonly (readonly [string, (image: readonly number[]) => number])[] = [
  ["relu-sigmoid/a", relu(0)],
  ["silu-sigmoid/b", silu(1)],
  ["silu-softmax/c", softmax(2)],
  ["0.5*silu-sigmoid/a - 0.8*relu-sigmoid/b", (x) => 0.5 * silu(0)(x) - 0.8 * relu(1)(x)],
  ["silu-softmax/a + 0.3*silu-sigmoid/c", (x) => softmax(0)(x) + 0.3 * silu(2)(x)],
];

describe("input gradients", () => {
  test.each(classifiers)("are the differences of the prediction: %s", async (expression, f) => {
    const found = await maps(expression, { method: "input-gradients" });
    for (const [i, image] of images.entries()) expectClose(found[i] as number[], differences(f, image));
  });
});

describe("integrated gradients", () => {
  /** (x − b)·mean of the differences at many midpoints of the path. */
  const slow = (
    f: (image: readonly number[]) => number,
    image: readonly number[],
    start: readonly number[],
  ): number[] => {
    const steps = 60;
    const sum = image.map(() => 0);
    for (let k = 0; k < steps; k++) {
      const at = image.map((x, i) => (start[i] as number) + ((k + 0.5) / steps) * (x - (start[i] as number)));
      for (const [i, value] of differences(f, at).entries()) sum[i] = (sum[i] as number) + value;
    }
    return sum.map((value, i) => (value / steps) * ((image[i] as number) - (start[i] as number)));
  };
  const black = Array.from({ length: pixels }, () => 0);

  test.each(classifiers)("are the mean gradient on the way from black: %s", async (expression, f) => {
    const found = await maps(expression, { method: "integrated-gradients" });
    // Kinks of ReLU slow the quadrature down.
    expectClose(found[0] as number[], slow(f, images[0] as number[], black), expression.includes("relu") ? 3e-2 : 2e-3);
  });

  test("may begin at a brightness or at an image", async () => {
    const start = images[1] as number[];
    const method = "integrated-gradients";
    const grey = await maps("silu-sigmoid/a", { method, baseline: 0.5 });
    const other = await maps("silu-sigmoid/a", { method, baseline: tensor([start]) });
    expectClose(
      grey[0] as number[],
      slow(
        silu(0),
        images[0] as number[],
        black.map(() => 0.5),
      ),
      2e-3,
    );
    expectClose(other[0] as number[], slow(silu(0), images[0] as number[], start), 2e-3);
    expect(other[1]?.every((value) => value === 0)).toBe(true);
  });

  test.each(classifiers)("sum to the difference of the predictions but for the gap: %s", async (expression, f) => {
    const options = { classifier: names.classifier(expression), method: "integrated-gradients" } as const;
    const sharp = await saliency(tensor(images), options);
    const coarse = await saliency(tensor(images), { ...options, steps: 1 });
    for (const [i, image] of images.entries()) {
      const sum = coarse.maps.data.slice(i * pixels, (i + 1) * pixels).reduce((a, b) => a + b, 0);
      expect(coarse.completenessGaps?.[i]).toBeCloseTo(sum - (f(image) - f(black)), 5);
      expect(Math.abs(sharp.completenessGaps?.[i] as number)).toBeLessThan(expression.includes("relu") ? 5e-3 : 1e-5);
    }
    const worst = (gaps: readonly number[] = []): number => Math.max(...gaps.map(Math.abs));
    expect(worst(sharp.completenessGaps)).toBeLessThan(worst(coarse.completenessGaps));
  });
});

describe("guided backpropagation", () => {
  const guide = (ct: number): number => Math.max(0, ct);
  const oneHot = (target: number): number[] => [0, 1, 2].map((t) => (t === target ? 1 : 0));
  const weigh = (map: readonly number[], weight: number): number[] => map.map((value) => weight * value);
  const slope = (f: number): number => f * (1 - f);

  test("starts at the logit and hands back only what raises a unit, by loops", async () => {
    const found = await maps("relu-sigmoid/a", { method: "guided-backprop" });
    for (const [i, image] of images.entries()) {
      const weight = slope(relu(0)(image));
      expectClose(found[i] as number[], weigh(backward("relu", image, oneHot(0), guide), weight));
      // The twin without guidance is the gradient.
      expectClose(
        backward("relu", image, oneHot(0), (ct) => ct).map((v) => v * weight),
        differences(relu(0), image),
      );
    }
  });

  test("of a sum is the sum of the terms' maps, each by its own slope", async () => {
    const found = await maps("0.5*silu-sigmoid/a - 0.8*relu-sigmoid/b", { method: "guided-backprop" });
    for (const [i, image] of images.entries()) {
      const first = weigh(backward("silu", image, oneHot(0), guide), 0.5 * slope(silu(0)(image)));
      const second = weigh(backward("relu", image, oneHot(1), guide), -0.8 * slope(relu(1)(image)));
      expectClose(
        found[i] as number[],
        first.map((value, p) => value + (second[p] as number)),
      );
    }
  });

  test("of a softmax starts at what the class has before the others", async () => {
    const found = await maps("silu-softmax/c", { method: "guided-backprop" });
    for (const [i, image] of images.entries()) {
      const [a = 0, b = 0] = logits("silu", image).map(Math.exp);
      const start = [-a / (a + b), -b / (a + b), 1];
      expectClose(found[i] as number[], weigh(backward("silu", image, start, guide), slope(softmax(2)(image))));
    }
  });
});

describe("saliency", () => {
  test("brings images to the size that the classifier takes", async () => {
    const image = { data: new Float32Array(sizeOf([1, 6, 8])).fill(0.5), dims: [1, 1, 6, 8] };
    const classifier = names.classifier("silu-sigmoid/a");
    const { maps: found } = await saliency(image, { classifier, method: "input-gradients" });
    expectClose(
      [...found.data],
      differences(
        silu(0),
        Array.from({ length: pixels }, () => 0.5),
      ),
    );
  });

  test("refuses what makes no sense in words", async () => {
    const classifier = names.classifier("silu-sigmoid/a");
    const call = (options: object) =>
      saliency(tensor(images), { classifier, method: "integrated-gradients", ...options });
    await expect(call({ method: "lrp" })).rejects.toThrow(
      'method: expected input-gradients, integrated-gradients, guided-backprop, got "lrp"',
    );
    await expect(call({ steps: 0 })).rejects.toThrow("steps: expected a whole number, at least 1, got 0");
    await expect(call({ baseline: 2 })).rejects.toThrow(
      "baseline: expected a brightness from 0 to 1 or an image, got 2",
    );
  });
});
