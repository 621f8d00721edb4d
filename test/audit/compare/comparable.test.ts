import { expect, test } from "vitest";
import { incomparable } from "../../../src/audit/compare/comparable.ts";
import type { RunFile } from "../../../src/results/run-file.ts";
import { runFile } from "../../results/run-file.ts";
import { exampleRun } from "../example-run.ts";

const example = exampleRun();
const withOptions = (options: Partial<RunFile["options"]>) => ({
  ...example,
  file: { ...runFile, options: { ...runFile.options, ...options } },
});
const there = withOptions({});

test("another search makes relative changes another quantity", () => {
  expect(incomparable(there, withOptions({ drop: 0.8 }))).toEqual(["drop: 0.6 there, 0.8 now"]);
  const other = { ...there.file, autoencoder: { name: "cats", hash: "d".repeat(64) } };
  expect(incomparable(there, { ...there, file: other })).toHaveLength(2);
});

test("values are compared, not what is said of them", () => {
  const models = [{ name: "drop: 0.6", hash: "e".repeat(64) }];
  expect(incomparable(there, { ...there, file: { ...there.file, models } })).toEqual([]);
  const alike = `${"a".repeat(63)}b`;
  const autoencoder = { name: "faces", hash: alike };
  // The first twelve letters, which are said, are the same.
  expect(incomparable(there, { ...there, file: { ...there.file, autoencoder } })).toHaveLength(1);
});

test("every option says for itself whether it matters", () => {
  const other: Partial<RunFile["options"]> = { minPrediction: 0.4, select: "all", floor: 0.1, limit: null };
  expect(incomparable(there, withOptions(other)).map((phrase) => phrase.split(":")[0])).toEqual([
    "floor",
    "select",
    "min-prediction",
  ]);
});

test("what else a run measured does not", () => {
  const more = withOptions({
    decompose: { images: 20, draws: 8, noise: 0.5 },
    saliency: { method: "input-gradients", images: 64 },
    robustness: true,
    untilResolved: true,
    seed: 2,
  });
  expect(incomparable(there, more)).toEqual([]);
});

test("of a run without run.json nothing is said", () => {
  expect(incomparable(example, there)).toEqual([]);
});
