import { platform } from "#platform";
import { matrixWork } from "../audit/matrix.ts";
import { type MatrixAnswer, matrixAnswers } from "../audit/matrix-questions.ts";
import type { MatrixOptions } from "../audit/options.ts";
import type { Matrix } from "../audit/schema.ts";
import { CfalignError } from "../errors.ts";
import type { RunData } from "../results/run-data.ts";
import { crewOf } from "./crew.ts";

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
  const { questions, draws, bytes, matrix } = matrixWork(run, options);
  const alone = (): Matrix => matrix(questions.map(matrixAnswers()));
  const { cores, freeBytes } = platform.machine();
  const size = Math.min(cores, questions.length, Math.floor((memoryShare * freeBytes) / (bytesEach + bytes)));
  if (size < 2 || draws < leastDraws) return alone();
  const module = new URL(
    import.meta.url.endsWith(".ts") ? "./matrix-worker.ts" : "./matrix-worker.js",
    import.meta.url,
  );
  const crew = crewOf(size, { module });
  try {
    return matrix(await crew.ask<MatrixAnswer>(questions));
  } catch (error) {
    if (error instanceof CfalignError && error.code === "runtime") return alone();
    throw error;
  } finally {
    crew.end();
  }
}
