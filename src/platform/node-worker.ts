import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { getHeapStatistics } from "node:v8";
import { CfalignError, type ErrorCode } from "../base/errors.ts";
import { nodeFiles } from "./node-files.ts";
import type { Machine, WorkerProcess } from "./platform.ts";

/** What a worker sends: progress before an answer, or how a question ended. */
type Reply =
  | { readonly kind: "progress"; readonly value: unknown }
  | { readonly kind: "answer"; readonly value: unknown }
  | { readonly kind: "error"; readonly error: SentError };

/** An error on its way between processes. */
interface SentError {
  /** Of a CfalignError. */
  readonly code?: ErrorCode;
  readonly where?: string | undefined;
  readonly message: string;
  readonly stack?: string | undefined;
}

/** A question that waits for its answer. */
interface Asked {
  progress(value: unknown): void;
  answer(value: unknown): void;
  fail(error: Error): void;
}

export function machine(): Machine {
  return {
    cores: availableParallelism(),
    freeBytes: process.availableMemory(),
    usedBytes: process.memoryUsage.rss(),
    heapBytes: getHeapStatistics().heap_size_limit,
  };
}

export function startWorker(module: URL): WorkerProcess {
  const path = fileURLToPath(module);
  const child = fork(path, [], {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    // Sources need what this repository runs them with, and it is found from there.
    ...(path.endsWith(".ts")
      ? { execArgv: ["--conditions=source", "--import", "tsx"], cwd: nodeFiles.packageFolder() }
      : { execArgv: [] }),
  });
  let ended: string | undefined;
  let asked: Asked | undefined;
  const gone = (why: string): void => {
    ended ??= why;
    asked?.fail(new CfalignError("runtime", `a worker process ended (${ended})`));
    asked = undefined;
  };
  child.on("error", (error) => gone(error.message));
  child.on("exit", (code, signal) => gone(signal ?? `exit code ${code}`));
  child.on("message", (reply: Reply) => {
    const of = asked;
    if (reply.kind === "progress") return of?.progress(reply.value);
    asked = undefined;
    if (reply.kind === "answer") of?.answer(reply.value);
    else of?.fail(receivedError(reply.error));
  });
  return {
    ask: (question, progress = () => {}) =>
      new Promise((answer, fail) => {
        asked = { progress, answer, fail };
        if (ended !== undefined) return gone(ended);
        // What cannot be sent: the process is gone, or goes.
        child.send({ question }, (error) => {
          if (error !== null) gone(error.message);
        });
      }),
    get ended() {
      return ended;
    },
    end() {
      child.kill("SIGKILL");
    },
  };
}

export function serveQuestions(answer: (question: unknown, tell: (value: unknown) => void) => Promise<unknown>): void {
  const send = (reply: Reply): void => void process.send?.(reply);
  process.on("message", async ({ question }: { readonly question: unknown }) => {
    try {
      send({ kind: "answer", value: await answer(question, (value) => send({ kind: "progress", value })) });
    } catch (error) {
      send({ kind: "error", error: sentError(error as Error) });
    }
  });
  // Ctrl-C reaches every process of a terminal: the one that asks decides what becomes of it.
  process.on("SIGINT", () => {});
  // Whoever asked is gone, and nobody else will.
  process.on("disconnect", () => process.exit(0));
}

function sentError(error: Error): SentError {
  const { message, stack } = error;
  return error instanceof CfalignError ? { code: error.code, where: error.where, message } : { message, stack };
}

function receivedError({ code, where, message, stack }: SentError): Error {
  if (code !== undefined) return new CfalignError(code, message, where === undefined ? {} : { where });
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
