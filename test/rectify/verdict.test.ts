import { describe, expect, test } from "vitest";
import type { Coverage } from "../../src/rectify/coverage.ts";
import type { Effect, Figures } from "../../src/rectify/effect.ts";
import { type Evidence, halves, type Judgement, judge, verdicts, worst } from "../../src/rectify/verdict.ts";

/** Figures with an interval of ± 0.05 about the mean. */
function figures(used: number, mean: number, meanAbsolute = Math.abs(mean)): Figures {
  return { images: 50, used, apart: 0, mean, meanAbsolute, ci: [mean - 0.05, mean + 0.05] };
}

/** Present images with a mean, absent ones that do not move. */
function effect(mean: number, options: { readonly used?: number; readonly meanAbsolute?: number } = {}): Effect {
  const { used = 30, meanAbsolute = Math.abs(mean) } = options;
  return {
    all: figures(used + 30, mean / 2, meanAbsolute / 2),
    present: figures(used, mean, meanAbsolute),
    absent: figures(30, 0),
  };
}

/** The same where as many images with the feature are counted apart, and the figures with them. */
function cut({ all, present, absent }: Effect, options: { readonly apart: number; readonly with: Effect }): Effect {
  const { apart } = options;
  return { all: { ...all, apart }, present: { ...present, apart }, absent, withCut: options.with };
}

function coverage(before: number, after: number, corrected = 0): Coverage {
  return { corrected, before, after };
}

const reduction = { value: 0.3, ci: [0.2, 0.4] } as const;
const good: Evidence = {
  trainBefore: effect(0.6),
  helps: true,
  test: { before: effect(0.6), after: effect(0.1), coverage: coverage(30, 30), reduction },
  minEffect: 0.1,
};
const test0 = good.test as NonNullable<Evidence["test"]>;

