import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Workspace } from "../../src/models/workspace.ts";
import { readKept } from "../../src/results/kept-pictures.ts";
import { type OpenRun, openRun } from "../../src/results/open-run.ts";
import { alignFolder } from "../../src/run/align-folder.ts";
import type { AlignFolderOptions } from "../../src/run/run-options.ts";
import { difference, drawFaces, openSmallWorld, runToEnd, smallWorld, temporaryFolder } from "./small-world.ts";

const bases = ["smiling", "rare", "red", "smiling + 0.3*glasses"];
let workspace: Workspace;
let folder: string;
let faces: string;
/** A run in one piece, with limit 30. */
let whole: OpenRun;

beforeAll(async () => {
  workspace = await openSmallWorld(await smallWorld());
  folder = await temporaryFolder();
  faces = join(folder, "faces");
  await drawFaces(faces, 300);
  whole = await aligned("whole");
}, 300_000);
afterAll(async () => {
  await workspace.dispose();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);

async function aligned(name: string, options: Partial<AlignFolderOptions> = {}): Promise<OpenRun> {
  await runToEnd(faces, { workspace, bases, out: at(name), limit: 30, keepImages: 3, ...options });
  return openRun(at(name));
}

describe("a run over a folder", () => {
  test("has predictions and changes as the linear world's formulas give them", async () => {
    const run = whole;
    const before = new Map(
      run.predictions.map(({ image, classifier, reconstruction }) => [`${image} ${classifier}`, reconstruction]),
    );
    expect(run.counterfactuals.filter(({ base }) => base === "rare")).toHaveLength(30);
    for (const row of run.counterfactuals) {
      expect(row.before).toBe(before.get(`${row.image} ${row.base}`));
    }
    for (const row of run.changes) {
      const cf = run.counterfactuals.find(({ image, base }) => image === row.image && base === row.base);
      // Not toBe: a zero loses its sign in JSON.
      expect(row.relativeChange === (row.after - row.before) / ((cf?.after ?? 0) - (cf?.before ?? 0))).toBe(true);
    }
    // Orthogonal slopes: lowering "rare" moves nothing else, and the biased classifier follows smiling by its slope.
    const rareToSmiling = run.changes.filter(({ base, downstream }) => base === "rare" && downstream === "smiling");
    expect(Math.max(...rareToSmiling.map(({ relativeChange }) => Math.abs(relativeChange ?? 0)))).toBeLessThan(1e-5);
  });

  test("selects the first positives of the order, and stops after the chunk in which every base has its limit", async () => {
    const run = whole;
    const place = new Map(run.images.map(({ image, position }) => [image, position]));
    for (const base of bases) {
      const positive = run.positives[base] ?? base;
      const expected = run.predictions
        .filter((row) => row.classifier === positive && row.reconstruction >= 0.5)
        .slice(0, 30)
        .map(({ image }) => image);
      const got = run.counterfactuals.filter((row) => row.base === base).map(({ image }) => image);
      if (base !== "red") expect(got).toEqual(expected);
      expect(got).toHaveLength(30);
    }
    const last = Math.max(...run.counterfactuals.map(({ image }) => place.get(image) as number));
    expect(run.processed).toBe(64 * (Math.floor(last / 64) + 1));
    expect(run.processed).toBeLessThan(300);
    expect(run.images).toHaveLength(300);
    expect(run.images.every(({ labels }) => labels.smiling !== undefined && labels.young !== undefined)).toBe(true);
  });

  test("grown to a larger limit equals a run made with that limit, and computes no image twice for a base", async () => {
    const small = await aligned("grown", { limit: 7 });
    const grown = await aligned("grown", { limit: 30 });
    expect(small.counterfactuals.length).toBeLessThan(whole.counterfactuals.length);
    expect(difference(grown, whole)).toBeUndefined();
    for (const picture of whole.pictures) {
      expect(JSON.stringify(await readKept(grown.path, picture))).toBe(
        JSON.stringify(await readKept(whole.path, picture)),
      );
    }
    // The parts of the smaller run are gone.
    const parts = await readdir(at("grown/counterfactuals"));
    expect(parts).toHaveLength((await readdir(at("whole/counterfactuals"))).length);
    expect((await aligned("grown", { limit: null })).counterfactuals.length).toBeGreaterThan(120);
  });

  test("repeated computes nothing and changes nothing", async () => {
    const summary = await runToEnd(faces, { workspace, bases, out: at("whole"), limit: 30, keepImages: 3 });
    expect(await openRun(at("whole"))).toEqual(whole);
    expect(summary).toEqual({
      run: at("whole"),
      images: whole.processed,
      dropped: {},
      counterfactuals: whole.counterfactuals.length,
      rows: [],
      notes: [],
    });
  });

  test("keeps the first pictures of every base that moved, with predictions that meet those of the rows", async () => {
    const run = whole;
    for (const base of bases) {
      const moved = run.counterfactuals.filter((row) => row.base === base && row.before - row.after > 0.3);
      const kept = run.pictures.filter((picture) => picture.base === base);
      expect(kept.map(({ image }) => image)).toEqual(moved.slice(0, 3).map(({ image }) => image));
    }
    const [picture] = run.pictures;
    const kept = await readKept(run.path, picture as OpenRun["pictures"][number]);
    const row = run.counterfactuals.find(({ image, base }) => image === kept.image && base === kept.base);
    expect([kept.predictions[kept.base]?.[0], kept.predictions[kept.base]?.at(-1)]).toEqual([row?.before, row?.after]);
    expect(kept.shares).toHaveLength(8);
  });

  test("stops at a signal, can be opened, and goes on to the same rows", async () => {
    const controller = new AbortController();
    const steps = alignFolder(faces, {
      workspace,
      bases,
      out: at("interrupted"),
      limit: 30,
      keepImages: 3,
      signal: controller.signal,
    });
    const interrupted = (async () => {
      for await (const { phase, done } of steps) if (phase === "aligning" && done > 64) controller.abort();
    })();
    await expect(interrupted).rejects.toMatchObject({
      code: "interrupted",
      message: `interrupted: run the same command again to go on in "${at("interrupted")}"`,
    });
    const partial = await openRun(at("interrupted"));
    expect([partial.finished, partial.processed]).toEqual([false, 64]);
    expect(difference(await aligned("interrupted"), whole)).toBeUndefined();
  });

  test("left early by its consumer ends and can be resumed", async () => {
    const steps = alignFolder(faces, { workspace, bases, out: at("left"), limit: 30, keepImages: 3 });
    for await (const { phase, done } of steps) if (phase === "aligning" && done > 64) break;
    expect((await openRun(at("left"))).finished).toBe(false);
    expect(difference(await aligned("left"), whole)).toBeUndefined();
  });

  test("is refused to a second taker while one works in its folder, and goes on undisturbed", async () => {
    const options = { workspace, bases, out: at("shared"), limit: 30, keepImages: 3 };
    const steps = alignFolder(faces, options);
    await steps.next();
    await expect(runToEnd(faces, options)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(`^"${at("shared")}" is in use by process ${process.pid} `),
    });
    for (;;) if ((await steps.next()).done) break;
    expect(difference(await openRun(at("shared")), whole)).toBeUndefined();
    expect(await readdir(at("shared"))).not.toContain("lock.json");
  });

  test.runIf(process.platform === "linux")("is refused at once where no folder can be made", async () => {
    await expect(runToEnd(faces, { workspace, bases, out: "/proc/cfalign/run" })).rejects.toMatchObject({
      code: "runtime",
      message: expect.stringMatching(/^cannot write "\/proc\/cfalign\/run": /),
    });
  });

  test("whose results cannot be written fails, and goes on when they can", async () => {
    const obstacle = at("blocked/changes/1of1-00001.parquet");
    const steps = alignFolder(faces, { workspace, bases, out: at("blocked"), limit: 30, keepImages: 3 });
    const failed = (async () => {
      for await (const { phase, done } of steps)
        if (phase === "aligning" && done === 64) await mkdir(join(obstacle, "in-the-way"), { recursive: true });
    })();
    await expect(failed).rejects.toMatchObject({ code: "runtime", where: obstacle });
    expect((await openRun(at("blocked"))).processed).toBe(64);
    await rm(obstacle, { recursive: true });
    expect(difference(await aligned("blocked"), whole)).toBeUndefined();
    expect((await readdir(at("blocked/changes"))).filter((file) => file.endsWith(".part"))).toEqual([]);
  });

  test("is refused in the folder of another run, with the difference", async () => {
    const out = whole.path;
    const refusal = (phrase: string) => ({
      code: "usage",
      message: `"${out}" holds another run: ${phrase}: choose another folder (out), delete "${out}", or repeat what it was made with`,
    });
    await expect(aligned("whole", { drop: 0.5 })).rejects.toMatchObject(refusal("drop: 0.6 there, 0.5 now"));
    await expect(aligned("whole", { bases: ["smiling"], seed: 2 })).rejects.toMatchObject({
      message: expect.stringContaining(
        "bases: smiling, rare, red, smiling + 0.3*glasses there, smiling now; positive: smiling + 0.3*glasses by smiling there, none now; seed: 1 there, 2 now; image list: ",
      ),
    });
    await expect(aligned("whole", { limit: 20 })).rejects.toMatchObject(
      refusal("limit: 30 there, 20 now (it may only grow)"),
    );
    await expect(aligned("whole", { limit: null, shard: { index: 1, count: 2 } })).rejects.toMatchObject(
      refusal("shard: 1/1 there, 1/2 now"),
    );
  });

  test("is refused when images came, went or were labelled anew", async () => {
    const some = at("some");
    await drawFaces(some, 5);
    const options = { workspace, bases: ["smiling"], out: at("some-run") };
    await runToEnd(some, options);
    await rm(join(some, "face-0003.png"));
    await drawFaces(at("more"), 7);
    await writeFile(join(some, "new.png"), await readFile(at("more/face-0006.png")));
    await expect(runToEnd(some, options)).rejects.toMatchObject({
      message: expect.stringMatching(
        /image list: 5 images \([0-9a-f]{12}\) there, 5 images \([0-9a-f]{12}\) now \(1 new, such as "new.png"; 1 gone, such as "face-0003.png"\)/,
      ),
    });
  });

  test("is refused where its results would become images, or where foreign files lie", async () => {
    await expect(aligned("faces/run")).rejects.toMatchObject({
      code: "usage",
      message: `out "${at("faces/run")}" lies in the image folder "${faces}": choose a folder beside it`,
    });
    await mkdir(at("foreign/changes"), { recursive: true });
    await writeFile(at("foreign/changes/notes.txt"), "mine");
    await expect(aligned("foreign")).rejects.toMatchObject({
      code: "usage",
      message: `"${at("foreign/changes")}" exists and belongs to no run: choose another folder (out)`,
    });
    await writeFile(at("file"), "mine");
    await expect(aligned("file")).rejects.toMatchObject({
      code: "usage",
      message: `"${at("file")}": expected a folder for the run, found a file: choose another one (out)`,
    });
  });

  test.each([
    [{ limit: 0 }, "limit: expected a whole number, 1 or more, got 0"],
    [{ keepImages: -1 }, "keepImages: expected a whole number, 0 or more, got -1"],
    [{ keepFrames: 61 }, "keepFrames: expected a whole number, 2 to 60, got 61"],
    [{ shard: { index: 3, count: 2 } }, "shard: expected a whole number, 1 to 2, got 3"],
    [{ minPrediction: 2 }, "minPrediction: expected a number from 0 to 1, got 2"],
    [{ drop: 0 }, "drop: expected a number above 0, got 0"],
    [{ nullDraws: 16 }, "nullDraws: expected a whole number, 0 to 15, got 16"],
    [
      { untilResolved: true, limit: 401 },
      "untilResolved: the last look is at 400 images: expected a limit of at most that, got 401",
    ],
    [
      { untilResolved: true, shard: { index: 1, count: 2 } },
      "untilResolved: expected a whole run, got shard 1/2: a shard cannot look at the others' images",
    ],
    [{ bases: [] }, "bases: expected at least one classifier, got none"],
  ])("with %j says %s", async (options, message) => {
    await expect(aligned("never", options)).rejects.toMatchObject({ code: "usage", message });
  });
});
