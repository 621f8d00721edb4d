import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newestRun, nextRun } from "../../src/results/numbered-runs.ts";
import { temporaryFolder } from "../run/small-world.ts";
import { runFile } from "./run-file.ts";

async function runs(started: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, startedAt] of Object.entries(started)) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, "run.json"), JSON.stringify({ ...runFile, startedAt }));
  }
  return folder;
}

test("the next run has the number after the largest, whatever other names there are", async () => {
  const none = join(await temporaryFolder(), "runs");
  expect(await nextRun(none)).toBe(join(none, "1"));
  const some = await runs({
    "2": "2026-01-01T00:00:00.000Z",
    "10": "2026-01-02T00:00:00.000Z",
    faces: "2026-01-03T00:00:00.000Z",
  });
  expect(await nextRun(some)).toBe(join(some, "11"));
});

test("the newest run is the one that was started last, by whatever name", async () => {
  const some = await runs({
    "1": "2026-01-02T00:00:00.000Z",
    faces: "2026-01-03T00:00:00.000Z",
    z: "2026-01-01T00:00:00.000Z",
  });
  await mkdir(join(some, "other"));
  await writeFile(join(some, "other", "run.json"), "{ not a run");
  expect(await newestRun(some)).toBe(join(some, "faces"));
});

test("there is no newest run of none", async () => {
  const none = join(await temporaryFolder(), "runs");
  await expect(newestRun(none)).rejects.toThrow(
    `no run: expected one below "${none}", found none: name a run, or make one with cfalign align`,
  );
});
