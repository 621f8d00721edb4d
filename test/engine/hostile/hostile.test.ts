import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Case, hostileCases, isOneLine } from "./hostile.ts";
import { mutations } from "./mutations.ts";

/** Five models of each kind; scripts/hostile/mutate-models.ts opens a thousand. */
const COUNT = 5 * Object.keys(mutations).length;

test("broken models are answered in one line each, without a crash, a hang or a read outside", {
  timeout: 600_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "cfalign-hostile-"));
  const cases: Case[] = [];
  try {
    for await (const each of hostileCases(COUNT, "sample", join(folder, "models"))) cases.push(each);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  expect(cases.filter(({ end }) => end !== "answered")).toEqual([]);
  const verdicts = cases.flatMap(({ answer }) => (answer === undefined ? [] : [answer.inspect, answer.differentiable]));
  expect(verdicts.filter((verdict) => !isOneLine(verdict))).toEqual([]);
  expect(cases.every(({ answer }) => (answer?.cpuSeconds ?? 0) < 10)).toBe(true);
  expect(cases.every(({ answer }) => (answer?.maxResidentBytes ?? 0) < 2 ** 31)).toBe(true);
  const outside = cases.filter(({ kind }) => /above|absolute|link/.test(kind));
  expect(outside.length).toBe(20);
  for (const { answer } of outside)
    expect(answer?.differentiable.message).toContain("only files inside the model's folder are read");
  const cycles = cases.filter(({ answer }) => answer?.differentiable.message.includes("has a cycle"));
  expect(cycles.length).toBeGreaterThan(0);
});
