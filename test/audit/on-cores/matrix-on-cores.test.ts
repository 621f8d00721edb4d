import { describe, expect, test } from "vitest";
import { alignmentMatrix, matrixWork } from "../../../src/audit/matrix.ts";
import {
  matrixByPool,
  matrixOnCores,
  matrixWorker,
  matrixWorkers,
} from "../../../src/audit/on-cores/matrix-on-cores.ts";
import { workerPool } from "../../../src/pool/worker-pool.ts";
import { directedRun } from "../directed-run.ts";

const run = directedRun([0.9, 0.4, 0, -0.3]);
const options = { resamples: 25_000 };
const alone = alignmentMatrix(run, options);

describe("a matrix whose resamples other processes draw", { timeout: 120_000 }, () => {
  test("is that of one process, to the bit", async () => {
    const pool = workerPool(2, { module: matrixWorker });
    const work = matrixWork(run, options);
    const asked: number[] = [];
    const questions = {
      ...work.questions,
      length: work.questions.length,
      at: (place: number) => (asked.push(place), work.questions.at(place)),
    };
    expect(await matrixByPool({ ...work, questions }, pool)).toEqual(alone);
    // Each by one process alone.
    expect(asked).toHaveLength(work.questions.length);
    expect(asked.toSorted((a, b) => a - b)).toEqual(Array.from(asked.keys()));
    await expect(pool.ask([])).rejects.toThrow("interrupted");
    expect(alone.decomposition?.length).toBeGreaterThan(0);
    expect(await matrixOnCores(run, options)).toEqual(alone);
  });

  test("is there also where no other process lives", async () => {
    const pool = workerPool(2, { module: new URL("../../pool/dead-worker.ts", import.meta.url) });
    expect(await matrixByPool(matrixWork(run, options), pool)).toEqual(alone);
  });

  test("has a process for every core that there is memory for, where there is enough to draw", () => {
    const work = matrixWork(run, options);
    const machine = { cores: 2, freeBytes: 4e9 };
    expect(matrixWorkers(work, machine)).toBe(2);
    expect(matrixWorkers(work, { ...machine, cores: 1 })).toBe(0);
    expect(matrixWorkers(work, { ...machine, freeBytes: 5e8 })).toBe(0);
    expect(matrixWorkers({ ...work, draws: 1e8 }, machine)).toBe(0);
    expect(matrixWorkers(matrixWork({ ...run, products: [] }, { resamples: 100 }), machine)).toBe(0);
  });
});
