// A process of its own that asks a pool, so that a test can kill it. Prints the numbers of the workers' processes.
import { setTimeout as wait } from "node:timers/promises";
import { workerPool } from "../../src/pool/worker-pool.ts";
import type { PoolAnswer } from "./pool-question.ts";

const pool = workerPool(2, { module: new URL("./pool-worker.ts", import.meta.url), opening: "opening" });
const answers = await pool.ask<PoolAnswer>([1, 2, 3, 4].map((value) => ({ value: Float32Array.of(value) })));
process.stdout.write(`${JSON.stringify([...new Set(answers.map(({ pid }) => pid))])}\n`);
await wait(60_000);
