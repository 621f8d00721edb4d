import { expect, test } from "vitest";
import { readExpectations } from "../../../src/audit/expectations/read-expectations.ts";
import { findings } from "../../../src/audit/findings/findings.ts";
import { summarize } from "../../../src/audit/findings/summary.ts";
import { alignmentMatrix } from "../../../src/audit/matrix.ts";
import { summarySchema } from "../../../src/results/matrix-schema.ts";
import { type ExampleOptions, exampleRun } from "../example-run.ts";

// The mouth opens with the smile, glasses are planted, a hat does nothing, and nobody has a beard.
const effects: Readonly<Record<string, number>> = { mouth_open: 0.4, glasses: 0.6, hat: 0, beard: 0 };
const example: ExampleOptions = {
  downstream: ["smiling", ...Object.keys(effects)],
  present: (downstream, image) => downstream !== "beard" && image % 2 === 0,
  relativeChange: (_, downstream, image) => (effects[downstream] ?? 0) + 0.01 * Math.sin(image),
};
const run = exampleRun(example);
const matrix = alignmentMatrix(run, { resamples: 200 });

function said(text: string) {
  const expected = readExpectations(run, text);
  const found = findings(matrix, { expected });
  return { found, summary: summarize(run, matrix, found, { expected }) };
}
const groups = (text: string) =>
  Object.fromEntries(said(text).found.map(({ downstream, group }) => [downstream, group]));

test("a finding that was expected is a group of its own: listed and counted, and not in the headline", () => {
  const { found, summary } = said("smiling -> mouth_open");
  expect(found.map(({ downstream, group }) => `${downstream} ${group}`)).toEqual([
    "glasses open",
    "mouth_open expected",
  ]);
  expect(summary.groups).toMatchObject({ open: 1, expected: 1 });
  expect(summary.headline).toBe(
    "The classifier may rely on a feature that is neither its own nor expected: found, but not confirmed",
  );
  expect(summarySchema.parse(JSON.parse(JSON.stringify(summary)))).toEqual(summary);
});

test("expecting something hides no finding: there are as many, with the same figures", () => {
  const plain = findings(matrix);
  const expected = said("smiling -> *").found;
  const figures = (some: typeof plain) => some.map(({ group, ...rest }) => JSON.stringify(rest)).sort();
  expect(figures(expected)).toEqual(figures(plain));
});

test("where all that is found was expected, the headline says so, and what is unresolved", () => {
  expect(said("smiling -> mouth_open\nsmiling -> glasses").summary.headline).toBe(
    "Nothing unexpected was found, and 1 cell could not be resolved",
  );
});

test("a relation is told by its cell: found, clear, or unresolved", () => {
  const { expectations } = said("smiling->mouth_open\nsmiling->hat\nsmiling->beard\nsmiling->*").summary;
  expect(expectations.map(({ sentence }) => sentence)).toEqual([
    expect.stringMatching(
      /^smiling → mouth_open is expected, and is found: relative change 0\.40 \(0\.\d\d–0\.\d\d\)\.$/,
    ),
    "smiling → hat is expected, but is not found: the cell is clear.",
    "smiling → beard is expected, but these images cannot tell: the cell is unresolved.",
    "smiling → * is expected in 4 cells: found in 2, clear in 1, unresolved in 1.",
  ]);
  expect(expectations.at(-1)).toMatchObject({ cells: 4, found: 2, clear: 1, unresolved: 1, beyond: 0, rejected: 0 });
});

test("a finding outside of the range that was expected stays an ordinary one, and says so", () => {
  expect(groups("smiling -> mouth_open = 0.2..0.6\nsmiling -> glasses = 0.2..0.5")).toEqual({
    mouth_open: "expected",
    glasses: "open",
  });
  const { found, summary } = said("smiling -> glasses = 0.2..0.5");
  expect(found.find(({ downstream }) => downstream === "glasses")?.qualifiers).toContain(
    "expected from 0.20 to 0.50, and found outside of this range",
  );
  expect(summary.expectations[0]?.sentence).toMatch(
    /^smiling → glasses is expected from 0\.20 to 0\.50, but is found outside of this range, and counts as a finding: relative change 0\.60/,
  );
});

test("what the judge rejects counts for nothing, expected or not", () => {
  const judged = exampleRun({
    ...example,
    judges: ["b/glasses"],
    concepts: { smiling: "smiling", glasses: "glasses", "b/glasses": "glasses" },
  });
  const rejecting = alignmentMatrix(judged, { resamples: 200 });
  const expected = readExpectations(judged, "smiling -> glasses");
  const found = findings(rejecting, { expected });
  expect(found.find(({ downstream }) => downstream === "glasses")?.group).toBe("rejected");
  expect(summarize(judged, rejecting, found, { expected }).expectations[0]?.sentence).toContain("the judge rejects it");
});
