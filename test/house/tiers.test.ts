import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import config from "../../vitest.config.ts";
import { testFiles, tierOf, tiers } from "../tiers.ts";
import { sourceFiles } from "./imports.ts";

const root = join(import.meta.dirname, "../..");

const projects = (config.test?.projects ?? []).map(
  (project) => (project as { test: { name: string; include: string[] } }).test,
);

describe("the tiers of the tests", () => {
  test("hold every test file once", () => {
    expect(projects.map(({ name }) => name)).toEqual(tiers);
    expect(projects.flatMap(({ include }) => include).toSorted()).toEqual(testFiles.toSorted());
  });

  test.each([
    ["test/statistics/moments.test.ts", "pure"],
    ["test/engine/trace.test.ts", "models"],
    ["test/report/page.test.ts", "browser"],
    ["test/cli/usage.test.ts", "journeys"],
    ["test/run/kill.test.ts", "journeys"],
  ])("are told by what a file imports: %s is of %s", (file, tier) => {
    expect(tierOf(file)).toBe(tier);
  });
});

test("no test has mocks", () => {
  const files = sourceFiles(join(root, "test")).map((file) => [file, readFileSync(join(root, "test", file), "utf8")]);
  // Of `vi` only what waits.
  const mocking = files.filter(([, text]) => /\bvi\.(?!waitFor\b|waitUntil\b)\w+/.test(text as string));
  expect(mocking.map(([file]) => file)).toEqual([]);
});

describe("a pure test", () => {
  test("starts no process, and no browser", () => {
    const { execFileSync, spawn } = process.getBuiltinModule("node:child_process");
    expect(() => execFileSync("true")).toThrow("a pure test starts a process");
    expect(() => spawn("true")).toThrow("a pure test starts a process");
  });

  test.each(["onnxruntime-node", "@duckdb/node-api"])("loads no %s", async (name) => {
    await expect(import(name)).rejects.toThrow(/a pure test loads ".*": import what does so/);
  });
});
