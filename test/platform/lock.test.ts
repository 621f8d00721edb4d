import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { describe, expect, test, vi } from "vitest";
import { nodeFiles } from "../../src/platform/node-files.ts";

const folder = await mkdtemp(join(tmpdir(), "cfalign-lock-"));

const own = { pid: process.pid, host: hostname(), started: Math.round(performance.timeOrigin) };
const longAgo = new Date(Date.now() - 3_600_000);

/** Leaves a lock as a process would: by default one that gave no sign of life for an hour. */
async function left(name: string, holder: object | string, sign = longAgo): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, "lock"), { recursive: true });
  await writeFile(join(path, "lock.json"), typeof holder === "string" ? holder : JSON.stringify(holder));
  await utimes(join(path, "lock"), sign, sign);
  return path;
}

/** A process that holds a folder. */
async function holding(path: string): Promise<ChildProcess> {
  const script = join(import.meta.dirname, "lock-process.ts");
  const child = spawn(process.execPath, ["--conditions=source", "--import", "tsx", script, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout as Readable, "data");
  return child;
}

describe.concurrent("a locked folder", { timeout: 30_000 }, () => {
  test("is refused to a second taker, with the process that holds it, and free afterwards", async () => {
    const path = join(folder, "a/b");
    const first = await nodeFiles.lockFolder(path);
    await writeFile(join(path, "kept"), "");
    await expect(nodeFiles.lockFolder(path)).rejects.toMatchObject({
      code: "usage",
      where: path,
      message: expect.stringMatching(
        new RegExp(
          `^"${path}" is in use by process ${process.pid} \\(started .*Z\\): wait for it, stop it, or choose another folder$`,
        ),
      ),
    });
    first.assertHeld();
    await first.release();
    await (await nodeFiles.lockFolder(path)).release();
    expect(await readdir(path)).toEqual(["kept"]);
  });

  test("goes away again where it was made for nothing", async () => {
    const path = join(folder, "nothing");
    await (await nodeFiles.lockFolder(path)).release();
    expect(await nodeFiles.exists(path)).toBe(false);
  });

  test("is left to a process that lives, and taken over from it, at once, when it was killed", async () => {
    const path = join(folder, "killed");
    const child = await holding(path);
    await expect(nodeFiles.lockFolder(path)).rejects.toThrow(`"${path}" is in use by process ${child.pid} (started `);
    child.kill("SIGKILL");
    await once(child, "exit");
    const began = performance.now();
    await (await nodeFiles.lockFolder(path)).release();
    // Where the number of a process says whether it lives.
    if (process.platform === "linux") expect(performance.now() - began).toBeLessThan(2000);
  });

  test.each([
    ["whose number another process was given", { ...own, pid: process.ppid }],
    ["that has our number in another container", { ...own, place: "another kernel pid:[1]" }],
    ["before the machine was started anew", { ...own, pid: 1, place: "an earlier start pid:[1]" }],
    ["that did not write who it is to the end", '{"pid":'],
  ])("is taken over from a process %s, once it gives no sign of life", async (name, holder) => {
    const path = await left(name, holder);
    const lock = await nodeFiles.lockFolder(path);
    expect(JSON.parse(await readFile(join(path, "lock.json"), "utf8"))).toMatchObject(own);
    await lock.release();
    expect(await readdir(path)).toEqual([]);
  });

  test("is left to a process of another machine for as long as it gives signs of life, whatever its clock says", async () => {
    const path = await left("far", { ...own, pid: 2 ** 22 + 1, host: "elsewhere", place: "there" });
    const beating = setInterval(() => void utimes(join(path, "lock"), new Date(), new Date(Date.now() - 1e7)), 1000);
    await expect(nodeFiles.lockFolder(path)).rejects.toThrow(`in use by process ${2 ** 22 + 1} on "elsewhere" (`);
    clearInterval(beating);
  });

  test("has one taker where many try at once", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    const dead = await left("many", { ...own, pid: child.pid });
    const silent = await left("silent", { ...own, place: "there" });
    for (const path of [dead, silent]) {
      const takers = await Promise.allSettled(Array.from({ length: 8 }, () => nodeFiles.lockFolder(path)));
      expect(takers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    }
  });

  test("tells a holder that stood still that another has it now", async () => {
    const path = join(folder, "lost");
    const lock = await nodeFiles.lockFolder(path);
    await rm(join(path, "lock"), { recursive: true });
    await mkdir(join(path, "lock"));
    await vi.waitFor(() => expect(lock.assertHeld).toThrow(`"${path}" was taken over by another process`), 10_000);
    await lock.release();
    expect(await readdir(path)).toContain("lock");
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
