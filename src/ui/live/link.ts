import type { Answered, Asked, Kind } from "../../live/questions.ts";

/** A question on its way to the worker. */
export interface Request {
  readonly number: number;
  readonly kind: Kind;
  readonly asked: Asked[Kind];
}

/** What comes back: an answer, or why there is none, in a sentence. */
export type Reply =
  | { readonly number: number; readonly answer: Answered[Kind] }
  | { readonly number: number; readonly failure: string };

/** The way to the worker that runs the models. */
export interface Link {
  /** Errors: an Error whose message is for the reader. */
  ask<K extends Kind>(kind: K, asked: Asked[K]): Promise<Answered[K]>;
}

interface Waiting {
  resolve(answer: Answered[Kind]): void;
  reject(error: Error): void;
}

/** Links the page to a worker. */
export function linkTo(worker: Worker): Link {
  const waiting = new Map<number, Waiting>();
  let next = 1;
  worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
    const one = waiting.get(data.number);
    waiting.delete(data.number);
    if ("failure" in data) one?.reject(new Error(data.failure));
    else one?.resolve(data.answer);
  });
  worker.addEventListener("error", ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(`the models' worker failed: ${message}`));
    waiting.clear();
  });
  return {
    ask<K extends Kind>(kind: K, asked: Asked[K]) {
      const number = next++;
      return new Promise<Answered[K]>((resolve, reject) => {
        waiting.set(number, { resolve: (answer) => resolve(answer as Answered[K]), reject });
        worker.postMessage({ number, kind, asked } satisfies Request);
      });
    },
  };
}
