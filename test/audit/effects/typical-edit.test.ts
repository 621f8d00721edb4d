import { describe, expect, test } from "vitest";
import { type SeenEdit, typicalEdit } from "../../../src/audit/effects/typical-edit.ts";
import type { Side } from "../../../src/interventions/rows.ts";
import type { CellEffect } from "../../../src/results/matrix-schema.ts";

/** An edit by what it does to the biased classifier and to the clean one, and how well it is seen. */
const edit = (biased: number, clean: number | undefined, seen: number, side: Side = "remove"): SeenEdit => {
  const rest = {
    feature: "glasses",
    editor: "pattern",
    editedBy: null,
    length: 1,
    distance: 0.1,
    witness: "w",
  } as const;
  return {
    seen,
    row: {
      ...{ image: "", side, ...rest },
      before: { biased: 0.9, ...(clean === undefined ? {} : { clean: 0.5 }) },
      after: { biased: 0.9 - biased, ...(clean === undefined ? {} : { clean: 0.5 - clean }) },
    },
  };
};
const mean = (fall: number) => ({ before: 0.9, after: 0.9 - fall }) as CellEffect["removed"];
const biased = { classifier: "biased", effect: { removed: mean(0.5), added: mean(-0.4) } };
const clean = { classifier: "clean", effect: { removed: mean(0), added: mean(0) } };

describe("the edit that stands for an effect", () => {
  test("is of its side, of the half nearest to the mean the one that is seen best", () => {
    const edits = [edit(0.5, 0, 1), edit(0.45, 0, 2), edit(0.1, 0, 9), edit(0.9, 0, 9), edit(0.5, 0, 9, "add")];
    expect(typicalEdit([biased], edits)).toBe(1);
    expect(typicalEdit([{ ...biased, effect: { removed: null, added: mean(-0.4) } }], edits)).toBe(4);
    expect(typicalEdit([biased], [])).toBeNull();
    expect(typicalEdit([{ ...biased, effect: { removed: null, added: null } }], edits)).toBeNull();
  });

  test("is near the mean of the classifier that is shown beside it, too", () => {
    const edits = [
      edit(0.2, 0, 9),
      edit(0.5, 0.3, 9),
      edit(0.5, -0.4, 9),
      edit(0.45, 0.03, 2),
      edit(0.55, 0.01, 1),
      edit(0.9, 0, 9),
    ];
    expect(typicalEdit([biased], edits.slice(0, 3))).toBe(1);
    expect(typicalEdit([biased], edits)).toBe(1);
    expect(typicalEdit([biased, clean], edits)).toBe(3);
  });

  test("is one that this classifier was asked about, where there is one", () => {
    const edits = [edit(0.5, undefined, 9), edit(0.5, undefined, 8), edit(0.2, 0.1, 1)];
    expect(typicalEdit([biased, clean], edits)).toBe(2);
    expect(typicalEdit([biased, clean], edits.slice(0, 2))).toBe(0);
    // One that was not edited on this side is no measure.
    const other = { classifier: "clean", effect: { removed: null, added: mean(0) } };
    expect(typicalEdit([biased, other], edits)).toBe(0);
  });
});
