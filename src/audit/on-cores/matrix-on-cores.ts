import { platform } from "#platform";
import { CfalignError } from "../../errors.ts";
import type { Machine } from "../../platform/platform.ts";
import { type WorkerPool, workerPool } from "../../pool/worker-pool.ts";
import type { RunData } from "../../results/run-data.ts";
import { type MatrixWork, matrixWork } from "../matrix.ts";
import { type MatrixAnswer, matrixAnswers } from "../matrix-questions.ts";
import type { MatrixOptions } from "../options.ts";
import type { Matrix } from "../schema.ts";

/** Numbers to draw from which other processes are started: what starting them takes is a small part of drawing these. */
const leastDraws = 2e8;

/** Bytes of a process with the draws that it keeps for lengths that come again, and the share of the free memory that processes may take. */
const bytesEach = 250e6;
const memoryShare = 0.5;

/**
 * `alignmentMatrix` with its resamples drawn by a process for every core that there is memory for, where there are many of them; the same
 * to the bit. Where processes do not live, this one does all. Errors: as there.
 */
export async function matrixOnCores(run: RunData, options: MatrixOptions = {}): Promise<Matrix> {
  const work = matrixWork(run, options);
  const size = matrixWorkers(work, platform.machine());
  return size === 0 ? matrixAlone(work) : matrixByPool(work, workerPool(size, { module: matrixWorker }));
}

/** Processes that answer for a matrix on a machine; 0 where they would take longer than one alone, or too much of its free memory. */
export function matrixWorkers(
  { questions, draws, bytes }: Omit<MatrixWork, "matrix">,
  { cores, freeBytes }: Pick<Machine, "cores" | "freeBytes">,
): number {
  const size = Math.min(cores, questions.length, Math.floor((memoryShare * freeBytes) / (bytesEach + bytes)));
  return size < 2 || draws < leastDraws ? 0 : size;
}

/** The module of the processes that answer for a matrix. */
export const matrixWorker = new URL(
  import.meta.url.endsWith(".ts") ? "./matrix-worker.ts" : "./matrix-worker.js",
  import.meta.url,
);

/** A matrix whose questions a pool answers, which ends with it; where its processes do not live, this one does. */
export async function matrixByPool(work: MatrixWork, pool: WorkerPool): Promise<Matrix> {
  try {
    return work.matrix(await pool.ask<MatrixAnswer>(work.questions));
  } catch (error) {
    if (error instanceof CfalignError && error.code === "runtime") return matrixAlone(work);
    throw error;
  } finally {
    pool.end();
  }
}

const matrixAlone = ({ questions, matrix }: MatrixWork): Matrix => matrix(questions.map(matrixAnswers()));
