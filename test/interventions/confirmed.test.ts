import { expect, test } from "vitest";
import { counted, isConfirmed, isSeen } from "../../src/interventions/confirmed.ts";
import type { Editor, InterventionRow, Side } from "../../src/interventions/rows.ts";

/** Edits whose witness saw so many of them move. */
function edits(editor: Editor, side: Side, seen: number, of: number, feature = "hat"): InterventionRow[] {
  return Array.from({ length: of }, (_, index) => {
    const [before, after] = side === "remove" ? [0.9, 0.1] : [0.1, 0.9];
    return {
      ...{ image: `${index}.png`, feature, side, editor, editedBy: null, length: 1, distance: 0.1, witness: "w" },
      before: { w: before },
      after: { w: index < seen ? after : before },
    };
  });
}

const told = (rows: readonly InterventionRow[]): string[] => [
  ...new Set(counted(rows).map(({ feature, side, editor }) => `${feature} ${side} ${editor}`)),
];

test("a witness sees a feature go that falls by more than a quarter, and come where it rises", () => {
  const [row] = edits("pattern", "remove", 1, 1) as [InterventionRow];
  expect(isSeen(row)).toBe(true);
  expect(isSeen({ ...row, side: "add" })).toBe(false);
  expect(isSeen({ ...row, after: { w: 0.65 } })).toBe(false);
  expect(isSeen({ ...row, after: {} })).toBe(false);
});

test("edits are confirmed where half of them are seen, and none where there are none", () => {
  expect(isConfirmed(edits("pattern", "add", 5, 10))).toBe(true);
  expect(isConfirmed(edits("pattern", "add", 4, 10))).toBe(false);
  expect(isConfirmed([])).toBe(false);
});

test("all that one editor did counts, seen or not", () => {
  const rows = [...edits("pattern", "remove", 0, 10), ...edits("pattern", "add", 10, 10)];
  expect(counted(rows)).toBe(rows);
});

test("of two editors those count whose edits are confirmed, side by side", () => {
  expect(
    told([
      ...edits("pattern", "remove", 2, 10),
      ...edits("pattern", "add", 9, 10),
      ...edits("counterfactual", "remove", 8, 10),
      ...edits("counterfactual", "add", 6, 10),
      ...edits("pattern", "add", 1, 10, "beard"),
    ]),
  ).toEqual(["hat add pattern", "hat remove counterfactual", "hat add counterfactual", "beard add pattern"]);
});

test("where no editor is confirmed the one counts that was seen most", () => {
  expect(told([...edits("pattern", "remove", 1, 10), ...edits("counterfactual", "remove", 3, 8)])).toEqual([
    "hat remove counterfactual",
  ]);
  expect(told([...edits("pattern", "remove", 4, 10), ...edits("counterfactual", "remove", 3, 8)])).toEqual([
    "hat remove pattern",
  ]);
});
