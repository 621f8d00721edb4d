import { expect, test } from "vitest";
import { alignmentMatrix } from "../../../src/audit/matrix.ts";
import { exampleRun } from "../example-run.ts";

test("a row counts selected, eligible, reached and used images, and how searches ended", () => {
  const [row] = alignmentMatrix(
    exampleRun({
      before: (_, image) => (image < 80 ? 0.9 : 0.6),
      fall: (_, image) => (image < 50 ? 0.61 : image < 70 ? 0.4 : 0.2),
    }),
  ).rows;
  // 0.9 − 0.05 ≥ 0.6 is eligible, 0.6 − 0.05 is not.
  expect(row).toMatchObject({
    base: "smiling",
    selected: 100,
    eligible: 80,
    reached: 50,
    used: 70,
    dropped: { "small-change": 30 },
    stopReasons: { dropped: 50, "shift-limit": 50 },
  });
});

test("images that are positive only before reconstruction are dropped as reconstruction-lost", () => {
  const run = exampleRun();
  const lost = new Set(run.images.slice(0, 7).map((row) => row.image));
  const edited = {
    ...run,
    predictions: run.predictions.map((row) =>
      row.classifier === "smiling" && lost.has(row.image) ? { ...row, reconstruction: 0.4 } : row,
    ),
    counterfactuals: run.counterfactuals.filter((row) => !lost.has(row.image)),
    changes: run.changes.filter((row) => !lost.has(row.image)),
  };
  expect(alignmentMatrix(edited).rows[0]).toMatchObject({ selected: 93, dropped: { "reconstruction-lost": 7 } });
  const all = { ...edited, options: { ...edited.options, select: "all" as const } };
  expect(alignmentMatrix(all).rows[0]?.dropped).toEqual({});
});

test("images after the one that filled the limit are not counted as lost", () => {
  const run = exampleRun({ options: { limit: 40 } });
  const taken = new Set(run.images.slice(0, 40).map((row) => row.image));
  const edited = {
    ...run,
    predictions: run.predictions.map((row) => (taken.has(row.image) ? row : { ...row, reconstruction: 0.4 })),
    counterfactuals: run.counterfactuals.filter((row) => taken.has(row.image)),
    changes: run.changes.filter((row) => taken.has(row.image)),
  };
  expect(alignmentMatrix(edited).rows[0]).toMatchObject({ selected: 40, dropped: {} });
});

test("a feature that the dropped images have more often than the used ones is named", () => {
  const [row] = alignmentMatrix(
    exampleRun({
      downstream: ["smiling", "eyeglasses", "lipstick"],
      fall: (_, image) => (image < 60 ? 0.6 : 0.1),
      // 20 of 60 used images have eyeglasses, all 40 dropped ones do; lipstick is everywhere alike.
      present: (downstream, image) => (downstream === "eyeglasses" ? image % 3 === 0 || image >= 60 : image % 2 === 0),
    }),
  ).rows;
  expect(row?.shifts).toEqual([{ feature: "eyeglasses", used: 20 / 60, dropped: 1 }]);
});

test("a handful of dropped images names no feature", () => {
  const [row] = alignmentMatrix(
    exampleRun({ fall: (_, image) => (image < 91 ? 0.6 : 0.1), present: (_, image) => image >= 91 }),
  ).rows;
  expect(row?.shifts).toEqual([]);
});
