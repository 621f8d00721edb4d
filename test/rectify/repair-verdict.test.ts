import { describe, expect, test } from "vitest";
import type { Classifier } from "../../src/models/types.ts";
import { asTold } from "../../src/rectify/as-told.ts";
import { repairFigures, worstGroupChange } from "../../src/rectify/repair-figures.ts";
import type { Looked, RepairEffect } from "../../src/rectify/repair-schema.ts";
import { judgeRepair, recommended } from "../../src/rectify/repair-verdict.ts";

const effect = (value: number, half = 0.04, given: Partial<RepairEffect> = {}): RepairEffect => {
  const within = Math.abs(value) + half < 0.1;
  const beyond = Math.abs(value) - half > 0.1;
  return {
    ...{ feature: "hat", witness: "judge/hat", value, ci: [value - half, value + half], count: 80 },
    ...{ state: beyond ? "found" : within ? "clear" : "unresolved", reason: beyond || within ? null : "straddles" },
    ...given,
  };
};
const byProbe = (value: number): RepairEffect => effect(value, 0.04, { state: "unresolved", reason: "told-by-editor" });
const looked = (...effects: readonly RepairEffect[]): Looked => ({ effects, figures: null });
const rise = { value: 0.2, ci: [0.1, 0.3] } as const;
const even = { value: 0, ci: [-0.05, 0.05] } as const;
const fall = { value: -0.2, ci: [-0.3, -0.1] } as const;
const unsure = { value: 0, ci: [-0.3, 0.3] } as const;
const judged = (
  before: Looked,
  after: Looked,
  worstGroupChange: { value: number; ci: readonly [number, number] } | null,
) => judgeRepair({ against: ["hat"], before, after, worstGroupChange, minEffect: 0.1, smallest: "smiling with hat" });

describe("the verdict on a repair", () => {
  test.each([
    ["repaired", effect(0.4), effect(0.02), rise, "rises by 0.20 (0.10 to 0.30)"],
    ["repaired", effect(-0.4), effect(0.02), even, "effect of hat -0.40 (-0.44 to -0.36) → 0.02"],
    ["worse", effect(0.4), effect(0.02), fall, "falls by 0.20"],
    ["worse", effect(0.1), effect(0.4), rise, "→ 0.40"],
    ["better", effect(0.4), effect(0.15), even, "hat still does more than 0.1"],
    ["better", effect(0.4), effect(0.08), even, "not surely within ±0.1: more pictures"],
    ["better", effect(0.4), effect(0.02), unsure, "more pictures smiling with hat would tell"],
    ["better", effect(0.4), effect(0.02), null, "too few judged pictures smiling with hat"],
    ["better", effect(0.4), effect(0.35), rise, "hat still does more than 0.1"],
    ["unresolved", effect(0.4), effect(0.35), even, "hat still does more"],
    ["nothing to repair", effect(0.02), effect(0.01), even, "effect of hat 0.02"],
    [
      "better",
      effect(0.4),
      effect(0.02, 0.04, { state: "unresolved", reason: "rare-use" }),
      even,
      "more edited pictures",
    ],
    [
      "better",
      effect(0.4),
      effect(0, 0.04, { state: "unresolved", reason: "base-unreachable" }),
      even,
      "hardly knows its class",
    ],
    ["repaired", effect(0.4), byProbe(0.02), rise, "→ 0.02"],
    ["unresolved", byProbe(0.02), byProbe(0.01), even, "only a probe sees hat go"],
    ["better", effect(0.4), { ...byProbe(0.02), reason: "unchecked" }, even, "hat is named by CLIP, not checked"],
    [
      "unresolved",
      effect(0.4),
      effect(0, 0.04, { reason: "not-moved" }),
      even,
      "another witness, or labels, would tell",
    ],
  ] as const)("is %s", (verdict, before, after, change, words) => {
    const { verdict: found, reason } = judged(looked(before), looked(after), change);
    expect([found, reason]).toEqual([verdict, expect.stringContaining(words)]);
  });

  test("is worse where another feature has come into use, and not where it does no more than before", () => {
    const glasses = (value: number) => effect(value, 0.04, { feature: "glasses" });
    const of = (was: number, is: number) =>
      judged(looked(effect(0.4), glasses(was)), looked(effect(0.02), glasses(is)), rise);
    expect(of(0.02, 0.5)).toEqual({
      verdict: "worse",
      reason: expect.stringContaining("effect of glasses 0.02 (-0.02 to 0.06) → 0.50 (0.46 to 0.54)"),
    });
    for (const [was, is] of [
      [0.02, 0.04],
      [0.5, 0.52],
      [0.5, 0.2],
    ] as const)
      expect(of(was, is).verdict).toBe("repaired");
  });

  test("is unresolved where no effect is known, and says what would tell", () => {
    expect(judged(looked(), looked(), rise)).toEqual({
      verdict: "unresolved",
      reason: expect.stringContaining("ten judged pictures with it and without it are needed"),
    });
  });
});

