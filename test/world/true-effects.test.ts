import { expect, test } from "vitest";
import type { Tensor } from "../../src/base/tensor.ts";
import { FACTORS } from "../../src/world/factors.ts";
import { trueEffects } from "../../src/world/true-effects.ts";

/** HSL lightness of the lower left corner, which only the background reaches, and a constant. */
async function corner({ data, dims }: Tensor): Promise<number[][]> {
  const [count = 0, , height = 0, width = 0] = dims;
  const area = height * width;
  return Array.from({ length: count }, (_, i) => {
    const channels = [0, 1, 2].map((c) => data[(i * 3 + c) * area + (height - 1) * width] as number);
    return [(Math.max(...channels) + Math.min(...channels)) / 2, 0.7];
  });
}

test("a classifier that reads the corner sees the background and nothing else", async () => {
  const effects = await trueEffects({ count: 8, seed: 4, predict: corner });
  expect(effects.map(({ factor }) => factor)).toEqual([...FACTORS]);
  for (const {
    factor,
    effects: [lightness = 0, constant],
  } of effects) {
    // The outer colour of the background has lightness 0.78 when light and 0.12 when dark, in steps of 1/255.
    expect(Math.abs(lightness - (factor === "dark_background" ? 0.12 - 0.78 : 0))).toBeLessThan(0.006);
    expect(constant).toBe(0);
  }
});
