import { describe, expect, it } from "vitest";
import { relativeChange } from "../../src/alignment/relative-change.ts";

describe("relative change", () => {
  it("is the change of the downstream prediction per change of the base's", () => {
    expect(relativeChange({ before: 0.75, after: 0.25 }, { before: 0.5, after: 0.25 })).toBe(0.5);
    expect(relativeChange({ before: 0.75, after: 0.25 }, { before: 0.25, after: 0.5 })).toBe(-0.5);
    expect(relativeChange({ before: 0.75, after: 0.25 }, { before: 0.5, after: 0.5 })).toBeCloseTo(0, 15);
  });

  it("is undefined when the base does not move", () => {
    expect(relativeChange({ before: 0.5, after: 0.5 }, { before: 0.5, after: 0.5 })).toBeUndefined();
    expect(relativeChange({ before: 0.5, after: 0.5 }, { before: 0.5, after: 0.1 })).toBeUndefined();
  });

  it("is undefined when the base fell by no more than what is asked for", () => {
    const fell = { before: 0.75, after: 0.5 };
    expect(relativeChange(fell, { before: 0.75, after: 0.625 }, 0.25)).toBeUndefined();
    expect(relativeChange(fell, { before: 0.75, after: 0.625 }, 0.2)).toBe(0.5);
    expect(relativeChange({ before: 0.25, after: 0.75 }, { before: 0.25, after: 0.75 }, 0.2)).toBeUndefined();
  });

  it("is undefined where float64 has no number for it", () => {
    expect(relativeChange({ before: 5e-324, after: 0 }, { before: 1, after: 0 })).toBeUndefined();
  });
});
