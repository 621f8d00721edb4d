import { expect, test } from "vitest";
import { type CellEvidence, cellState, type Stratum } from "../../src/statistics/cell-state.ts";

const stratum = (name: "present" | "absent", low: number, high: number, count = 40): Stratum => ({
  name,
  mean: (low + high) / 2,
  ci: [low, high],
  count,
});
/** Strata have a q of 0.01 unless they say otherwise. */
const state = (strata: readonly Stratum[], more: Partial<CellEvidence> = {}) =>
  cellState({
    strata: strata.map((one) => ({ qValue: 0.01, ...one })),
    ...{ minEffect: 0.1, selected: 80, used: 80, blind: false, ...more },
  });

test("an interval beyond the smallest effect with a small q is found, and the stronger stratum is quoted", () => {
  expect(state([stratum("present", 0.2, 0.4), stratum("absent", -0.05, 0.05)])).toEqual({
    state: "found",
    stratum: "present",
  });
  expect(state([stratum("present", 0.15, 0.2), stratum("absent", -0.9, -0.4)])).toEqual({
    state: "found",
    stratum: "absent",
  });
});

test("of two strata beyond the smallest effect, the one that passes the false-discovery rate is quoted, not the larger", () => {
  const sure = { ...stratum("present", 0.14, 0.18, 400), qValue: 1e-5 };
  const wide = { name: "absent", mean: 0.6, ci: [0.105, 1.2], count: 10, qValue: 0.09 } as const;
  expect(state([sure, wide])).toEqual({ state: "found", stratum: "present" });
  // Where both pass, the larger.
  expect(state([sure, { ...wide, qValue: 0.04 }])).toEqual({ state: "found", stratum: "absent" });
});

test("nothing is found on fewer than ten images or with a large q", () => {
  expect(state([stratum("present", 0.2, 0.4, 9)])).toEqual({ state: "unresolved", reason: "too-few" });
  expect(state([{ ...stratum("present", 0.2, 0.4), qValue: 0.06 }])).toEqual({
    state: "unresolved",
    reason: "multiplicity",
    stratum: "present",
  });
});

test("a cell is clear when both strata have twenty images and lie inside the smallest effect", () => {
  expect(state([stratum("present", -0.05, 0.08), stratum("absent", -0.02, 0.02)])).toEqual({
    state: "clear",
    stratum: "present",
  });
  expect(state([stratum("present", -0.05, 0.12), stratum("absent", -0.02, 0.02)]).reason).toBe("straddles");
  expect(state([stratum("present", -0.3, 0.3, 12), stratum("absent", -0.02, 0.02)]).reason).toBe("straddles");
});

test("of two strata an unresolved cell quotes the one that leaves it open", () => {
  const beyond = { ...stratum("present", 0.12, 0.2), qValue: 0.2 };
  const across = stratum("absent", -0.5, 0.05);
  expect(state([beyond, across])).toEqual({ state: "unresolved", reason: "multiplicity", stratum: "present" });
  expect(state([stratum("present", 0.02, 0.08), stratum("absent", -0.12, 0.05)])).toMatchObject({ stratum: "absent" });
});

test("no cell is clear on one stratum: what nobody looked at is unresolved for want of images", () => {
  const absent = stratum("absent", -0.02, 0.02);
  expect(state([absent])).toEqual({ state: "unresolved", reason: "too-few", stratum: "absent" });
  for (const count of [1, 9, 19]) {
    expect(state([stratum("present", -0.02, 0.02, count), absent])).toMatchObject({
      state: "unresolved",
      reason: "too-few",
    });
  }
  expect(state([stratum("present", -0.02, 0.02, 20), absent]).state).toBe("clear");
});

test("no cell is clear when it is not known of most images whether they have the feature", () => {
  const strata = [stratum("present", -0.02, 0.02, 20), stratum("absent", -0.02, 0.02, 20)];
  expect(state(strata, { selected: 81, used: 81 })).toMatchObject({ state: "unresolved", reason: "too-few" });
});

test("images that the limit stopped find nothing, and keep a cell from being clear where they say otherwise", () => {
  const inside = [stratum("present", -0.02, 0.02), stratum("absent", -0.02, 0.02)];
  const withCut = [stratum("present", 0.2, 0.6, 60), stratum("absent", -0.02, 0.02)];
  expect(state(inside, { withCut })).toEqual({ state: "unresolved", reason: "cut-short", stratum: "present" });
  expect(state(inside, { withCut: inside }).state).toBe("clear");
});

