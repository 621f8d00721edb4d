import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeFiles } from "../../src/platform/node-files.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cfalign-lock-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Leaves a lock as a process would. */
async function left(name: string, holder: unknown): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  await writeFile(join(path, "lock.json"), typeof holder === "string" ? holder : JSON.stringify(holder));
  return path;
}

describe("a locked folder", () => {
  test("is refused to a second taker, with the process that holds it, and free afterwards", async () => {
    const path = join(folder, "a/b");
    const first = await nodeFiles.lockFolder(path);
    await writeFile(join(path, "kept"), "");
    await expect(nodeFiles.lockFolder(path)).rejects.toMatchObject({
      code: "usage",
      where: path,
      message: expect.stringMatching(
        new RegExp(
          `^"${path}" is in use by process ${process.pid} \\(started .*Z\\): wait for it or choose another folder \\(out\\); if that process is not cfalign, delete "${path}/lock.json"$`,
        ),
      ),
    });
    await first.release();
    await (await nodeFiles.lockFolder(path)).release();
    expect(await readdir(path)).toEqual(["kept"]);
  });

  test("goes away again where it was made for nothing", async () => {
    const path = join(folder, "nothing");
    await (await nodeFiles.lockFolder(path)).release();
    expect(await nodeFiles.exists(path)).toBe(false);
  });

  test("is taken over from a process that is dead", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    const { pid } = child;
    await once(child, "exit");
    const path = await left("dead", { pid, host: hostname(), started: 1 });
    await (await nodeFiles.lockFolder(path)).release();
    expect(await readdir(path)).toEqual([]);
  });

  test("is taken over from an earlier process that had our number", async () => {
    const path = await left("number", { pid: process.pid, host: hostname(), started: 1 });
    await (await nodeFiles.lockFolder(path)).release();
  });

  test("is left to a process that lives, and to one on another machine", async () => {
    const parent = await left("parent", { pid: process.ppid, host: hostname(), started: 1 });
    await expect(nodeFiles.lockFolder(parent)).rejects.toThrow(`in use by process ${process.ppid} (`);
    const far = await left("far", { pid: 1, host: "elsewhere", started: 1 });
    await expect(nodeFiles.lockFolder(far)).rejects.toThrow('in use by process 1 on "elsewhere" (');
  });

  test("is taken over when its lock was never written to its end", async () => {
    const path = await left("half", '{"pid":');
    await utimes(join(path, "lock.json"), 1, 1);
    await (await nodeFiles.lockFolder(path)).release();
    expect(await readdir(path)).toEqual([]);
  });

  test("has one taker where many try at once", async () => {
    const path = await left("many", { pid: 2 ** 22 + 1, host: hostname(), started: 1 });
    const takers = await Promise.allSettled(Array.from({ length: 8 }, () => nodeFiles.lockFolder(path)));
    expect(takers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

test("a folder is made with those above it, and again", async () => {
  const path = join(folder, "x/y/z");
  await nodeFiles.makeDirectory(path);
  await nodeFiles.makeDirectory(path);
  expect(await nodeFiles.isDirectory(path)).toBe(true);
  await writeFile(join(folder, "file"), "");
  await expect(nodeFiles.makeDirectory(join(folder, "file/below"))).rejects.toMatchObject({ code: "input" });
});

test.runIf(process.platform === "linux")("a folder where none can be made is refused, not waited for", async () => {
  await expect(nodeFiles.makeDirectory("/proc/cfalign/run")).rejects.toMatchObject({
    code: "runtime",
    message: expect.stringMatching(/^cannot write "\/proc\/cfalign\/run": /),
  });
});
