import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { auroc, aurocInterval } from "../../src/statistics/auroc.ts";

describe("the interval of an AUROC", () => {
  test("covers the true one about as often as it says", () => {
    // Normal scores one apart: the true AUROC is Φ(1/√2).
    const truth = 0.7602499;
    const random = createRandom(5);
    let covered = 0;
    const rounds = 1000;
    for (let round = 0; round < rounds; round++) {
      const positives = Array.from({ length: 25 }, () => 1 + random.normal());
      const negatives = Array.from({ length: 60 }, () => random.normal());
      const { ci } = aurocInterval(positives, negatives) ?? { ci: [0, 0] };
      if (ci[0] <= truth && truth <= ci[1]) covered += 1;
    }
    expect(covered / rounds).toBeGreaterThan(0.93);
    expect(covered / rounds).toBeLessThan(0.98);
  });

  test("surrounds the AUROC and stays within 0 and 1", () => {
    const [positives, negatives] = [
      [0.9, 0.8, 0.35],
      [0.1, 0.4, 0.2, 0.3],
    ];
    const { value, ci } = aurocInterval(positives, negatives) ?? { value: 0, ci: [0, 0] };
    expect(value).toBe(auroc(positives, negatives));
    expect(ci[0]).toBeLessThan(value);
    expect(ci[0]).toBeGreaterThanOrEqual(0);
    expect(ci[1]).toBeLessThanOrEqual(1);
  });

  test("of a perfect ranking of few is not taken for certain", () => {
    expect(aurocInterval([2, 3, 4, 5, 6], [0, 1, 0, 1])).toEqual({ value: 1, ci: [0.25, 1] });
  });

  test("needs two scores on each side", () => {
    expect(aurocInterval([1], [0, 2])).toBeUndefined();
  });
});
