import type { Answered, Asked, Kind, OnProgress } from "../../live/questions.ts";

/** A question on its way to the worker. */
export interface Request {
  readonly number: number;
  readonly kind: Kind;
  readonly asked: Asked[Kind];
}

/** What comes back: how far the answer is, then the answer and what WebAssembly holds, or why there is none, in a sentence. */
export type Reply =
  | { readonly number: number; readonly progress: number }
  | { readonly number: number; readonly answer: Answered[Kind]; readonly memoryBytes: number }
  | { readonly number: number; readonly failure: string };

/** The way to the worker that runs the models. */
export interface Link {
  /** onProgress: called with how far the answer is. Errors: an Error whose message is for the reader. */
  ask<K extends Kind>(kind: K, asked: Asked[K], onProgress?: OnProgress): Promise<Answered[K]>;
  /** What WebAssembly held at the last answer. */
  readonly memoryBytes: number;
  /** How long nothing has been asked or answered; 0 while an answer is on its way. */
  readonly idleMs: number;
}

interface Waiting {
  readonly onProgress: OnProgress | undefined;
  resolve(answer: Answered[Kind]): void;
  reject(error: Error): void;
}

/** Links the page to a worker. */
export function linkTo(worker: Worker): Link {
  const waiting = new Map<number, Waiting>();
  let next = 1;
  let memoryBytes = 0;
  let lastActive = performance.now();
  worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
    const one = waiting.get(data.number);
    if ("progress" in data) return one?.onProgress?.(data.progress);
    waiting.delete(data.number);
    lastActive = performance.now();
    if ("failure" in data) {
      one?.reject(new Error(data.failure));
    } else {
      memoryBytes = data.memoryBytes;
      one?.resolve(data.answer);
    }
  });
  worker.addEventListener("error", ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(`the models' worker failed: ${message}`));
    waiting.clear();
  });
  return {
    get memoryBytes() {
      return memoryBytes;
    },
    get idleMs() {
      return waiting.size > 0 ? 0 : performance.now() - lastActive;
    },
    ask<K extends Kind>(kind: K, asked: Asked[K], onProgress?: OnProgress) {
      const number = next++;
      return new Promise<Answered[K]>((resolve, reject) => {
        waiting.set(number, { onProgress, resolve: (answer) => resolve(answer as Answered[K]), reject });
        worker.postMessage({ number, kind, asked } satisfies Request);
      });
    },
  };
}
