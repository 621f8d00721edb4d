import { expect, test } from "vitest";
import { gaussLegendre } from "../../src/attribution/gauss-legendre.ts";

test.each([1, 2, 3, 8, 32, 100])(
  "%i nodes integrate powers up to degree 2n − 1 exactly, and the next one not",
  (count) => {
    const nodes = gaussLegendre(count);
    const integral = (power: number): number => nodes.reduce((sum, { at, weight }) => sum + weight * at ** power, 0);
    for (let power = 0; power < 2 * count; power++) expect(integral(power)).toBeCloseTo(1 / (power + 1), 12);
    if (count <= 8) expect(Math.abs(integral(2 * count) - 1 / (2 * count + 1))).toBeGreaterThan(1e-12);
  },
);

test("nodes lie inside (0, 1), in order, symmetric about the middle", () => {
  const nodes = gaussLegendre(7);
  expect(nodes.map(({ at }) => at)).toEqual(nodes.map(({ at }) => at).toSorted((a, b) => a - b));
  for (const [i, { at, weight }] of nodes.entries()) {
    expect(at).toBeGreaterThan(0);
    expect(at + (nodes[6 - i]?.at ?? 0)).toBeCloseTo(1, 14);
    expect(weight).toBeCloseTo(nodes[6 - i]?.weight ?? 0, 14);
  }
});
