import { describe, expect, test } from "vitest";
import type { LabelCheck } from "../../src/rectify/label-check.ts";
import { judgeByLabels, mcNemar } from "../../src/rectify/label-verdict.ts";

/** A check in which so many images are gained and lost, with the accuracy of the worst group before and after. */
function check(gained: number, lost: number, worst: readonly [number, number] = [0.1, 0.9]): LabelCheck {
  const performance = (accuracy: number, worstGroup: number) => ({
    ...{ threshold: 0.5, count: 100, accuracy, auroc: accuracy, groups: [], worstGroup },
  });
  const before = performance(0.5, worst[0]);
  const after = performance(0.5 + (gained - lost) / 100, worst[1]);
  return { label: "smiling", feature: "eyeglasses", original: before, before, after, gained, lost };
}

describe("the verdict by labels", () => {
  test("is better where more images are right than chance would have it, and no group pays for it", () => {
    expect(judgeByLabels([check(38, 1)])).toEqual({
      verdict: "better",
      reason:
        "by the label smiling, 38 of 100 test images are right that were wrong and 1 wrong that were right: accuracy 0.50 → 0.87, AUROC 0.50 → 0.87, worst group by eyeglasses 0.10 → 0.90",
    });
    expect(judgeByLabels([check(38, 1, [0.5, 0.4])]).verdict).toBe("mixed");
    expect(judgeByLabels([check(1, 38)]).verdict).toBe("worse");
    expect(judgeByLabels([check(5, 2)]).verdict).toBe("no difference known");
  });

  test("is that of the feature that pays most, and none without a label", () => {
    expect(judgeByLabels([check(38, 1), check(38, 1, [0.5, 0.4])]).verdict).toBe("mixed");
    expect(judgeByLabels([]).verdict).toBe("not compared");
  });
});

test("McNemar's p is twice the smaller tail of a fair coin, by counting all of its throws", () => {
  for (const [gained, lost] of [
    [0, 0],
    [5, 0],
    [6, 1],
    [4, 4],
    [3, 9],
  ] as const) {
    const flips = gained + lost;
    let extreme = 0;
    for (let outcome = 0; outcome < 2 ** flips; outcome++) {
      const heads = [...outcome.toString(2)].filter((bit) => bit === "1").length;
      if (heads <= Math.min(gained, lost)) extreme++;
    }
    expect(mcNemar(gained, lost)).toBeCloseTo(Math.min(1, (2 * extreme) / 2 ** flips), 12);
  }
  expect(mcNemar(3000, 2000)).toBeGreaterThan(0);
});
