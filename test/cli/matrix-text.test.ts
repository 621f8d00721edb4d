import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { matrixCsv, matrixText } from "../../src/cli/matrix-text.ts";
import { alignmentMatrix, type Matrix } from "../../src/index.ts";
import { movedRun } from "../audit/effects/moved-run.ts";
import { exampleRun } from "../audit/example-run.ts";

const plain = { bold: (text: string) => text, dim: (text: string) => text };
const names = Array.from({ length: 28 }, (_, index) => `feature_${index + 1}`);
const long = "a-classifier-of-many-words-that-was-named-by-a-committee-in-2024-version-95";
const bases = [...names.slice(0, 6), long];

let matrix: Matrix;
beforeAll(() => {
  matrix = alignmentMatrix(exampleRun({ bases, downstream: [...names, long], count: 20 }), { resamples: 100 });
});

/** Every row of the blocks by its name: what stands in it, block after block. */
function rowsOf(text: string): Record<string, string[]> {
  const rows: Record<string, string[]> = {};
  for (const line of text.slice(0, text.indexOf("\nmean")).split("\n")) {
    const [name = "", ...cells] = line.trim().split(/ {1,}/);
    const key = line.startsWith(" ") ? "header" : name;
    const all = line.startsWith(" ") ? [name, ...cells] : cells;
    if (line !== "") rows[key] = [...(rows[key] ?? []), ...all];
  }
  return rows;
}

describe("a matrix on a terminal of 80 letters", () => {
  test("has no longer line, and every cell of the whole one in its order", () => {
    const narrow = matrixText(matrix, { ...plain, width: 80 });
    for (const line of narrow.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    const [wide, blocks] = [rowsOf(matrixText(matrix, plain)), rowsOf(narrow)];
    expect(blocks.header).toEqual([...names.map((_, index) => `[${index + 1}]`), "[29]", "used"]);
    for (const base of names.slice(0, 6)) expect(blocks[base]).toEqual(wide[base]);
  });

  test("shortens a long name in its middle, and says how to see it whole", () => {
    const narrow = matrixText(matrix, { ...plain, width: 80 });
    expect(narrow).toMatch(/\na-classifier-of…-2024-version-95 {2}/);
    expect(narrow).toContain("\n… stands for letters left out: --wide prints every name whole\n");
  });
});

test("a matrix that is piped is one table with every name whole", () => {
  const text = matrixText(matrix, plain);
  expect(rowsOf(text)[long]).toHaveLength(30);
  expect(text).not.toContain("…");
});

test("a terminal narrower than a column still gets every column", () => {
  const text = stripVTControlCharacters(matrixText(matrix, { ...plain, width: 10 }));
  expect(rowsOf(text).header).toHaveLength(30);
});

test("a matrix shows what interventions found where no counterfactual moved, and its CSV has the effect", () => {
  const run = movedRun(
    {
      witnesses: { smiling: "judge/smiling", glasses: "judge/glasses" },
      predictions: {
        "judge/smiling": ({ smiling = 0 }) => smiling,
        "judge/glasses": ({ glasses = 0 }) => glasses,
        smiling: ({ smiling = 0, glasses = 0 }) => 0.1 + 0.4 * smiling + 0.4 * glasses,
      },
    },
    { fall: () => 0.1 },
  );
  const moved = alignmentMatrix(run, { resamples: 100 });
  const text = matrixText(moved, plain);
  expect(text).toMatch(/^smiling .* ·\*/m);
  expect(text).toContain("marks are of verdicts");
  const [header = "", ...rows] = matrixCsv(moved).trim().split("\n");
  const columns = header.split(",");
  const cells = rows.map((line) => Object.fromEntries(line.split(",").map((value, at) => [columns[at], value])));
  const glasses = cells.find(({ downstream }) => downstream === "glasses");
  expect(glasses).toMatchObject({
    state: "found",
    effect_state: "found",
    alignment_state: "unresolved",
    effect_count: "48",
  });
  expect(Number(glasses?.effect)).toBeCloseTo(0.4, 1);
});
