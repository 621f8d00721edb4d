import { readdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { openRun } from "../../src/results/open-run.ts";
import { readRunFile, writeRunFile } from "../../src/results/run-file.ts";
import { difference, drawFaces, openSmallWorld, runToEnd, smallWorld, temporaryFolder } from "../run/small-world.ts";

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await temporaryFolder();
  await drawFaces(at("faces"), 100);
  const workspace = await openSmallWorld(await smallWorld());
  for (const name of ["run", "damaged", "cut", "odd"]) {
    await runToEnd(at("faces"), { workspace, bases: ["smiling"], out: at(name), limit: null, keepImages: 0 });
  }
  await workspace.dispose();
}, 300_000);

describe("opening a run", () => {
  test("sees only what is committed", async () => {
    const before = await openRun(at("run"));
    await rm(at("run/chunks/1of1-00001.json"));
    await writeRunFile(at("run"), { ...(await readRunFile(at("run"))), finishedAt: null });
    const after = await openRun(at("run"));
    expect(await readdir(at("run/changes"))).toContain("1of1-00001.parquet");
    expect([before.processed, after.processed]).toEqual([100, 64]);
    const first = new Set(after.images.slice(0, 64).map(({ image }) => image));
    expect([...after.changes]).toEqual(before.changes.filter(({ image }) => first.has(image)));
    expect(after.images.slice(64).every(({ width }) => width === null)).toBe(true);
  });

  test("says what is there instead of a run", async () => {
    const expected = (path: string, found: string) => ({
      code: "input",
      message: `"${path}": expected a run (a folder made by cfalign align), found ${found}`,
    });
    await expect(openRun(at("none"))).rejects.toMatchObject(expected(at("none"), "nothing there"));
    await expect(openRun(at("faces"))).rejects.toMatchObject(expected(at("faces"), "a folder without run.json"));
    await writeFile(at("file"), "");
    await expect(openRun(at("file"))).rejects.toMatchObject(expected(at("file"), "a file"));
  });

  test("refuses one that this process has no memory for, and says how it gets it", async () => {
    const { machine } = platform;
    platform.machine = () => ({ ...machine(), heapBytes: 64e6 });
    try {
      await expect(openRun(at("run"))).rejects.toMatchObject({
        code: "runtime",
        message: expect.stringMatching(
          /run": its rows take about 0\.1 GB of memory, and this process may use 0\.1 GB: set NODE_OPTIONS=--max-old-space-size=1024 and call this again$/,
        ),
      });
    } finally {
      platform.machine = machine;
    }
  });

  test("says which part is missing or cut off, and the way out", async () => {
    const part = at("damaged/changes/1of1-00000.parquet");
    const commit = at("damaged/chunks/1of1-00000.json");
    await truncate(part, 100);
    const wayOut = `delete "${commit}" and run align again to compute its chunk anew`;
    await expect(openRun(at("damaged"))).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(new RegExp(`^${part}: expected \\d+ bytes, found 100: ${wayOut}$`)),
    });
    await rm(part);
    await expect(openRun(at("damaged"))).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`^${part}: expected \\d+ bytes, found no file: ${wayOut}$`)),
    });
    await rm(commit);
    const workspace = await openSmallWorld(await smallWorld());
    await runToEnd(at("faces"), { workspace, bases: ["smiling"], out: at("damaged"), limit: null, keepImages: 0 });
    await workspace.dispose();
    expect(difference(await openRun(at("damaged")), await openRun(at("odd")))).toBeUndefined();
  });

  test("names the field of run.json that is wrong", async () => {
    const path = at("cut/run.json");
    await writeFile(path, "{");
    await expect(openRun(at("cut"))).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(new RegExp(`^${path}: expected JSON: `)),
    });
    await writeFile(path, JSON.stringify({ format: "cfalign-run", formatVersion: "two" }));
    await expect(openRun(at("cut"))).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`^${path}: formatVersion: `)),
    });
  });

  test("of another version of the format says so, and what to do", async () => {
    await writeFile(at("cut/run.json"), JSON.stringify({ format: "cfalign-run", formatVersion: 1 }));
    await expect(openRun(at("cut"))).rejects.toMatchObject({
      code: "input",
      message: `"${at("cut")}": expected a run of format 2, found format 1, made by another version of cfalign: align again into another folder (out), or delete "${at("cut")}"`,
    });
  });
});