describe("the recommended method", () => {
  const on = (value: number, right: number, worst = right): Looked => ({
    effects: [effect(value)],
    figures: {
      ...repairFigures({ predictions: [1], labels: [1], groups: [0] }, 1, 0.95),
      accuracy: { value: right, ci: [right - 0.05, right + 0.05] },
      worstGroup: { group: 0, count: 20, value: worst, ci: [worst - 0.15, worst + 0.15] },
    },
  });
  const known = {
    strong: { method: "last-layer", chosen: on(0.2, 0.99) },
    small: { method: "last-two", chosen: on(0.05, 0.9) },
    none: { method: "sum", chosen: on(0.01, 0.88) },
    wrong: { method: "project", chosen: on(0, 0.8) },
    unfair: { method: "project", chosen: on(0, 0.9, 0.7) },
  } as const;
  const chosen = (...names: (keyof typeof known)[]) =>
    recommended(
      names.map((name) => known[name]),
      ["hat"],
      0.1,
    );

  test("has the smallest effect of those whose effect is small and whose accuracy, also of the worst group, is not surely lower than the best of them", () => {
    expect(chosen("strong", "small", "none")).toBe("sum");
    expect(chosen("strong", "small", "wrong")).toBe("last-two");
    expect(chosen("small", "unfair")).toBe("last-two");
  });

  test("has the smallest effect where none is small, and there is none without a file", () => {
    expect(recommended([known.strong, { method: "sum", chosen: on(0.3, 1) }], ["hat"], 0.1)).toBe("last-layer");
    expect(chosen()).toBeNull();
  });
});

describe("figures by group", () => {
  const labels = Array.from({ length: 80 }, (_, i): 0 | 1 => (i % 2 === 0 ? 1 : 0));
  const groups = labels.map((label, i) => label + (i < 40 ? 0 : 2));
  // Right but in half of one group.
  const wrongIn = (group: number) =>
    labels.map((label, i) => (groups[i] === group && i % 4 < 2 ? 1 - label : label)).map((value) => 0.1 + 0.8 * value);

  test("name the worst group, and nothing where one is too small", () => {
    const { accuracy, worstGroup, auroc, brier } = repairFigures({ predictions: wrongIn(2), labels, groups }, 4, 0.95);
    expect(worstGroup).toMatchObject({ group: 2, count: 20, value: 0.5 });
    expect(accuracy.value).toBeCloseTo(70 / 80, 9);
    expect(auroc?.value).toBeGreaterThan(0.8);
    expect(brier.value).toBeCloseTo((70 * 0.01 + 10 * 0.81) / 80, 9);
    const few = labels.map((_, i) => i).filter((i) => groups[i] !== 2 || i < 48);
    const at = <T>(values: readonly T[]): T[] => few.map((i) => values[i] as T);
    const some = { predictions: at(wrongIn(2)), labels: at(labels), groups: at(groups) };
    expect(repairFigures(some, 4, 0.95).worstGroup).toBeNull();
    expect(worstGroupChange(some, some, { groups: 4, confidence: 0.95, seed: 1 })).toBeUndefined();
  });

  test("say by how much the worst group changed, with an interval", () => {
    const of = (predictions: readonly number[]) => ({ predictions, labels, groups });
    const asked = { groups: 4, confidence: 0.95, seed: 1 };
    const change = worstGroupChange(of(wrongIn(2)), of(wrongIn(9)), asked);
    expect(change?.value).toBe(0.5);
    expect(change?.ci[0]).toBeGreaterThan(0.2);
    expect(worstGroupChange(of(wrongIn(2)), of(wrongIn(2)), asked)).toEqual({ value: 0, ci: [0, 0] });
  });
});

test("an effect is not clear by a probe, or by a name that nobody has checked, and found all the same", () => {
  const witness = (model: object): Classifier => ({ terms: [{ model, target: 0 }] }) as unknown as Classifier;
  const judge = witness({ targets: ["hat"] });
  const probe = witness({ targets: ["hat"], probeOf: "autoencoder" });
  const named = witness({ targets: ["hat"], probeOf: "autoencoder", unchecked: ["hat"] });
  const clear = { state: "clear", reason: null };
  expect([judge, probe, named].map((each) => asTold(clear, each).reason)).toEqual([
    null,
    "told-by-editor",
    "unchecked",
  ]);
  for (const each of [probe, named]) {
    expect(asTold(clear, each).state).toBe("unresolved");
    expect(asTold({ state: "found", reason: null }, each).state).toBe("found");
  }
});
