import { expect, test } from "vitest";
import { arrived, editLengths, further } from "../../src/interventions/edit-length.ts";

test("a feature went where its witness says nearly what it says of pictures that lack it", () => {
  const range = { having: 0.9, lacking: 0.1 };
  expect(arrived(0.2, "remove", range)).toBe(true);
  expect(arrived(0.21, "remove", range)).toBe(false);
  expect(arrived(0.8, "add", range)).toBe(true);
  expect(arrived(0.79, "add", range)).toBe(false);
});

test("a witness that is never sure is not asked to be", () => {
  const range = { having: 0.6, lacking: 0.2 };
  expect(arrived(0.25, "remove", range)).toBe(true);
  expect(arrived(0.55, "add", range)).toBe(true);
});

test("further is lower for what is taken out, and higher for what is put in", () => {
  expect(further(0.3, 0.4, "remove")).toBe(true);
  expect(further(0.3, 0.4, "add")).toBe(false);
  expect(further(0.4, 0.4, "add")).toBe(false);
});

test("lengths grow from the pattern's own", () => {
  expect(editLengths[0]).toBe(1);
  expect([...editLengths].sort((a, b) => a - b)).toEqual([...editLengths]);
});