describe("a verdict", () => {
  const cases: readonly (readonly [string, Evidence, Judgement])[] = [
    [
      "rectified: half of |RC| is gone on test and the present images are still used",
      good,
      {
        verdict: "rectified",
        reason:
          "mean |RC| on test went from 0.30 to 0.05; test images that have the feature and are used: 30 before, 30 after",
      },
    ],
    [
      "nothing to rectify: both strata lie inside before",
      { ...good, trainBefore: effect(0.02) },
      {
        verdict: "nothing to rectify",
        reason: "relative change is within ±0.1 before, whether the feature is present or absent",
      },
    ],
    [
      "unresolved: a stratum that was not looked at is no all-clear, whatever it seems to say",
      { trainBefore: { ...effect(0.02), present: { ...figures(6, 0.47) } }, helps: false, minEffect: 0.1 },
      {
        verdict: "unresolved",
        reason:
          "too few training images were looked at before: 6 that have the feature and 30 that lack it, and 20 of each are needed",
      },
    ],
    [
      "unresolved: an all-clear on fewer than half of the images is none",
      { trainBefore: { ...effect(0.02), all: { ...figures(40, 0), images: 81 } }, helps: false, minEffect: 0.1 },
      { verdict: "unresolved", reason: "the target fell enough on only 40 of 81 training images" },
    ],
    [
      "unresolved: a repair that was not looked at on images without the feature",
      { ...good, test: { ...test0, after: { ...effect(0.1), absent: figures(9, 0) } } },
      {
        verdict: "unresolved",
        reason:
          "mean |RC| on test went from 0.30 to 0.05: too few test images that lack the feature were looked at (30 before, 9 after, and 10 are needed)",
      },
    ],
    [
      "unresolved: clear but for the images that the search stopped short",
      {
        ...{ helps: false, minEffect: 0.1 },
        trainBefore: cut(effect(0.02), { apart: 6, with: effect(0.2) }),
      },
      {
        verdict: "unresolved",
        reason:
          "relative change on train is within ±0.1 before, but not with 6 images that the search stopped short: allow a longer way",
      },
    ],
    [
      "rectified: with the images that the search stopped short as well, which are counted",
      { ...good, test: { ...test0, after: cut(effect(0.1), { apart: 6, with: effect(0.25) }) } },
      {
        verdict: "rectified",
        reason:
          "mean |RC| on test went from 0.30 to 0.05; test images that have the feature and are used: 30 before, 30 after; stopped short by the search's limit and in no mean: 0 before, 6 after",
      },
    ],
    [
      "unresolved: a repair that holds only without the images that the search stopped short",
      { ...good, test: { ...test0, after: cut(effect(0.1), { apart: 12, with: effect(0.5) }) } },
      {
        verdict: "unresolved",
        reason:
          "mean |RC| on test went from 0.30 to 0.05: with the images that the search stopped short it went from 0.30 to 0.25, its mean to 0.25; stopped short by the search's limit and in no mean: 0 before, 12 after",
      },
    ],
    [
      "unresolved: a repair that was hardly looked at on images with the feature, since the search stopped the others short",
      { ...good, test: { ...test0, after: cut(effect(0.1, { used: 9 }), { apart: 21, with: effect(0.1) }) } },
      {
        verdict: "unresolved",
        reason:
          "mean |RC| on test went from 0.30 to 0.05: too few test images that have the feature were looked at (30 before, 9 after, and 10 are needed); stopped short by the search's limit and in no mean: 0 before, 21 after",
      },
    ],
    [
      "no coefficient helps",
      { trainBefore: effect(0.6), helps: false, minEffect: 0.1 },
      {
        verdict: "no coefficient helps",
        reason: "no coefficient from -2 to 2 halves mean |RC| on train",
      },
    ],
    [
      "unresolved: no coefficient helps, but it is not known whether one is needed",
      { trainBefore: effect(0.12), helps: false, minEffect: 0.1 },
      {
        verdict: "unresolved",
        reason:
          "relative change on train before lies neither surely within ±0.1 nor surely beyond it: more images are needed",
      },
    ],
    [
      "no coefficient helps: one would, by losing the images",
      {
        ...{ trainBefore: effect(0.6), helps: false, minEffect: 0.1 },
        losing: { coefficient: -0.5, coverage: coverage(30, 12) },
      },
      {
        verdict: "no coefficient helps",
        reason:
          "no coefficient from -2 to 2 halves mean |RC| on train and keeps the images: at -0.5 only 12 of 30 training images that have the feature are still used",
      },
    ],
    [
      "not measurable: the repair made the biased images unusable, however small RC became",
      { ...good, test: { ...test0, after: effect(0.01, { used: 23 }), coverage: coverage(30, 23) } },
      { verdict: "not measurable", reason: "test images that have the feature and are used: 30 before, 23 after" },
    ],
    [
      "not measurable: corrected images are no excuse for the loss of others",
      { ...good, test: { ...test0, after: effect(0.01, { used: 13 }), coverage: coverage(20, 13, 10) } },
      {
        verdict: "not measurable",
        reason:
          "test images that have the feature and are used: 20 before, 13 after, without 10 wrongly called positive and now corrected",
      },
    ],
    [
      "not measurable: hardly an image is left when corrected ones do not count",
      { ...good, test: { ...test0, after: effect(0.01, { used: 9 }), coverage: coverage(9, 9, 21) } },
      {
        verdict: "not measurable",
        reason:
          "the target fell enough on only 9 test images that have the feature, without 21 wrongly called positive and now corrected",
      },
    ],
    [
      "rectified: half of the images with the feature are lost because they are corrected",
      { ...good, test: { ...test0, after: effect(0.1, { used: 15 }), coverage: coverage(15, 14, 15) } },
      {
        verdict: "rectified",
        reason:
          "mean |RC| on test went from 0.30 to 0.05; test images that have the feature and are used: 15 before, 14 after, without 15 wrongly called positive and now corrected",
      },
    ],
    [
      "not measurable: hardly a training image moved",
      { ...good, trainBefore: { ...effect(0.6), all: figures(9, 0.6) } },
      { verdict: "not measurable", reason: "the target fell enough on only 9 of 50 training images" },
    ],
    [
      "not measurable: hardly a test image has the feature",
      { ...good, test: { ...test0, after: effect(0, { used: 9 }), coverage: coverage(9, 9) } },
      { verdict: "not measurable", reason: "the target fell enough on only 9 test images that have the feature" },
    ],
    [
      "unresolved: means of opposite sign cancel, but |RC| is still there",
      { ...good, test: { ...test0, after: effect(0, { meanAbsolute: 0.5 }) } },
      { verdict: "unresolved", reason: "mean |RC| on test went from 0.30 to 0.25: more than half is left" },
    ],
    [
      "unresolved: the feature is used the other way round",
      { ...good, test: { ...test0, after: effect(-0.25) } },
      {
        verdict: "unresolved",
        reason: "mean |RC| on test went from 0.30 to 0.13: the mean has changed its sign, to -0.13",
      },
    ],
    [
      "unresolved: the reduction could be none",
      { ...good, test: { ...test0, reduction: { value: 0.3, ci: [-0.01, 0.6] } } },
      {
        verdict: "unresolved",
        reason: "mean |RC| on test went from 0.30 to 0.05: the interval of the reduction includes 0",
      },
    ],
  ];
  for (const [title, evidence, expected] of cases) {
    test(title, () => {
      expect(judge(evidence)).toEqual(expected);
    });
  }

  test("exists for every name", () => {
    expect(new Set(cases.map(([, evidence]) => judge(evidence).verdict))).toEqual(new Set(verdicts));
  });

  test("allows a fall of coverage of exactly 20 %", () => {
    expect(judge({ ...good, test: { ...test0, coverage: coverage(30, 24) } }).verdict).toBe("rectified");
  });
});

