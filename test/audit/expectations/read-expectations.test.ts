import { expect, test } from "vitest";
import { readExpectations } from "../../../src/audit/expectations/read-expectations.ts";
import { exampleRun } from "../example-run.ts";

const run = exampleRun({
  bases: ["smiling", "smiling-95", "hat"],
  downstream: ["smiling", "mouth_open", "hat"],
  judges: ["b/smiling"],
  concepts: {
    smiling: "smiling",
    "smiling-95": "smiling",
    hat: "hat",
    mouth_open: "mouth_open",
    "b/smiling": "smiling",
  },
  count: 2,
});
const cellsOf = (text: string) =>
  readExpectations(run, text).map(({ cells }) => cells.map(({ base, downstream }) => `${base}->${downstream}`));

test("a relation is about its cell, and one with * about every cell that is judged", () => {
  expect(cellsOf("smiling-95 -> mouth_open\n* -> smiling\nsmiling -> *\n")).toEqual([
    ["smiling-95->mouth_open"],
    ["hat->smiling"],
    ["smiling->mouth_open", "smiling->hat"],
  ]);
});

test("a name that the run does not have is refused with the nearest", () => {
  const says = (text: string, message: string) =>
    expect(() => readExpectations(run, text, "f.txt")).toThrow(expect.objectContaining({ code: "input", message }));
  says(
    "smiling -> mouth_opne",
    '"f.txt" line 1: "smiling -> mouth_opne": the run has no downstream classifier "mouth_opne": did you mean "mouth_open"?',
  );
  says("* -> hats", '"f.txt" line 1: "* -> hats": the run has no downstream classifier "hats": did you mean "hat"?');
  says(
    "hat -> smiling\nsmilling -> hat",
    '"f.txt" line 2: "smilling -> hat": the run has no base "smilling": did you mean "smiling"?',
  );
});

test("a cell that is never judged cannot be expected, nor can a judge", () => {
  expect(() => cellsOf("smiling-95 -> smiling")).toThrow(
    '"expectations" line 1: "smiling-95 -> smiling": is about no cell that is judged: classifiers of one concept, and classes of one softmax, move together',
  );
  expect(() => cellsOf("hat -> b/smiling")).toThrow('the run has no downstream classifier "b/smiling"');
});
