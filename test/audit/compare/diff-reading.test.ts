import { describe, expect, test } from "vitest";
import { readDiffCell } from "../../../src/audit/compare/diff-reading.ts";
import type { DiffCell } from "../../../src/results/diff-cell.ts";

const figures = (count: number, difference: number | null) => ({ before: 0, after: 0, difference, ci: null, count });
const cell: DiffCell = {
  base: { before: "a", after: "a" },
  downstream: { before: "b", after: "b" },
  before: { state: "found", reason: null, stratum: "present", rejected: false },
  after: { state: "found", reason: null, stratum: "present", rejected: false },
  present: figures(8, 0.1),
  absent: figures(9, 0.2),
  outcome: "unresolved",
  reason: "straddles",
  stratum: null,
  sentence: null,
};

describe("the reading of a cell of a diff", () => {
  test("is led by the stratum that decided, else by the one with more pairs", () => {
    expect(readDiffCell({ ...cell, stratum: "present" }).leading).toBe("present");
    expect(readDiffCell(cell).leading).toBe("absent");
    expect(readDiffCell({ ...cell, present: figures(9, 0.1) }).leading).toBe("present");
    expect(readDiffCell({ ...cell, present: figures(9, null) }).leading).toBe("absent");
  });

  test("says that it moved where a reliance came or went, or grew weaker or stronger", () => {
    const moved = (some: Partial<DiffCell>): boolean => readDiffCell({ ...cell, ...some }).changed;
    expect([moved({ outcome: "removed" }), moved({ outcome: "introduced" })]).toEqual([true, true]);
    expect([moved({ reason: "weaker" }), moved({ reason: "stronger" })]).toEqual([true, true]);
    expect([moved({}), moved({ outcome: "unchanged", reason: null }), moved({ outcome: null })]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
