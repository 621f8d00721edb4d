import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { descend } from "../../src/rectify/descent.ts";

const options = { learningRate: 0.1, momentum: 0.5, maxSteps: 60, checkEvery: 5, patience: 3 };
const slope = (c: number): number => 0.9 * (c + 0.6);

test("a noisy descent ends near the zero although its iterates wander", async () => {
  for (const start of [0, -0.6, 1.5]) {
    const random = createRandom(`wander ${start}`);
    const { coefficients, ended, steps } = await descend(
      [start],
      options,
      async ([c = 0]) => ({ meanRelativeChange: [slope(c) + 0.15 * random.normal()], used: 10 }),
      async ([c = 0]) => Math.abs(slope(c)) + 0.05 * Math.abs(random.normal()),
    );
    expect(Math.abs((coefficients[0] as number) + 0.6)).toBeLessThan(0.08);
    expect(ended).toBe("patience");
    expect(steps.length).toBeLessThan(60);
  }
});

test("coefficients at which the images are lost are not chosen", async () => {
  const { coefficients, checks } = await descend(
    [0],
    options,
    async ([c = 0]) => ({ meanRelativeChange: [slope(c)], used: 10 }),
    async ([c = 0]) => (c < -0.3 ? undefined : Math.abs(slope(c))),
  );
  expect(coefficients[0]).toBeGreaterThanOrEqual(-0.3);
  expect(checks.some(({ loss }) => loss === null)).toBe(true);
});

test("a step without a used image goes on by momentum alone, and nothing leaves ±2", async () => {
  const { steps } = await descend(
    [1.9],
    { ...options, maxSteps: 4, checkEvery: 4 },
    async (_, step) => ({ meanRelativeChange: [step === 1 ? -3 : null], used: 0 }),
    async () => 1,
  );
  expect(steps.map(({ coefficients }) => coefficients[0])).toEqual([1.9, 2, 2, 2]);
});

test("a feature that is not fitted keeps its coefficient", async () => {
  const { coefficients } = await descend(
    [0, 0.25],
    options,
    async ([c = 0]) => ({ meanRelativeChange: [slope(c), null], used: 10 }),
    async ([c = 0]) => Math.abs(slope(c)),
  );
  expect(coefficients[1]).toBe(0.25);
});
