import { expect, test } from "vitest";
import { methodWords } from "../../src/words/summary.ts";

type Told = Parameters<typeof methodWords>[0];

const told = (reached: readonly number[]) =>
  methodWords({
    options: { drop: 0.6, limit: 200, select: "all", minPrediction: 0.5, direction: "gradient" },
    matrix: {
      bases: reached.map((_, at) => `feature-${at}`),
      minBaseChange: 0.3,
      rows: reached.map((count, at) => ({ base: `feature-${at}`, selected: 200, reached: count, dropped: {} })),
    },
    counts: { listed: 200, lookedAt: 200, counterfactuals: 400, reached: 400, used: 400 },
    far: [],
    moved: "",
  } as unknown as Told);

test("no classifier has fewest where all reached the drop on as many", () => {
  expect(told([200, 200])).not.toContain("fewest");
  expect(told([100, 100])).not.toContain("fewest");
  expect(told([200, 150])).toContain(", fewest for feature-1 (150 of 200)");
});
