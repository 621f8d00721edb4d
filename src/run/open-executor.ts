import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { Classifier } from "../models/types.ts";
import type { Workspace } from "../models/workspace.ts";
import type { Machine, WorkerProcess } from "../platform/platform.ts";
import { mostLost, workerPool, workersLost } from "../pool/worker-pool.ts";
import { type ChunkExecutor, type ExecutorContext, localExecutor } from "./chunk-executor.ts";
import { poolExecutor } from "./pool-executor.ts";
import type { Opened, Opening } from "./worker-questions.ts";

/** Processes that a run is shared among. */
export interface Workers {
  readonly count: number;
  /** Threads of each. */
  readonly threads: number;
  /** Most bytes of one that was measured after a call of every model. */
  readonly bytesEach: number;
  /** Bytes that were free beside one. */
  readonly freeBytes: number;
}

/** Who works on the chunks of a run. */
export interface OpenExecutor {
  readonly executor: ChunkExecutor;
  /** undefined where this process does all. */
  readonly workers: Workers | undefined;
  end(): void;
}

/** Counterfactuals from which processes are started unasked: what a start takes is a small part of the work then. */
const leastWork = 100;
/** Share of the free memory that workers may take unasked. */
const memoryShare = 0.8;
/** Times that this process, which holds the models too, has to fit into the free memory for each worker before memory is plenty. */
const plenty = 8;

/**
 * Opens what works on the chunks of a run: this process where one worker is asked for (or, unasked, where there is little to do or no
 * room for two), else a pool. asked: how many workers, null for as many as there are bases, cores and memory for, and as live; expected:
 * counterfactuals of the run. Errors: CfalignError("usage") for classifiers that no other process can find, and beside another device than
 * the CPU, ("runtime") where workers that were asked for do not live.
 */
export async function openExecutor(
  context: ExecutorContext,
  {
    asked,
    expected,
    workspace,
  }: { readonly asked: number | null; readonly expected: number; readonly workspace: Workspace },
): Promise<OpenExecutor> {
  const alone: OpenExecutor = { executor: localExecutor(context), workers: undefined, end: () => {} };
  const { files } = platform;
  const { cores } = platform.machine();
  // A base of a chunk is the least that is shared out.
  const most = asked ?? (expected < leastWork ? 1 : Math.min(cores, context.roles.bases.length));
  if (most === 1) return alone;
  if (!canShare(context, workspace, asked)) return alone;
  const { compile, path } = workspace;
  const module = new URL(import.meta.url.endsWith(".ts") ? "./worker-main.ts" : "./worker-main.js", import.meta.url);
  const openingFor = (count: number): Opening => ({
    ask: "open",
    workspace: files.resolve(path),
    compile: { ...compile, threads: compile.threads ?? threadsEach(cores, count) },
    file: context.file,
    out: files.resolve(context.out),
  });
  const started: WorkerProcess[] = [];
  const abort = (): void => {
    for (const worker of started) worker.end();
  };
  context.signal.addEventListener("abort", abort, { once: true });
  try {
    const open = (count: number) => openWorker(module, openingFor(count), { asked, signal: context.signal, started });
    const machine = platform.machine();
    const tried = await Promise.all(Array.from({ length: openedAtOnce(machine, most) }, () => open(most)));
    const opened = tried.filter((one) => one !== undefined);
    if (opened.length === 0) return alone;
    const lived = most - (tried.length - opened.length);
    const measured = Math.max(...opened.map(({ bytes }) => bytes));
    const freeBytes = Math.max(0, machine.freeBytes - measured);
    const count = asked ?? Math.min(lived, workersFor({ cores, freeBytes }, measured));
    const fit = count > 1 && threadsEach(cores, count) === threadsEach(cores, most);
    const kept = fit ? opened.slice(0, count) : [];
    for (const { worker } of opened.slice(kept.length)) worker.end();
    if (count === 1) return alone;
    const ready = fit ? kept : [await open(count)].filter((one) => one !== undefined);
    if (ready.length === 0) return alone;
    const opening = openingFor(count);
    const pool = workerPool(count, {
      module,
      opening,
      workers: ready.map(({ worker }) => worker),
      fewer: asked === null,
    });
    context.signal.addEventListener("abort", pool.end, { once: true });
    return {
      executor: poolExecutor(pool, context),
      workers: {
        count,
        threads: opening.compile.threads ?? 1,
        bytesEach: Math.max(...ready.map(({ bytes }) => bytes)),
        freeBytes,
      },
      end: () => {
        context.signal.removeEventListener("abort", pool.end);
        pool.end();
      },
    };
  } catch (error) {
    abort();
    throw error;
  } finally {
    context.signal.removeEventListener("abort", abort);
  }
}

