import { beforeAll, expect, test } from "vitest";
import { diffText } from "../../src/cli/diff-text.ts";
import { type Diff, diffRuns } from "../../src/index.ts";
import { exampleRun } from "../audit/example-run.ts";

const plain = { bold: (text: string) => text, dim: (text: string) => text };
const downstream = Array.from(
  { length: 30 },
  (_, index) => `a_rather_long_name_of_a_feature_that_nobody_shortened_${index + 1}`,
);

let diff: Diff;
beforeAll(() => {
  // Feature 30 is used in the first run only; what the others do is the same noise in both.
  const run = (effect: number) =>
    exampleRun({
      downstream,
      count: 60,
      relativeChange: (_, name, image) =>
        (name.endsWith("_30") ? effect : 0) + 0.02 * Math.sin(image * (1 + name.length)),
    });
  diff = diffRuns(run(0.8), run(0), { resamples: 200 });
});

test("of many cells the changed ones are printed first, and the others are counted", () => {
  const text = diffText(diff, { ...plain, all: false });
  const rows = text.split("\n").filter((line) => /^smiling .* (unchanged|removed)$/.test(line));
  expect(rows).toHaveLength(20);
  expect(rows[0]).toMatch(/shortened_30 .*removed$/);
  expect(text).toContain("\n… and 10 more cells: --all prints them\n");
});

test("with all, every cell is printed and nothing is left to say", () => {
  const text = diffText(diff, { ...plain, all: true });
  for (const name of downstream) expect(text).toContain(`${name} `);
  expect(text).not.toContain("more cells");
});

test("on a terminal of 80 letters cells come in lines that fit, with all that the table says", () => {
  const text = diffText(diff, { ...plain, all: false, width: 80 });
  const lines = text.slice(text.indexOf("\n\n") + 2).split("\n");
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines[0]).toMatch(/^smiling → a_rather_long_\S*…\S*_30 {2}removed$/);
  expect(lines[1]).toMatch(/^ {2}feature \w+, 0\.8\d to 0\.0\d: -0\.80 \(-0\.\d\d to -0\.\d\d\), 30 pairs$/);
});
