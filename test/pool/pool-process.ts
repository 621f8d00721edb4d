// A process of its own that asks a crew, so that a test can kill it. Prints the numbers of the workers' processes.
import { setTimeout as wait } from "node:timers/promises";
import { crewOf } from "../../src/pool/worker-pool.ts";
import type { CrewAnswer } from "./pool-question.ts";

const crew = crewOf(2, { module: new URL("./pool-worker.ts", import.meta.url), opening: "opening" });
const answers = await crew.ask<CrewAnswer>([1, 2, 3, 4].map((value) => ({ value: Float32Array.of(value) })));
process.stdout.write(`${JSON.stringify([...new Set(answers.map(({ pid }) => pid))])}\n`);
await wait(60_000);