/** A worker that knows of the run; undefined where none lives and none was asked for. started: every one that was tried goes there. */
async function openWorker(
  module: URL,
  opening: Opening,
  {
    asked,
    signal,
    started,
  }: { readonly asked: number | null; readonly signal: AbortSignal; readonly started: WorkerProcess[] },
): Promise<(Opened & { readonly worker: WorkerProcess }) | undefined> {
  for (let lost = 1; ; lost++) {
    const worker = platform.startWorker(module);
    started.push(worker);
    try {
      return { worker, ...((await worker.ask(opening)) as Opened) };
    } catch (error) {
      if (worker.ended === undefined || signal.aborted) throw error;
      if (lost <= mostLost) continue;
      if (asked === null) return undefined;
      throw workersLost(lost, worker.ended, error);
    }
  }
}

/** Whether other processes can do the work: models on the CPU, classifiers that they find by name. Errors: CfalignError("usage") where they were asked for and cannot. */
function canShare(context: ExecutorContext, workspace: Workspace, asked: number | null): boolean {
  const { device } = workspace.placements;
  if (device !== "cpu") {
    if (asked === null) return false;
    throw new CfalignError(
      "usage",
      (named) =>
        `${named("workers")}: expected 1 where models run on ${device}, which processes do not share, got ${asked}`,
      { option: "workers" },
    );
  }
  const stranger = classifiersOf(context).find((one) => !isNamed(one, workspace));
  if (stranger !== undefined) {
    if (asked === null) return false;
    throw new CfalignError(
      "usage",
      (named) =>
        `${named("workers")}: expected classifiers of ${workspace.path}, got "${stranger.name}", which is made in this process: use 1`,
      { option: "workers" },
    );
  }
  return true;
}

/** Workers that are opened before one was measured: all where memory is plenty, else one. */
export function openedAtOnce({ freeBytes, usedBytes }: Pick<Machine, "freeBytes" | "usedBytes">, most: number): number {
  return freeBytes >= most * plenty * usedBytes ? most : 1;
}

/** As many workers as there are cores, unless the memory that is free takes fewer beside the first. */
export function workersFor({ cores, freeBytes }: Pick<Machine, "cores" | "freeBytes">, bytesEach: number): number {
  return Math.min(cores, 1 + Math.floor((memoryShare * freeBytes) / bytesEach));
}

function threadsEach(cores: number, workers: number): number {
  return Math.max(1, Math.floor(cores / workers));
}

function classifiersOf({ roles }: Pick<ExecutorContext, "roles">): readonly Classifier[] {
  return [
    ...roles.bases.flatMap(({ classifier, positive }) =>
      positive === undefined ? [classifier] : [classifier, positive],
    ),
    ...roles.downstream,
    ...roles.judges,
    ...[...roles.conceptSets.values()].flat(),
  ];
}

/** Whether another process that opens the workspace finds a classifier by its name. */
function isNamed({ name, terms }: Classifier, workspace: Workspace): boolean {
  try {
    const found = workspace.classifier(name);
    return (
      found.terms.length === terms.length &&
      found.terms.every(({ model, target, coefficient }, place) => {
        const term = terms[place];
        return term?.model === model && term.target === target && term.coefficient === coefficient;
      })
    );
  } catch {
    return false;
  }
}
