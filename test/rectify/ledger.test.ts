import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import type { Move } from "../../src/rectify/effect.ts";
import { ledger } from "../../src/rectify/ledger.ts";
import { createResamples } from "../../src/statistics/resamples.ts";

const random = createRandom("ledger");
const count = 60;
const before: Move[] = Array.from({ length: count }, () => ({
  ...{ baseChange: 0.6, stopReason: "dropped", apart: false },
  relativeChanges: [0.5 + 0.2 * random.normal(), 0.1 * random.normal(), undefined],
}));
// The first column falls by 0.4, the second only trembles; five images are lost.
const after: Move[] = before.map(({ relativeChanges: [first = 0, second = 0] }, image) => ({
  ...{ baseChange: image < 5 ? 0.1 : 0.6, stopReason: "dropped", apart: false },
  relativeChanges: [first - 0.4 + 0.05 * random.normal(), second + 0.05 * random.normal(), undefined],
}));
const options = {
  minBaseChange: 0.3,
  confidence: 0.95,
  resamples: createResamples(createRandom(1), 500),
};
const [first, second, third] = ledger(
  before,
  after,
  [0, 1, 2].map(() => Array(count).fill(true)),
  options,
);

test("a cell that moved is told from one that trembles", () => {
  expect([first?.moved, second?.moved, third?.moved]).toEqual([true, false, false]);
});

test("the change is that of the images used under both", () => {
  const differences = after
    .map((move, image) => [move, before[image] as Move] as const)
    .slice(5)
    .map(([is, was]) => (is.relativeChanges[0] as number) - (was.relativeChanges[0] as number));
  expect(first?.change?.count).toBe(55);
  expect(first?.change?.value).toBeCloseTo(differences.reduce((sum, value) => sum + value, 0) / 55, 12);
  expect([first?.before.all.used, first?.after.all.used]).toEqual([60, 55]);
});

test("a column without relative changes has no change", () => {
  expect(third?.change).toBeNull();
});
