import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { type Codes, readFeature } from "../../src/label/feature-reading.ts";
import type { Mark } from "../../src/label/label-table.ts";
import { auroc } from "../../src/statistics/auroc.ts";

const count = 400;
const heldOut = 100;

/** Pictures whose third number tells the feature, up to noise; without it, nothing does. */
function world(strength: number): { readonly codes: Codes; readonly truth: readonly (0 | 1)[] } {
  const random = createRandom("label");
  const size = 6;
  const rows = Float64Array.from({ length: count * size }, () => random.normal());
  const truth = Array.from({ length: count }, (_, at): 0 | 1 =>
    strength * (rows[at * size + 2] as number) + random.normal() > 0 ? 1 : 0,
  );
  return { codes: { rows, size, usable: new Array<boolean>(count).fill(true) }, truth };
}

/** What a labeller says who looked at the pictures up to so many of either part. */
const looked = (truth: readonly (0 | 1)[], judged: number, learned: number): readonly Mark[] =>
  truth.map((label, at) => (at < judged || (at >= heldOut && at < heldOut + learned) ? label : null));

describe("how well a feature is read", () => {
  const { codes, truth } = world(4);

  test("is told of pictures that the probe has not learned from, and scores those that nobody saw", () => {
    const { scores, auroc: found, seen, judged, advice } = readFeature(looked(truth, 40, 60), { codes, heldOut });
    expect([seen.has + seen.hasNot, judged.has + judged.hasNot]).toEqual([100, 40]);
    // By hand: the share of pairs of the first forty that the scores have in order.
    const of = (label: 0 | 1) =>
      truth.slice(0, 40).flatMap((one, at) => (one === label ? [scores?.[at] as number] : []));
    expect(found?.value).toBeCloseTo(auroc(of(1), of(0)) as number, 12);
    expect(advice).toBe("enough");
    const rest = truth.flatMap((label, at) => (at >= heldOut + 60 ? [{ label, score: scores?.[at] as number }] : []));
    const [positives, negatives] = [1, 0].map((wanted) =>
      rest.flatMap(({ label, score }) => (label === wanted ? [score] : [])),
    );
    expect(auroc(positives as number[], negatives as number[])).toBeGreaterThan(0.9);
  });

  test("does not change when a held-out label does: nothing is learned from it", () => {
    const marks = [...looked(truth, 40, 60)];
    const before = readFeature(marks, { codes, heldOut }).scores;
    marks[3] = marks[3] === 1 ? 0 : 1;
    expect(readFeature(marks, { codes, heldOut }).scores).toEqual(before);
  });

  test("is not told before twenty pictures, before pictures are read, or of one kind alone", () => {
    const told = (marks: readonly Mark[], own: Codes | undefined) => {
      const { auroc: found, scores, advice } = readFeature(marks, { codes: own, heldOut });
      return [found, scores, advice];
    };
    expect(told(looked(truth, 6, 12), codes)).toEqual([null, undefined, "more-of-both"]);
    expect(told(looked(truth, 40, 60), undefined)).toEqual([null, undefined, "go-on"]);
    const none = looked(truth, 40, 60).map((mark): Mark => (mark === null ? null : 0));
    expect(told(none, codes)).toEqual([null, undefined, "more-that-have-it"]);
    const all = none.map((mark): Mark => (mark === null ? null : 1));
    expect(told(all, codes)).toEqual([null, undefined, "more-that-have-not"]);
  });

  test("leaves out pictures that could not be read", () => {
    const usable = codes.usable.map((_, at) => at % 2 === 0);
    const { seen } = readFeature(looked(truth, 40, 60), { codes: { ...codes, usable }, heldOut });
    expect(seen.has + seen.hasNot).toBe(50);
  });

  test("is given up where many pictures were seen and it is surely not read", () => {
    const { codes: noise, truth: coin } = world(0);
    expect(readFeature(looked(coin, 100, 200), { codes: noise, heldOut }).advice).toBe("not-readable");
    expect(readFeature(looked(coin, 30, 40), { codes: noise, heldOut }).advice).toBe("go-on");
  });
});
