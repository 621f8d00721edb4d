import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { workerPool } from "../../src/pool/worker-pool.ts";
import { temporaryFolder } from "../run/small-world.ts";
import type { PoolAnswer, PoolQuestion } from "./pool-question.ts";

const module = new URL("./pool-worker.ts", import.meta.url);
const folder = await temporaryFolder();
const pool = workerPool(2, { module, opening: "opening" });
afterAll(async () => {
  pool.end();
});

const values = (...numbers: number[]): PoolQuestion => ({ value: Float32Array.from(numbers) });

test("a pool answers in the order of the questions, which it shares out, and tells what workers say of each", {
  timeout: 60_000,
}, async () => {
  const said: [number, unknown][] = [];
  const questions = [1, 2, 3, 4, 5, 6].map((value) => values(value, 0.5));
  const answers = await pool.ask<PoolAnswer>(questions, {
    first: "first",
    progress: (place, value) => said.push([place, value]),
  });
  expect(answers.map(({ double }) => double)).toEqual([1, 2, 3, 4, 5, 6].map((v) => Float32Array.from([2 * v, 1])));
  expect(said.toSorted(([a], [b]) => a - b)).toEqual(
    [1, 2, 3, 4, 5, 6].map((v, place) => [place, Float32Array.from([v, 0.5])]),
  );
  for (const { told } of answers) expect(told).toEqual(["opening", "first"]);
});

test("a question whose worker was killed is asked again, of a new one that knows the same", {
  timeout: 60_000,
}, async () => {
  const endUnless = join(folder, "killed");
  const [before] = await pool.ask<PoolAnswer>([values(1)]);
  const answers = await pool.ask<PoolAnswer>([{ ...(values(3) as object), endUnless }, values(4)], { first: "again" });
  expect(answers.map(({ double }) => double)).toEqual([Float32Array.of(6), Float32Array.of(8)]);
  expect(answers[0]?.pid).not.toBe(before?.pid);
  for (const { told } of answers) expect(told.filter((word) => word !== "first")).toEqual(["opening", "again"]);
});

test("what is asked while others are asked is taken up after that, and answered to whom it belongs", {
  timeout: 60_000,
}, async () => {
  const order: string[] = [];
  const asking = (name: string, ...numbers: number[]) =>
    pool.ask<PoolAnswer>(
      numbers.map((value) => values(value)),
      { first: name, answered: (place) => order.push(`${name}${place}`) },
    );
  const [before, after] = await Promise.all([asking("a", 1, 2, 3, 4), asking("b", 5, 6)]);
  expect(before.map(({ double }) => double)).toEqual([2, 4, 6, 8].map((value) => Float32Array.of(value)));
  expect(after.map(({ double }) => double)).toEqual([10, 12].map((value) => Float32Array.of(value)));
  for (const { told } of after) expect(told.at(-1)).toBe("b");
  // With two workers one of the first may still be in work when the later ones are begun.
  expect(order.slice(0, 3).every((name) => name.startsWith("a"))).toBe(true);
});

test("workers that do not live end the work, with the way out", { timeout: 60_000 }, async () => {
  const dying = workerPool(1, { module, opening: "opening" });
  await expect(dying.ask([{ end: true }])).rejects.toThrow(
    expect.objectContaining({
      code: "runtime",
      message:
        "worker processes ended 4 times (SIGKILL): run the same command again, with fewer of them (workers) if there was too little memory",
    }),
  );
});

test("a pool that may be smaller goes on with fewer where workers end again and again", {
  timeout: 60_000,
}, async () => {
  const shrinking = workerPool(2, { module, opening: "opening", fewer: true });
  const asked = shrinking.ask([{ ...(values(1) as object), endTimes: [join(folder, "times"), 5] }]);
  await expect(asked).resolves.toMatchObject([{ double: Float32Array.of(2) }]);
  expect(shrinking.size).toBe(1);
  await expect(shrinking.ask([{ end: true }])).rejects.toThrow("worker processes ended 4 times (SIGKILL)");
});

test("an error of an answer is the pool's, and ends it", { timeout: 60_000 }, async () => {
  const failing = workerPool(1, { module, opening: "opening" });
  await expect(failing.ask([{ fail: "too far" }])).rejects.toThrow("too far");
  await expect(failing.ask([values(1)])).rejects.toThrow(expect.objectContaining({ code: "interrupted" }));
});

test("an error of an answer is that of all that was asked beside it", { timeout: 60_000 }, async () => {
  const failing = workerPool(1, { module, opening: "opening" });
  const [failed, beside] = await Promise.allSettled([failing.ask([{ fail: "too far" }]), failing.ask([values(1)])]);
  expect(failed).toMatchObject({ status: "rejected", reason: { message: "too far" } });
  expect(beside).toMatchObject({ status: "rejected", reason: { message: "too far" } });
});

test("workers do not outlive who asks them", { timeout: 60_000 }, async () => {
  const script = join(import.meta.dirname, "pool-process.ts");
  const parent = spawn(process.execPath, ["--conditions=source", "--import", "tsx", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(parent.stdout), "line")) as [string];
  const pids = JSON.parse(line) as number[];
  expect(pids.every(lives)).toBe(true);
  parent.kill("SIGKILL");
  for (let waited = 0; waited < 20_000 && pids.some(lives); waited += 50) await wait(50);
  expect(pids.filter(lives)).toEqual([]);
});

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
