import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { openRun } from "../../src/results/open-run.ts";
import { isRun } from "../../src/results/run-file.ts";
import {
  difference,
  drawFaces,
  openSmallWorld,
  runOptionsOfProcess,
  runToEnd,
  smallWorld,
  temporaryFolder,
} from "./small-world.ts";

const root = join(import.meta.dirname, "../..");
const folder = await temporaryFolder();

function start(path: string, out: string, workers = 1): ChildProcess {
  const script = join(import.meta.dirname, "align-process.ts");
  const args = ["--conditions=source", "--import", "tsx", script, path, join(folder, "faces"), out, `${workers}`];
  return spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
}

/** Resolves when the child has printed a line that begins so, or has ended. */
function printed(child: ChildProcess, beginning: string): Promise<void> {
  return new Promise((resolve) => {
    child.stdout?.on("data", (data: Buffer) => {
      if (data.toString().includes(beginning)) resolve();
    });
    child.on("exit", () => resolve());
  });
}

test("a run that is killed at ten random moments and resumed has the rows of one that was not", {
  timeout: 900_000,
}, async () => {
  const path = await smallWorld();
  await drawFaces(join(folder, "faces"), 400);
  const workspace = await openSmallWorld(path);
  const began = performance.now();
  await runToEnd(join(folder, "faces"), { workspace, out: join(folder, "whole"), ...runOptionsOfProcess });
  const duration = performance.now() - began;
  await workspace.dispose();
  const whole = await openRun(join(folder, "whole"));

  const random = createRandom("kill");
  const out = join(folder, "killed");
  const processed: number[] = [];
  for (let kill = 0; kill < 10; kill++) {
    // Every third has workers, which go with it.
    const child = start(path, out, kill % 3 === 2 ? 2 : 1);
    const exited = once(child, "exit");
    // Two are killed while they list the images or open the run, the others while they align and write.
    await printed(child, kill < 2 ? "listing" : "aligning");
    await wait(random.uniform() * (kill < 2 ? 0.1 : 0.4) * duration);
    child.kill("SIGKILL");
    await exited;
    // Whatever the moment, what is there can be opened.
    if (await isRun(out)) processed.push(await openRunOrBegun(out));
  }
  expect(processed).toEqual(processed.toSorted((a, b) => a - b));
  const last = start(path, out);
  const [code] = (await once(last, "exit")) as [number];
  expect(code).toBe(0);
  const resumed = await openRun(out);
  expect(resumed.finished).toBe(true);
  expect(difference(resumed, whole)).toBeUndefined();
});

/** Images of a run so far; 0 while its list of images is not written yet. */
async function openRunOrBegun(out: string): Promise<number> {
  try {
    return (await openRun(out)).processed;
  } catch (error) {
    expect((error as Error).message).toMatch(/expected the run's list of images/);
    return 0;
  }
}
