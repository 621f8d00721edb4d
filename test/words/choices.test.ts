import { expect, test } from "vitest";
import type { Matrix } from "../../src/results/matrix-schema.ts";
import type { RunData } from "../../src/results/run-data.ts";
import { editorChoice } from "../../src/words/choices.ts";
import { otherEditorsWords } from "../../src/words/moved.ts";

function choiceOf(rows: readonly { readonly witness: string; readonly editedBy: string | null }[], probes: string[]) {
  const run = { interventions: rows, probes } as unknown as RunData;
  return editorChoice(run, { cells: [] } as unknown as Matrix).at(-1);
}

test("a witness that made the edits it tells of is named", () => {
  expect(choiceOf([{ witness: "judge/hat", editedBy: null }], [])).toBe(
    "Witnesses are networks that share nothing with the edits.",
  );
  const rows = [
    { witness: "judge/hat", editedBy: null },
    { witness: "beard", editedBy: "beard" },
  ];
  expect(choiceOf(rows, [])).toBe(
    "Witnesses are networks that share nothing with the edits, but for beard, which also made the edits it tells of.",
  );
});

test("probes clear nothing alone, which says nothing of other witnesses", () => {
  const rows = [
    { witness: "concepts/hat", editedBy: null },
    { witness: "judge/beard", editedBy: null },
  ];
  expect(choiceOf(rows, ["concepts/hat"])).toMatch(
    /^1 of 2 witnesses are probes, .*, and nothing that they alone tell is called clear\./,
  );
});

test("what no pattern moved is named with what was done instead, or why nothing was", () => {
  const byCounterfactuals = { features: ["tag"], images: 40 };
  expect(
    otherEditorsWords({
      bySpectra: { features: [], images: 0 },
      byCounterfactuals,
      withoutEditor: { stain: "nothing tells it" },
    }),
  ).toEqual([
    "By counterfactuals, since nothing else moves them as far: tag (40 edited images).",
    "Neither pattern nor spectrum moves stain, and no counterfactual was made of it: nothing tells it.",
  ]);
});
