import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Workspace } from "../../src/models/workspace.ts";
import { mergeRuns } from "../../src/results/merge.ts";
import { openRun } from "../../src/results/open-run.ts";
import { readRunFile, writeRunFile } from "../../src/results/run-file.ts";
import type { AlignFolderOptions } from "../../src/run/run-options.ts";
import { difference, drawFaces, openSmallWorld, runToEnd, smallWorld, temporaryFolder } from "../run/small-world.ts";

let workspace: Workspace;
let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  workspace = await openSmallWorld(await smallWorld());
  folder = await temporaryFolder();
  await drawFaces(at("faces"), 250);
  await align("whole");
  await align("first", { shard: { index: 1, count: 2 } });
  await align("second", { shard: { index: 2, count: 2 } });
}, 300_000);
afterAll(async () => {
  await workspace.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function align(name: string, options: Partial<AlignFolderOptions> = {}): Promise<void> {
  const bases = ["smiling", "rare"];
  await runToEnd(at("faces"), { workspace, bases, out: at(name), limit: 20, keepImages: 4, ...options });
}

describe("merged shards", () => {
  test("equal the unsharded run, its commits included", async () => {
    await mergeRuns([at("second"), at("first")], { out: at("merged") });
    const [whole, merged] = [await openRun(at("whole")), await openRun(at("merged"))];
    expect(difference(merged, whole)).toBeUndefined();
    expect({ ...merged.file, startedAt: "", finishedAt: "" }).toEqual({ ...whole.file, startedAt: "", finishedAt: "" });
    expect(merged.finished).toBe(true);
    const names = async (run: string) => (await readdir(at(run), { recursive: true })).sort();
    expect(await names("merged")).toEqual(await names("whole"));
  });

  test("can be grown like a run made in one piece", async () => {
    await mergeRuns([at("first"), at("second")], { out: at("grown") });
    await align("grown", { limit: 40 });
    await align("fresh", { limit: 40 });
    expect(difference(await openRun(at("grown")), await openRun(at("fresh")))).toBeUndefined();
  });

  test("equal the unsharded and the grown run also along paths, whose noise is the image's own", async () => {
    const path = { bases: ["smiling", "red"], direction: "path", draws: 2 } as const;
    await align("path-whole", path);
    for (const index of [1, 2, 3]) await align(`path-${index}`, { ...path, shard: { index, count: 3 } });
    await mergeRuns([at("path-1"), at("path-2"), at("path-3")], { out: at("path-merged") });
    const whole = await openRun(at("path-whole"));
    expect(difference(await openRun(at("path-merged")), whole)).toBeUndefined();
    await align("path-grown", { ...path, limit: 5 });
    await align("path-grown", path);
    expect(difference(await openRun(at("path-grown")), whole)).toBeUndefined();
    expect(whole.counterfactuals.some(({ length, displacement }) => (length ?? 0) > 1.0001 * (displacement ?? 0))).toBe(
      true,
    );
    expect(whole.counterfactuals.every(({ lambda, gradients }) => lambda === null && (gradients ?? 0) <= 6)).toBe(true);
  });

  test("are all of the images when there is no limit, in more shards than chunks", async () => {
    const shards = [1, 2, 3, 4, 5];
    for (const index of shards) {
      await align(`fifth-${index}`, { bases: ["smiling"], limit: null, shard: { index, count: 5 } });
    }
    await mergeRuns(
      shards.map((index) => at(`fifth-${index}`)),
      { out: at("fifths") },
    );
    await align("everything", { bases: ["smiling"], limit: null });
    expect(difference(await openRun(at("fifths")), await openRun(at("everything")))).toBeUndefined();
  });

  test("are written again where a merge was interrupted", async () => {
    await mergeRuns([at("first"), at("second")], { out: at("again") });
    await writeRunFile(at("again"), { ...(await readRunFile(at("again"))), finishedAt: null });
    await rm(at("again/chunks/1of1-00000.json"));
    await mergeRuns([at("first"), at("second")], { out: at("again") });
    expect(difference(await openRun(at("again")), await openRun(at("whole")))).toBeUndefined();
  });
});

describe("merge refuses", () => {
  test("no run at all", async () => {
    await expect(mergeRuns([], { out: at("x") })).rejects.toMatchObject({
      code: "usage",
      message: "merge needs the runs to merge, got none",
    });
  });

  test("shards that are missing", async () => {
    await expect(mergeRuns([at("second")], { out: at("x") })).rejects.toMatchObject({
      code: "usage",
      message: "expected all 2 shards, got 1: shard 1/2 is missing",
    });
  });

  test("a shard that is given twice", async () => {
    await expect(mergeRuns([at("second"), at("second")], { out: at("x") })).rejects.toMatchObject({
      message: `shard 2/2 is given twice: "${at("second")}" and "${at("second")}"`,
    });
  });

  test("shards of other runs, with the difference", async () => {
    await align("other", { shard: { index: 2, count: 2 }, limit: 21, floor: 0.1 });
    await expect(mergeRuns([at("first"), at("other")], { out: at("x") })).rejects.toMatchObject({
      message: `"${at("other")}" is no shard of the run in "${at("first")}": floor: 0.05 there, 0.1 now; limit: 20 there, 21 now`,
    });
    await expect(mergeRuns([at("first"), at("fifth-2")], { out: at("x") })).rejects.toMatchObject({
      message: expect.stringContaining("shards: 2 there, 5 now"),
    });
  });

  test("a shard that is not finished", async () => {
    await align("half", { shard: { index: 2, count: 2 } });
    await writeRunFile(at("half"), { ...(await readRunFile(at("half"))), finishedAt: null });
    await expect(mergeRuns([at("first"), at("half")], { out: at("x") })).rejects.toMatchObject({
      message: `"${at("half")}" is not finished: run its align command again, then merge`,
    });
  });

  test("to write over a run or foreign files", async () => {
    await expect(mergeRuns([at("first"), at("second")], { out: at("whole") })).rejects.toMatchObject({
      message: `"${at("whole")}" holds a run already: choose another folder (out)`,
    });
    await mkdir(at("foreign/chunks"), { recursive: true });
    await writeFile(at("foreign/chunks/notes.txt"), "mine");
    await expect(mergeRuns([at("first"), at("second")], { out: at("foreign") })).rejects.toMatchObject({
      message: `"${at("foreign/chunks")}" exists and belongs to no run: choose another folder (out)`,
    });
  });
});
