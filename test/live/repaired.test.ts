import { describe, expect, test } from "vitest";
import type { RepairPicture } from "../../src/live/repair-picture.ts";
import { leastEffectAt, repairedAt } from "../../src/live/repaired.ts";

/** A picture whose target looks at the feature by `use`: what the target says is what it is about, plus so much of the feature. */
function picture(isTarget: boolean, hasFeature: boolean, use: number): RepairPicture {
  const own = isTarget ? 0.7 : 0.1;
  const at = (feature: number): number => own + use * feature;
  const [before, after] = hasFeature ? [1, 0] : [0, 1];
  return {
    ...{ isTarget, hasFeature, target: at(before), feature: before },
    edit: {
      side: hasFeature ? "remove" : "add",
      target: { before: at(before), after: at(after) },
      feature: { before, after },
      witness: { before: 0.1 + 0.8 * before, after: 0.1 + 0.8 * after },
    },
  };
}

const pictures = [0, 1, 2, 3, 4, 5, 6, 7].flatMap(() =>
  [true, false].flatMap((isTarget) => [true, false].map((hasFeature) => picture(isTarget, hasFeature, 0.8))),
);

describe("f − amount·g", () => {
  test("has the effect of f less amount times that of g, for one unit that the witness sees", () => {
    expect(repairedAt(pictures, 0).effect?.value).toBeCloseTo(0.8 / 0.8, 10);
    expect(repairedAt(pictures, 0.6).effect?.value).toBeCloseTo((0.8 - 0.6) / 0.8, 10);
    expect(repairedAt(pictures, 0.8).effect?.value).toBeCloseTo(0, 10);
    expect(leastEffectAt(pictures, [0, 0.4, 0.75, 1.2])).toBe(0.75);
  });

  test("is right in the group that f is wrong in, once the feature is taken away", () => {
    // Without the feature f says 0.7 of what it is about, and with it 0.9 of what it is not.
    expect(repairedAt(pictures, 0).performance?.worstGroup).toBe(0);
    expect(repairedAt(pictures, 0.8).performance).toMatchObject({ worstGroup: 1, accuracy: 1 });
  });

  test("says yes as often as f where no label says when it should", () => {
    const unlabelled = pictures.map((one) => ({ ...one, isTarget: undefined }));
    const { threshold, performance } = repairedAt(unlabelled, 0.8);
    expect(performance).toBeUndefined();
    const yes = pictures.filter(({ target }) => target >= 0.5).length;
    expect(unlabelled.filter(({ target, feature }) => target - 0.8 * feature >= threshold).length).toBeLessThanOrEqual(
      yes,
    );
  });

  test("has no effect where nothing was edited", () => {
    const unedited = pictures.map((one) => ({ ...one, edit: undefined }));
    expect(repairedAt(unedited, 0.3).effect).toBeUndefined();
    expect(leastEffectAt(unedited, [0, 1])).toBeUndefined();
  });
});
