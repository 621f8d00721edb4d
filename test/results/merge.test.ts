import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Workspace } from "../../src/models/workspace.ts";
import { mergeRuns, shareOut } from "../../src/results/merge.ts";
import { openRun } from "../../src/results/open-run.ts";
import { readRunFile, writeRunFile } from "../../src/results/run-file.ts";
import { shardStates } from "../../src/results/shards.ts";
import type { RunSummary } from "../../src/run/align-folder.ts";
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
  for (const asked of await shareOut([at("first"), at("second")])) {
    await align(basename(asked), { shard: { index: asked === at("first") ? 1 : 2, count: 2 } });
  }
}, 300_000);
afterAll(() => workspace.dispose());

async function align(name: string, options: Partial<AlignFolderOptions> = {}): Promise<RunSummary> {
  const bases = ["smiling", "rare"];
  return runToEnd(at("faces"), { workspace, bases, out: at(name), limit: 20, keepImages: 4, ...options });
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
    const shards = [1, 2, 3].map((index) => at(`path-${index}`));
    const alignShards = async (): Promise<void> => {
      for (const index of [1, 2, 3]) await align(`path-${index}`, { ...path, shard: { index, count: 3 } });
    };
    await alignShards();
    while ((await shareOut(shards)).length > 0) await alignShards();
    await mergeRuns(shards, { out: at("path-merged") });
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

describe("shards that share the work", () => {
  const bases = ["smiling", "glasses", "rare", "biased"];
  const options = { bases, limit: 30, keepImages: 5, decompose: { images: 8, draws: 2 } };
  const names = [1, 2, 3].map((index) => `third-${index}`);
  let thirds: readonly string[] = [];
  const alignThird = (index: number) => align(names[index - 1] as string, { ...options, shard: { index, count: 3 } });
  const made = async (run: string) => (await openRun(at(run))).counterfactuals.length;

  beforeAll(async () => {
    thirds = names.map(at);
    await align("one-piece", options);
    for (const index of [1, 2, 3]) await alignThird(index);
  }, 300_000);

  test("each make their part of the limit, and merge says which have to go on", async () => {
    for (const name of names) {
      const { counterfactuals, file } = await openRun(at(name));
      expect(file.share).toEqual({ counterfactuals: 8, until: {}, images: -1 });
      for (const base of bases) {
        expect(counterfactuals.filter((row) => row.base === base).length).toBeLessThanOrEqual(8);
      }
    }
    const error: unknown = await mergeRuns(thirds, { out: at("thirds") }).catch((thrown: unknown) => thrown);
    const asked = (await shardStates(thirds)).filter(({ state }) => state === "asked");
    expect(asked.length).toBeGreaterThan(0);
    const named = asked.map(({ run, shard }) => `${shard} ("${run}")`).join(", ");
    expect(error).toMatchObject({
      code: "usage",
      message: `${asked.length} of 3 shards have to look at a few more images before the union is known: ${named}: run their align commands again as they were, each goes on from where it is, then merge`,
    });
    expect((await shardStates([at("thirds")]))[0]?.state).toBe("missing");
    await expect(mergeRuns(thirds, { out: at("thirds") })).rejects.toMatchObject({
      message: `"${asked[0]?.run}" is not finished: run its align command again, then merge`,
    });
  });

  test("equal the run in one piece once they went on, for at most 1.15 times its counterfactuals", async () => {
    for (const index of [1, 2, 3]) await alignThird(index);
    await mergeRuns(thirds, { out: at("thirds") });
    const [whole, merged] = [await openRun(at("one-piece")), await openRun(at("thirds"))];
    expect(difference(merged, whole)).toBeUndefined();
    expect(merged.products).toEqual(whole.products);
    expect({ ...merged.file, startedAt: "", finishedAt: "" }).toEqual({ ...whole.file, startedAt: "", finishedAt: "" });
    const all = (await Promise.all(names.map(made))).reduce((sum, count) => sum + count, 0);
    expect(all).toBeGreaterThanOrEqual(whole.counterfactuals.length);
    expect(all / whole.counterfactuals.length).toBeLessThanOrEqual(1.15);
  });

  test("have nothing left to do once their union is known", async () => {
    expect(await shareOut(thirds)).toEqual([]);
    const before = await made("third-1");
    await alignThird(1);
    expect(await made("third-1")).toBe(before);
  });

  test("take their part of a larger limit", async () => {
    const larger = { ...options, limit: 45 };
    const again = (index: number) => align(names[index - 1] as string, { ...larger, shard: { index, count: 3 } });
    for (const index of [1, 2, 3]) await again(index);
    expect((await openRun(at("third-2"))).file.share?.counterfactuals).toBe(12);
    await shareOut(thirds);
    for (const index of [1, 2, 3]) await again(index);
    await mergeRuns(thirds, { out: at("larger-thirds") });
    await align("larger", larger);
    expect(difference(await openRun(at("larger-thirds")), await openRun(at("larger")))).toBeUndefined();
  });

  test("of an older version go on to take the whole limit", async () => {
    await align("older", { shard: { index: 1, count: 2 }, limit: 10 });
    const { share: _, ...file } = await readRunFile(at("older"));
    await writeRunFile(at("older"), { ...file, finishedAt: null });
    await align("older", { shard: { index: 1, count: 2 }, limit: 10 });
    const { counterfactuals } = await openRun(at("older"));
    expect(counterfactuals.filter(({ base }) => base === "smiling")).toHaveLength(10);
    expect(await readRunFile(at("older"))).not.toHaveProperty("share");
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

  test("shards of other versions of what computes, and only notes another Node", async () => {
    const { versions, ...file } = await readRunFile(at("second"));
    const made = async (name: string, version: Readonly<Record<string, string>>): Promise<string> => {
      await cp(at("second"), at(name), { recursive: true });
      await writeRunFile(at(name), { ...file, versions: { ...versions, ...version } });
      return at(name);
    };
    for (const [name, now] of [
      ["cfalign", "9.0.0"],
      ["onnxruntime", "9.1.0"],
    ] as const) {
      const other = await made(`other-${name}`, { [name]: now });
      const difference = `${name}: ${versions[name]} there, ${now} now`;
      await expect(mergeRuns([at("first"), other], { out: at("x") })).rejects.toMatchObject({
        message: `"${other}" is no shard of the run in "${at("first")}": ${difference}`,
      });
      await expect(align(`other-${name}`, { shard: { index: 2, count: 2 } })).rejects.toMatchObject({
        code: "usage",
        message: expect.stringContaining(`holds another run: ${name}: ${now} there, ${versions[name]} now: choose`),
      });
    }
    const other = await made("other-node", { node: "99.0.0" });
    const notes = [`"${other}" was made under another version, node: ${versions.node} there, 99.0.0 now`];
    expect(await mergeRuns([at("first"), other], { out: at("other-merged") })).toEqual({ notes });
    const { notes: again } = await align("other-node", { shard: { index: 2, count: 2 } });
    expect(again).toContain(`"${other}" goes on under another version, node: 99.0.0 there, ${versions.node} now`);
  });

  test("a damaged shard by name, and leaves the others finished", async () => {
    await cp(at("second"), at("emptied"), { recursive: true });
    for (const file of await readdir(at("emptied/chunks"))) await rm(at(`emptied/chunks/${file}`));
    const message = expect.stringContaining(`"${at("emptied")}" is finished with`);
    const shards = [at("first"), at("emptied")];
    await expect(mergeRuns(shards, { out: at("x") })).rejects.toMatchObject({ code: "input", message });
    await expect(shareOut(shards)).rejects.toMatchObject({ code: "input", message });
    expect((await shardStates(shards)).map(({ state }) => state)).toEqual(["finished", "unfinished"]);
    await align("emptied", { shard: { index: 2, count: 2 } });
    await mergeRuns(shards, { out: at("mended") });
    expect(difference(await openRun(at("mended")), await openRun(at("whole")))).toBeUndefined();
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