test("no cell is clear on means alone: a use on a tenth of the images has to be excluded, with the feature and without it", () => {
  const asked = (count: number, atMost: number) => ({ ...stratum("present", -0.02, 0.02), rareUse: { count, atMost } });
  const absent = { ...stratum("absent", -0.02, 0.02), rareUse: { count: 0, atMost: 0.07 } };
  expect(state([asked(0, 0.09), absent]).state).toBe("clear");
  expect(state([asked(0, 0.1), absent])).toEqual({ state: "unresolved", reason: "rare-use", stratum: "present" });
  expect(state([asked(0, 0.1), absent], { maxRareUse: 0.2 }).state).toBe("clear");
  expect(state([asked(12, 0.5), absent], { maxRareUse: 1 }).state).toBe("clear");
});

test("no cell is clear whose means are equivalent to 0 by themselves, but not among all that were asked about", () => {
  const inside = [stratum("present", -0.05, 0.08), stratum("absent", -0.02, 0.02)];
  expect(state(inside, { clearQValue: 0.06 })).toEqual({
    state: "unresolved",
    reason: "multiplicity",
    stratum: "present",
  });
  expect(state(inside, { clearQValue: 0.05 }).state).toBe("clear");
});

test("a small stratum that lies beyond keeps a cell from being clear", () => {
  const strata = [{ ...stratum("present", 0.2, 0.6, 12), qValue: 0.2 }, stratum("absent", -0.02, 0.02)];
  expect(state(strata)).toEqual({ state: "unresolved", reason: "multiplicity", stratum: "present" });
});

test("no cell is clear when fewer than half of the selected images were used or the autoencoder loses the feature", () => {
  const inside = [stratum("present", -0.02, 0.02), stratum("absent", -0.02, 0.02)];
  expect(state(inside, { used: 39 })).toMatchObject({ state: "unresolved", reason: "base-unreachable" });
  expect(state(inside, { used: 40 })).toMatchObject({ state: "clear" });
  expect(state(inside, { used: 39, blind: true })).toMatchObject({ state: "unresolved", reason: "blind" });
});

test("what is found stays found in a blind column and an unreachable row", () => {
  expect(state([stratum("present", 0.2, 0.4)], { used: 10, blind: true }).state).toBe("found");
});

test("an empty cell is unresolved for want of images", () => {
  expect(state([])).toEqual({ state: "unresolved", reason: "too-few" });
});

test("a share that disagrees leaves a cell unresolved, with the stratum that it disagrees with", () => {
  const found = [stratum("present", 0.2, 0.4), stratum("absent", -0.05, 0.05)];
  const clear = [stratum("present", -0.05, 0.08), stratum("absent", -0.02, 0.02)];
  const held = (strata: readonly Stratum[], said: "found" | "clear" | "unresolved", share: number, count = 20) =>
    state(strata, { share: { state: said, share, count } });
  const contradicted = { state: "unresolved", reason: "contradicted", stratum: "present" };
  expect(held(found, "clear", 0.01)).toEqual(contradicted);
  expect(held(found, "found", -0.4)).toEqual(contradicted);
  expect(held(found, "unresolved", -0.4)).toEqual(contradicted);
  expect(held(found, "unresolved", 0.09)).toEqual(contradicted);
  expect(held(clear, "found", -0.4)).toEqual(contradicted);
  // A share that supports what was found, if only by its value, and one that does not know what is clear.
  expect(held(found, "found", 0.4).state).toBe("found");
  expect(held(found, "unresolved", 0.11).state).toBe("found");
  expect(held(clear, "clear", 0.01).state).toBe("clear");
  expect(held(clear, "unresolved", 0.4).state).toBe("clear");
  // Found in a group of collinear concepts, among which it is split.
  expect(held(found, "found", 0.05).state).toBe("found");
  // Nine images have no say.
  expect(held(found, "clear", 0.01, 9).state).toBe("found");
});

test("a negative relative change needs a negative share", () => {
  const found = [stratum("present", -0.4, -0.2)];
  const held = (share: number) => state(found, { share: { state: "unresolved", share, count: 20 } }).state;
  expect(held(-0.3)).toBe("found");
  expect(held(0.3)).toBe("unresolved");
});

test("a cell that is unresolved stays so for its own reason, whatever the share says", () => {
  const open = [stratum("present", -0.05, 0.4)];
  expect(state(open, { share: { state: "found", share: 0.5, count: 20 } }).reason).toBe("straddles");
});
