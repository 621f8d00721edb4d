import { beforeAll, expect, test } from "vitest";
import { subgroups } from "../../../src/audit/cells/subgroups.ts";
import { findImages } from "../../../src/audit/find/find.ts";
import type { ReportParts } from "../../../src/report/report-data.ts";
import { exampleParts } from "../../report/example.ts";

let parts: ReportParts;
beforeAll(() => {
  parts = exampleParts({ images: 120, keep: 0, bases: 24 });
}, 60_000);

test("the groups of a label make up the figure that is quoted for the cell, and are what a query finds", () => {
  const { run, matrix } = parts;
  const beard = subgroups(run, matrix).find(({ label }) => label === "beard");
  expect(beard?.values).toEqual([0, 1]);
  const place = matrix.cells.findIndex(
    (cell) => cell.base === "smiling-eyeglasses-85" && cell.downstream === "eyeglasses",
  );
  const cell = matrix.cells[place];
  const groups = beard?.cells[place] ?? [];
  const total = groups.reduce((sum, { mean, count }) => sum + (mean ?? 0) * count, 0);
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(cell?.deciding.count);
  expect(total / (cell?.deciding.count ?? 0)).toBeCloseTo(cell?.deciding.mean ?? 0, 9);
  const found = findImages(run, {
    base: "smiling-eyeglasses-85",
    downstream: "eyeglasses",
    stratum: "present",
    query: "label.beard = 1",
  }).images;
  expect(cell?.deciding.stratum).toBe("present");
  expect(groups[1]?.count).toBe(found.length);
  expect(groups[1]?.mean).toBeCloseTo(found.reduce((sum, hit) => sum + hit.relativeChange, 0) / found.length, 9);
});
