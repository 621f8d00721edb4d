import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { twoNormals } from "../../src/statistics/two-normals.ts";

test("two kinds of numbers are told apart, by the probability that the distributions that drew them give", () => {
  const random = createRandom("two normals");
  const drawn = Array.from({ length: 6000 }, (_, i) => ({
    kind: i % 4 === 0 ? 1 : 0,
    value: random.normal() + (i % 4 === 0 ? 3 : 0),
  }));
  const { low, high, deviation, share, posterior } = twoNormals(drawn.map(({ value }) => value));
  expect(low).toBeCloseTo(0, 1);
  expect(high).toBeCloseTo(3, 1);
  expect(deviation).toBeCloseTo(1, 1);
  expect(share).toBeCloseTo(0.25, 1);
  drawn.slice(0, 200).forEach(({ value }, i) => {
    const [above, below] = [0.25 * Math.exp(-((value - 3) ** 2) / 2), 0.75 * Math.exp(-(value ** 2) / 2)];
    expect(Math.abs((posterior[i] as number) - above / (above + below))).toBeLessThan(0.1);
  });
});

test("two distances, or one alone, are no accident", () => {
  const { posterior } = twoNormals([0, 0, 0, 1, 1, 1]);
  expect(posterior.map(Math.round)).toEqual([0, 0, 0, 1, 1, 1]);
  expect(twoNormals([2, 2, 2]).posterior).toEqual([0.5, 0.5, 0.5]);
});
