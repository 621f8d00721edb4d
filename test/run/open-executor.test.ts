import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Workspace } from "../../src/models/workspace.ts";
import { type OpenRun, openRun } from "../../src/results/open-run.ts";
import { readThumbnails } from "../../src/results/thumbnail-sheets.ts";
import { alignFolder } from "../../src/run/align-folder.ts";
import { openedAtOnce, workersFor } from "../../src/run/open-executor.ts";
import type { AlignFolderOptions } from "../../src/run/run-options.ts";
import type { RunProgress } from "../../src/run/run-progress.ts";
import { killWorkers } from "../pool/children.ts";
import { difference, drawFaces, openSmallWorld, runToEnd, smallWorld, temporaryFolder } from "./small-world.ts";

let workspace: Workspace;
let folder: string;
let faces: string;

beforeAll(async () => {
  workspace = await openSmallWorld(await smallWorld());
  folder = await temporaryFolder();
  faces = join(folder, "faces");
  await drawFaces(faces, 150);
});
afterAll(() => workspace.dispose());

const tables = ["images", "predictions", "counterfactuals", "changes", "pictures", "products", "saliency"] as const;

test("two workers leave what one process leaves, also where a limit is raised", { timeout: 120_000 }, async () => {
  const run = async (out: string, workers: number, told?: (progress: RunProgress) => void) => {
    for (const limit of [30, 60]) {
      const steps = alignFolder(faces, {
        workspace,
        bases: ["smiling", "rare", "red", "smiling + 0.3*glasses"],
        positive: "biased/smiling",
        keepImages: 5,
        robustness: true,
        decompose: { images: 6 },
        saliency: { method: "input-gradients", images: 20 },
        limit,
        workers,
        out: join(folder, out),
      });
      for (let step = await steps.next(); !step.done; step = await steps.next()) told?.(step.value);
    }
    return openRun(join(folder, out));
  };
  const alone = await run("alone", 1);
  const progress: RunProgress[] = [];
  const shared = await run("shared", 2, (one) => progress.push(one));
  expect(difference(shared, alone)).toBeUndefined();
  for (const table of tables) expect([...(shared[table] ?? [])]).toEqual([...(alone[table] ?? [])]);
  expect(shared.thumbnails).toEqual(alone.thumbnails);
  for (const sheet of alone.thumbnails) {
    expect(await readThumbnails(shared.path, sheet)).toEqual(await readThumbnails(alone.path, sheet));
  }
  expect(shared.file.interventionsFile).toEqual(alone.file.interventionsFile);
  expect(shared.interventions?.length).toBeGreaterThan(100);
  for (const name of (await readdir(join(alone.path, "pictures"))).sort()) {
    const [one, other] = [alone, shared].map(({ path }) => readFile(join(path, "pictures", name)));
    expect((await one)?.equals((await other) as Buffer), name).toBe(true);
  }
  expect(shared.file.options).toEqual(alone.file.options);
  expect(shared.file.compute).toEqual(alone.file.compute);
  const workers = progress.flatMap((one) => one.workers ?? [])[0];
  expect(workers).toMatchObject({ count: 2, threads: 1 });
  expect(workers?.bytesEach).toBeGreaterThan(3e7);
  const counts = progress.map(({ counterfactuals }) => counterfactuals);
  expect(Math.max(...counts)).toBe(shared.counterfactuals.length);
});

describe.runIf(process.platform === "linux")("workers that are killed", { timeout: 120_000 }, () => {
  const options = { bases: ["smiling", "red", "rare", "glasses"], limit: 60 } as const;
  const aligned = async (out: string, workers: number | null): Promise<OpenRun> => {
    await runToEnd(faces, { workspace, ...options, workers, out: join(folder, out) });
    return openRun(join(folder, out));
  };
  let alone: OpenRun;
  beforeAll(async () => {
    alone = await aligned("not-killed", 1);
  });

  test("while they start are replaced", async () => {
    const killing = killWorkers(process.pid, (number) => (number < 3 ? 30 : undefined));
    const run = await aligned("killed-at-start", 2);
    expect(await killing.stop()).toBe(3);
    expect(difference(run, alone)).toBeUndefined();
  });

  test("again and again end the run, which says how to go on and does", async () => {
    const killing = killWorkers(process.pid, () => 30);
    await expect(aligned("killed-always", 2)).rejects.toMatchObject({
      code: "runtime",
      message: expect.stringMatching(
        /^worker processes ended 4 times \(SIGKILL\): run the same command again, with fewer/,
      ),
    });
    await killing.stop();
    expect(difference(await aligned("killed-always", 2), alone)).toBeUndefined();
  });

  test("again and again, though nobody asked for them, leave the work to this process", async () => {
    const killing = killWorkers(process.pid, () => 30);
    const run = await aligned("killed-unasked", null);
    expect(await killing.stop()).toBeGreaterThan(3);
    expect(difference(run, alone)).toBeUndefined();
  });
});

test("as many workers as there are cores, and memory for", () => {
  const cores = 8;
  expect(workersFor({ cores, freeBytes: 100e9 }, 1e9)).toBe(8);
  // The first is there already; four fifths of 4 GB take three more.
  expect(workersFor({ cores, freeBytes: 4e9 }, 1e9)).toBe(4);
  expect(workersFor({ cores, freeBytes: 0.5e9 }, 1e9)).toBe(1);
});

test("workers are opened side by side only where memory is plenty, whatever they turn out to take", () => {
  const usedBytes = 0.2e9;
  expect(openedAtOnce({ freeBytes: 100e9, usedBytes }, 8)).toBe(8);
  expect(openedAtOnce({ freeBytes: 10e9, usedBytes }, 8)).toBe(1);
  expect(openedAtOnce({ freeBytes: 10e9, usedBytes }, 2)).toBe(2);
});

test("a classifier that is made in this process is no work for another", async () => {
  const [model] = workspace.models;
  if (model === undefined) throw new Error("no model");
  const own = { name: "smiling", terms: [{ coefficient: 0.5, model, target: 0, name: "smiling" }] };
  const options: AlignFolderOptions = { workspace, bases: [own], drop: 0.2, limit: 5, out: join(folder, "own") };
  await expect(runToEnd(faces, { ...options, workers: 2 })).rejects.toThrow(
    expect.objectContaining({
      code: "usage",
      message: `workers: expected classifiers of ${workspace.path}, got "smiling", which is made in this process: use 1`,
    }),
  );
});
