import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import type { Machine } from "../../platform/platform.ts";
import { type WorkerPool, workerPool } from "../../pool/worker-pool.ts";
import type { Matrix } from "../../results/matrix-schema.ts";
import type { RunData } from "../../results/run-data.ts";
import { type MatrixWork, matrixWork } from "../matrix.ts";
import { type MatrixAnswer, type MatrixQuestion, matrixAnswers } from "../matrix-questions.ts";
import type { MatrixOptions } from "../options.ts";

/** Numbers to draw from which other processes are started: what starting them takes is a small part of drawing these. */
const leastDraws = 2e8;

/** Bytes of a process with the draws that it keeps for lengths that come again, and the share of the free memory that processes may take. */
const bytesEach = 250e6;
const memoryShare = 0.5;

/**
 * `alignmentMatrix` with its resamples drawn on every core that there is memory for, by this process and others, where there are many of them; the same
 * to the bit. Where processes do not live, this one does all. Errors: as there.
 */
export async function matrixOnCores(run: RunData, options: MatrixOptions = {}): Promise<Matrix> {
  const work = matrixWork(run, options);
  const size = matrixWorkers(work, platform.machine());
  return size === 0 ? matrixAlone(work) : matrixByPool(work, workerPool(size - 1, { module: matrixWorker }));
}

/** Processes that answer for a matrix on a machine, this one among them; 0 where they would take longer than one alone, or too much of its free memory. */
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

/** Questions that another process is given at a time: while this one answers, it hears nothing of others. */
const atATime = 4;

/** A matrix whose questions this process answers together with a pool, which ends with it; where its processes do not live, this one answers all. */
export async function matrixByPool(work: MatrixWork, pool: WorkerPool): Promise<Matrix> {
  try {
    return work.matrix(await sharedAnswers(work, pool));
  } catch (error) {
    if (error instanceof CfalignError && error.code === "runtime") return matrixAlone(work);
    throw error;
  } finally {
    pool.end();
  }
}

/** Answers in the order of the questions: each is taken by who is free first, so that nobody waits while processes start. */
async function sharedAnswers({ questions }: MatrixWork, pool: WorkerPool): Promise<readonly MatrixAnswer[]> {
  const found: MatrixAnswer[] = [];
  const given = new Map<number, readonly number[]>();
  let next = 0;
  const taken = (most: number): readonly number[] => {
    const first = next;
    next = Math.min(questions.length, first + most);
    return Array.from({ length: next - first }, (_, place) => first + place);
  };
  const others = pool.ask<readonly MatrixAnswer[]>(
    {
      length: Math.ceil(questions.length / atATime),
      at(turn) {
        // Asked again of a turn whose process was killed.
        const places = given.get(turn) ?? taken(atATime);
        given.set(turn, places);
        return places.map((place) => questions.at(place));
      },
    },
    {
      answered: (turn, answers) => {
        for (const [index, place] of (given.get(turn) ?? []).entries()) found[place] = answers[index];
      },
    },
  );
  others.catch(() => {
    next = questions.length;
  });
  const own = async (): Promise<void> => {
    const answers = matrixAnswers();
    for (let [place] = taken(1); place !== undefined; [place] = taken(1)) {
      found[place] = answers(questions.at(place) as MatrixQuestion);
      await new Promise((heard) => setTimeout(heard));
    }
  };
  await Promise.all([others, own()]);
  return found;
}

const matrixAlone = ({ questions, matrix }: MatrixWork): Matrix => matrix(questions.map(matrixAnswers()));
