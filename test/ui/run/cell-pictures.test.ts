import { describe, expect, test } from "vitest";
import type { Cell } from "../../../src/audit/schema.ts";
import type { ReportData } from "../../../src/report/data.ts";
import { picturesOf, typicalOf } from "../../../src/ui/run/cell-pictures.ts";

/** Four counterfactuals of "b": relative changes 1, 0.5 and 0.25 with the feature, −0.5 without it. */
const report = {
  images: ["all", "half", "quarter", "none"],
  pictures: [
    [0.9, 0.65],
    [0.9, 0.775],
    [0.75, 0.25],
    [0.25, 0.5],
  ].map((along, image) => ({ image, base: "b", shares: [0, 1], predictions: { b: [0.75, 0.25], d: along } })),
} as unknown as ReportData;
const cell = (stratum: Cell["stratum"]): Cell =>
  ({ base: "b", downstream: "d", stratum, present: { mean: 0.45 }, absent: { mean: -0.4 } }) as unknown as Cell;

describe("pictures of a cell", () => {
  test("show the stratum that decided first, strongest relative change first", () => {
    const names = (stratum: Cell["stratum"]) => picturesOf(report, cell(stratum)).map(({ name }) => name);
    expect(names("present")).toEqual(["quarter", "all", "half", "none"]);
    expect(names(null)).toEqual(["quarter", "all", "half", "none"]);
    expect(names("absent")).toEqual(["none", "quarter", "all", "half"]);
  });

  test("are led by a typical one, not by the most extreme", () => {
    const typical = (stratum: Cell["stratum"]) => typicalOf(picturesOf(report, cell(stratum)), cell(stratum))?.name;
    expect(typical("present")).toBe("all");
    expect(typical("absent")).toBe("none");
    expect(typicalOf([], cell("present"))).toBeUndefined();
  });
});