test("a coefficient that only dilutes RC does not halve it", () => {
  // RC to g under f + c·g tends to 1/c: smaller, whatever is used.
  expect(halves(effect(0.9), effect(0.4), 2, 0.1)).toBe(false);
  expect(halves(effect(0.9), effect(-0.4), -2, 0.1)).toBe(false);
  expect(halves(effect(0.9), effect(0.1), -0.5, 0.1)).toBe(true);
  expect(halves(effect(-0.9), effect(-0.1), 0.5, 0.1)).toBe(true);
});

test("what holds only without the images that the search stopped short is not half", () => {
  const after = effect(0.1);
  expect(halves(effect(0.9), cut(after, { apart: 4, with: effect(0.4) }), -0.5, 0.1)).toBe(true);
  expect(halves(effect(0.9), cut(after, { apart: 4, with: effect(0.6) }), -0.5, 0.1)).toBe(false);
});

test("a mean |RC| below the smallest effect has to fall to half of that effect, not of itself", () => {
  const [was, is] = [effect(0.16), effect(0.1)];
  expect([was.all.meanAbsolute, is.all.meanAbsolute]).toEqual([0.08, 0.05]);
  expect(halves(was, is, -0.2, 0.1)).toBe(true);
  expect(halves(was, is, -0.2, 0.05)).toBe(false);
  expect(halves(was, effect(0.11), -0.2, 0.1)).toBe(false);
});

test("a target has the worst verdict of its features that had something to rectify", () => {
  const all = verdicts.map((verdict): Judgement => ({ verdict, reason: verdict }));
  const [rectified, nothing, unresolved] = all as [Judgement, Judgement, Judgement];
  expect(worst(all).verdict).toBe("no coefficient helps");
  expect(worst([nothing, rectified]).verdict).toBe("rectified");
  expect(worst([rectified, unresolved]).verdict).toBe("unresolved");
  expect(worst([nothing, nothing]).verdict).toBe("nothing to rectify");
});
