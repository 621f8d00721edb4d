import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { learnedSegments, lengthOf, type Network, viewsOf } from "../../src/training/network.ts";
import { openStep } from "../../src/training/step.ts";

/** Odd sides, widths that fill no block of channels, and a batch that is no power of two. */
const shapes: readonly (Network & { readonly batch: number })[] = [
  { size: 17, widths: [5, 7], targets: 3, batch: 5 },
  { size: 16, widths: [16, 32], targets: 1, batch: 2 },
  { size: 21, widths: [3, 4, 6], targets: 2, batch: 3 },
];

function drawn({ size, targets, batch, ...rest }: Network & { readonly batch: number }) {
  const random = createRandom(`step/${size}`);
  const numbers = (count: number, draw: () => number) => Float32Array.from({ length: count }, draw);
  const learned = numbers(lengthOf(learnedSegments({ size, targets, ...rest })), () => 0.4 * random.normal());
  return {
    learned,
    batch: {
      pictures: { data: numbers(batch * 3 * size * size, () => random.normal()), dims: [batch, 3, size, size] },
      labels: { data: numbers(batch * targets, () => random.integer(2)), dims: [batch, targets] },
      // Every third label is missing.
      importance: {
        data: numbers(batch * targets, () => random.uniform()).map((value, i) => (i % 3 === 1 ? 0 : value)),
        dims: [batch, targets],
      },
    },
  };
}

describe("a step", () => {
  test.each(shapes)("of $size pixels, $widths channels has the gradient of finite differences", async (shape) => {
    const step = await openStep(shape, { batch: shape.batch, threads: 1 });
    const { learned, batch } = drawn(shape);
    const { gradient } = await step.run(learned, batch);
    const views = viewsOf(gradient, learnedSegments(shape));
    const random = createRandom("directions");
    for (const [name, own] of views) {
      const offset = own.byteOffset / 4 - gradient.byteOffset / 4;
      const direction = Float64Array.from(own, () => random.normal());
      const expected = own.reduce((sum, value, i) => sum + value * (direction[i] as number), 0);
      // A ReLU near its kink makes a step too long, float32 one too short: the best of three.
      const errors: number[] = [];
      for (const length of [3e-3, 1e-3, 3e-4]) {
        const losses: number[] = [];
        for (const sign of [1, -1]) {
          const moved = learned.slice();
          direction.forEach((value, i) => {
            moved[offset + i] = (learned[offset + i] as number) + sign * length * value;
          });
          losses.push((await step.run(moved, batch)).loss);
        }
        const found = ((losses[0] as number) - (losses[1] as number)) / (2 * length);
        errors.push(Math.abs(found - expected) / Math.max(Math.abs(expected), 0.05));
      }
      expect(Math.min(...errors), name).toBeLessThan(0.02);
    }
    await step.dispose();
  });

  test("has the loss that the logits of an empty head give, missing labels left out", async () => {
    const shape = shapes[0] as Network & { readonly batch: number };
    const step = await openStep(shape, { batch: shape.batch, threads: 1 });
    const { learned, batch } = drawn(shape);
    const segments = learnedSegments(shape);
    viewsOf(learned, segments).get("head/weight")?.fill(0);
    viewsOf(learned, segments).get("head/bias")?.fill(0.7);
    const { loss, gradient } = await step.run(learned, batch);
    const terms = Array.from(batch.labels.data, (label, i) => {
      const weight = batch.importance.data[i] as number;
      return weight * (Math.log(1 + Math.exp(0.7)) - 0.7 * label);
    });
    expect(loss).toBeCloseTo(
      terms.reduce((sum, term) => sum + term, 0),
      5,
    );
    expect(
      viewsOf(gradient, segments)
        .get("layer0/kernel")
        ?.every((value) => value === 0),
    ).toBe(true);
    await step.dispose();
  });

  test("gives mean and variance of every layer's channels", async () => {
    const shape = { size: 16, widths: [4], targets: 1 };
    const step = await openStep(shape, { batch: 3, threads: 1 });
    const { learned, batch } = drawn({ ...shape, batch: 3 });
    // The kernel's middle is 1 for the first channel, all else 0: every second pixel of red.
    viewsOf(learned, learnedSegments(shape)).get("layer0/kernel")?.fill(0);
    learned[4] = 1;
    const { statistics } = await step.run(learned, batch);
    const seen: number[] = [];
    for (let picture = 0; picture < 3; picture++) {
      for (let y = 0; y < 16; y += 2) {
        for (let x = 0; x < 16; x += 2) seen.push(batch.pictures.data[picture * 3 * 256 + 16 * y + x] as number);
      }
    }
    const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
    const variance = seen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / seen.length;
    expect(statistics[0]).toBeCloseTo(mean, 5);
    expect(statistics[4]).toBeCloseTo(variance, 4);
    expect([...statistics.slice(1, 4), ...statistics.slice(5)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(step.counts).toEqual([seen.length]);
    await step.dispose();
  });
});
