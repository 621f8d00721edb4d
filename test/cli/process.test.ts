import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { errorOutput } from "../../src/cli/schemas.ts";
import { built } from "../built.ts";
import { drawFaces, smallWorld, temporaryFolder } from "../run/small-world.ts";

/** Starts the command line in a process of its own. */
function start(argv: readonly string[], stdio: StdioOptions = "pipe"): ChildProcess {
  return spawn(process.execPath, [built("cli/main.js"), ...argv], { stdio });
}

async function text(stream: NodeJS.ReadableStream | null): Promise<string> {
  let all = "";
  for await (const part of stream ?? []) all += part;
  return all;
}

describe("the process", () => {
  test("ends quietly with 0 when its reader goes away", { timeout: 60_000 }, async () => {
    const child = start(["--help"]);
    child.stdout?.destroy();
    const [[code], stderr] = await Promise.all([once(child, "exit"), text(child.stderr)]);
    expect([code, stderr]).toEqual([0, ""]);
  });

  test.runIf(process.platform === "linux")(
    "ends with 3 and one line when the disk behind its output is full",
    {
      timeout: 60_000,
    },
    async () => {
      const full = openSync("/dev/full", "w");
      const child = start(["init", "--help"], ["ignore", full, "pipe"]);
      const [[code], stderr] = await Promise.all([once(child, "exit"), text(child.stderr)]);
      expect([code, stderr]).toEqual([
        3,
        "cfalign: cannot write to standard output: ENOSPC: no space left on device, write\n",
      ]);
      const talkative = start(["matrix", "nowhere"], ["ignore", "ignore", full]);
      expect(await once(talkative, "exit")).toEqual([2, null]);
      closeSync(full);
    },
  );

  test("prints no stack trace", { timeout: 60_000 }, async () => {
    const child = start(["matrix", "nowhere"]);
    const [[code], stderr] = await Promise.all([once(child, "exit"), text(child.stderr)]);
    expect([code, stderr]).toEqual([
      2,
      'cfalign: "nowhere": expected a run (a folder made by cfalign align), found nothing there\n',
    ]);
  });
});

describe("a run that is interrupted", () => {
  let [world, faces, folder] = ["", "", ""];

  beforeAll(async () => {
    folder = await temporaryFolder();
    world = await smallWorld();
    faces = join(folder, "faces");
    await drawFaces(faces, 900);
  }, 120_000);

  for (const [signal, expected, workers] of [
    ["SIGINT", 130, "2"],
    ["SIGTERM", 143, "1"],
  ] as const) {
    test(`by ${signal} exits ${expected}, says how to go on, and goes on`, { timeout: 180_000 }, async () => {
      const out = join(folder, signal);
      const argv = ["align", faces, "-w", world, "--base", "all", "--limit", "all", "--out", out, "--json"].concat(
        "--workers",
        workers,
      );
      const child = start(argv);
      const stderr = text(child.stderr);
      const exit = once(child, "exit");
      // run.json is written before the first image is aligned.
      while (!existsSync(join(out, "run.json"))) await setTimeout(20);
      child.kill(signal);
      const [code] = await exit;
      expect(code).toBe(expected);
      const said = (await stderr).trim().split("\n");
      const [talk, line] = said.filter((text) => !/^2 workers of 1 thread, about \d\.\d GB each \(/.test(text));
      expect(talk).toBe(`${signal}: stopping where the run can be resumed`);
      expect(errorOutput.parse(JSON.parse(line ?? ""))).toEqual({
        error: {
          code: "interrupted",
          message: `interrupted: run the same command again to go on in "${out}"`,
          where: out,
        },
      });
      const again = start(argv);
      const [[ended], stdout] = await Promise.all([once(again, "exit"), text(again.stdout)]);
      expect([ended, JSON.parse(stdout).images]).toEqual([0, 900]);
    });
  }
});
