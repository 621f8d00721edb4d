import { expect, test } from "vitest";
import type { Cell } from "../../src/results/matrix-schema.ts";
import { effectFigures, refusal, type VerdictAbout, whyUntold } from "../../src/words/verdict.ts";

test("figures of an effect that unedited images settled are those of both", () => {
  const told = { value: 0.06, ci: [-0.02, 0.14] };
  const cell = (effect: object): Cell => ({ effect: { ...told, joint: null, unedited: null, ...effect } }) as never;
  const own = "0.06, 95 % interval −0.02 to 0.14";
  expect(effectFigures(cell({}), { confidence: 0.95 })).toBe(own);
  const settled = cell({
    joint: { value: 0.03, ci: [0.01, 0.05] },
    unedited: { value: 0.02, ci: [0, 0.04], count: 600 },
  });
  expect(effectFigures(settled, { confidence: 0.95 })).toBe(`${own}, with 600 unedited images 0.01–0.05`);
});

test("who is named and not checked is said by its own name, also where a judge tells the feature", () => {
  const effect = { witness: "judge/ring" };
  const cell = { base: "net", downstream: "named/ring", reason: "unchecked", effect } as never;
  const what = (unchecked: readonly string[]): string =>
    whyUntold(cell, { matrix: { unchecked } } as never as VerdictAbout).what;
  expect(what(["named/ring"])).toBe("named/ring is named by CLIP, and nobody has checked it");
  expect(what(["named/ring", "judge/ring"])).toBe("judge/ring is named by CLIP, and nobody has checked it");
});

test("nothing is said of a table where there may be words, nor of features that were not moved", () => {
  const still = { base: "net", reason: "base-unreachable", effect: { witness: "judge/ring" } } as never;
  expect(whyUntold(still, { matrix: {} } as never).what).toContain("no feature that was moved moves the classifier");
  const untold = { base: "net", effect: null } as never;
  expect(whyUntold(untold, { own: undefined, none: "no-witness", matrix: {} } as never).what).toBe(
    "no column or word is about what net itself says",
  );
});

test("pictures that only a CLIP has counted are said to be its opinion", () => {
  const reading = { label: "ring", ones: 3, zeros: 237, auroc: null, refused: "too-few" };
  expect(refusal(reading).what).toBe("3 pictures have it and 237 lack it");
  expect(refusal({ ...reading, byWords: true }).what).toBe("CLIP says that 3 pictures have it and 237 lack it");
  const cell = { base: "net", downstream: "named/ring", effect: null } as never;
  const about = { reading: { ...reading, byWords: true }, own: undefined, none: "not-moved", matrix: {} } as never;
  expect(whyUntold(cell, about).remedy).toContain("(CLIP says 3 pictures with it, 237 without it)");
});
