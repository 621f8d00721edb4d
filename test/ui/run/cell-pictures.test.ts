import { describe, expect, test } from "vitest";
import type { ReportData } from "../../../src/report/data.ts";
import type { Cell } from "../../../src/results/matrix-schema.ts";
import { picturesOf, typicalOf } from "../../../src/ui/run/cell-pictures.ts";

/** Four counterfactuals of "b": relative changes with the feature, −0.5 without it. */
const report = {
  images: ["half", "quarter", "all", "none"],
  matrix: { downstream: ["b", "d"] },
  pictures: [
    [0.5, "1"],
    [0.25, "1"],
    [1, "1"],
    [-0.5, "0"],
  ].map(([change, present], image) => ({ image, base: "b", relativeChanges: [1, change], present: `1${present}` })),
} as unknown as ReportData;
const cell = (stratum: Cell["stratum"]): Cell =>
  ({ base: "b", downstream: "d", stratum, present: { mean: 0.45 }, absent: { mean: -0.4 } }) as unknown as Cell;

describe("pictures of a cell", () => {
  test("show the stratum that decided first, strongest relative change first", () => {
    const names = (stratum: Cell["stratum"]) => picturesOf(report, cell(stratum)).map(({ name }) => name);
    expect(names("present")).toEqual(["all", "half", "quarter", "none"]);
    expect(names(null)).toEqual(["all", "half", "quarter", "none"]);
    expect(names("absent")).toEqual(["none", "all", "half", "quarter"]);
  });

  test("are led by a typical one, not by the most extreme", () => {
    const typical = (stratum: Cell["stratum"]) => typicalOf(picturesOf(report, cell(stratum)), cell(stratum))?.name;
    expect(typical("present")).toBe("half");
    expect(typical("absent")).toBe("none");
    expect(typicalOf([], cell("present"))).toBeUndefined();
  });
});
