import { expect, test } from "vitest";
import type { Cell } from "../../src/audit/schema.ts";
import { effectFigures } from "../../src/words/verdict.ts";

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
