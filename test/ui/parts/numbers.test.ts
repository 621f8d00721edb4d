import { describe, expect, test } from "vitest";
import { decimal, narrow, percent, plural, range, spelled } from "../../../src/ui/parts/numbers.ts";

describe("numbers on the page", () => {
  test("have a true minus sign and no negative zero", () => {
    expect([0.684, -0.684, -0.001, null].map((value) => decimal(value))).toEqual(["0.68", "−0.68", "0.00", "–"]);
  });

  test("fit a narrow cell", () => {
    expect([0.684, -0.04, 0.004, 1, 1.26, -12.4].map(narrow)).toEqual([".68", "−.04", "0", "1.0", "1.3", "−12"]);
  });

  test("are said as words where they count something", () => {
    expect([plural(1, "image"), plural(1200, "image"), spelled(6), spelled(28)]).toEqual([
      "1 image",
      "1,200 images",
      "Six",
      "28",
    ]);
    expect([percent(1, 3), percent(0, 0), range([0.1, 0.256]), range(null)]).toEqual([
      "33 %",
      "–",
      "0.10 to 0.26",
      undefined,
    ]);
  });
});
