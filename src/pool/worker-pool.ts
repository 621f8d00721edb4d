import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { WorkerProcess } from "../platform/platform.ts";

/** Processes that share questions. */
export interface WorkerPool {
  /** Workers; fewer after some were given up. */
  readonly size: number;
  /**
   * Answers in the order of the questions, which are taken up in that order, after those that wait already, each by the first worker that
   * has nothing to do. A question whose worker was killed is asked again, of a new one. A list that makes questions as they are asked for may
   * be long. first: what a worker is told before its first of these questions; progress: with the place of a question, whatever its worker says
   * before the answer; answered: with its place, an answer as it comes. Errors: those of an answer; CfalignError("runtime") where workers do
   * not live, ("interrupted") once it was ended.
   */
  ask<A>(questions: Questions, options?: AskOptions<A>): Promise<readonly A[]>;
  /** Ends all workers. */
  end(): void;
}

/** Times that workers may end before what is asked of them is given up. */
export const mostLost = 3;

/** What is said where workers do not live. lost: how often they ended; why: how the last one did. */
export function workersLost(lost: number, why: string, cause: unknown): CfalignError {
  return new CfalignError(
    "runtime",
    (named) =>
      `worker processes ended ${lost} times (${why}): run the same command again, with fewer of them (${named("workers")}) if there was too little memory`,
    { cause },
  );
}

/** An array, or anything else that gives a question by its place. */
export interface Questions {
  readonly length: number;
  at(place: number): unknown;
}

interface AskOptions<A> {
  readonly first?: unknown;
  readonly progress?: (place: number, message: unknown) => void;
  readonly answered?: (place: number, answer: A) => void;
}

/** A place for a worker: another takes it when one was killed. */
interface Place {
  worker: WorkerProcess | undefined;
  /** What the worker was told to begin with, and before its last questions. */
  knows: unknown;
  busy: boolean;
}

/** Questions that were asked together. */
interface Round {
  readonly questions: Questions;
  readonly first: unknown;
  /** Workers that ended over them since one was last given up. */
  lost: number;
  progress(place: number, message: unknown): void;
  answered(place: number, answer: unknown): void;
  fail(error: unknown): void;
}

interface Waiting {
  readonly round: Round;
  /** Of the question in its round. */
  readonly place: number;
}

/** What workers run and know, and whether the pool may shrink. */
interface PoolOptions {
  readonly module: URL;
  readonly opening?: unknown;
  readonly workers?: readonly WorkerProcess[];
  readonly fewer?: boolean;
}

/**
 * A pool of workers that run a module, each told `opening`, if there is one, as it starts, when it is first needed. workers: those that run
 * and know that already. fewer: go on with one less, down to one, where workers end again and again, as they do for lack of memory.
 */
export function workerPool(size: number, { module, opening, workers = [], fewer = false }: PoolOptions): WorkerPool {
  const places: Place[] = Array.from({ length: size }, (_, place) => ({
    worker: workers[place],
    knows: opening,
    busy: false,
  }));
  const waiting: Waiting[] = [];
  const open = new Set<Round>();
  let over = false;
  const stop = (error: unknown): void => {
    over = true;
    for (const { worker } of places) worker?.end();
    for (const round of open) round.fail(error);
  };

  /** Has the worker of a place answer a question; where the worker is killed over it, the question waits again, as the next. */
  const answer = async (place: Place, next: Waiting): Promise<void> => {
    const { round } = next;
    try {
      const worker = await ready(place, { module, opening }, round.first);
      const question = round.questions.at(next.place);
      round.answered(next.place, await worker.ask(question, (message) => round.progress(next.place, message)));
    } catch (error) {
      const why = place.worker?.ended;
      if (why === undefined) throw error;
      round.lost += 1;
      waiting.unshift(next);
      if (round.lost <= mostLost) return;
      if (!fewer || places.length === 1) throw workersLost(round.lost, why, error);
      round.lost = 0;
      places.splice(places.indexOf(place), 1);
      for (const other of places) void work(other);
    }
  };

  /** Keeps a place at work while questions wait. */
  const work = async (place: Place): Promise<void> => {
    if (place.busy) return;
    place.busy = true;
    while (waiting.length > 0 && !over && places.includes(place)) {
      const next = waiting.shift() as Waiting;
      try {
        await answer(place, next);
      } catch (error) {
        // Whatever else was asked fails for the same reason.
        stop(error);
      }
    }
    place.busy = false;
  };

  return {
    get size() {
      return places.length;
    },
    end: () => stop(interrupted()),
    ask<A>(questions: Questions, options: AskOptions<A> = {}): Promise<readonly A[]> {
      return new Promise((resolve, reject) => {
        const round = roundOf<A>(questions, options, { resolve, reject, closed: () => open.delete(round) });
        if (over) return round.fail(interrupted());
        if (questions.length === 0) return resolve([]);
        open.add(round);
        for (let place = 0; place < questions.length; place++) waiting.push({ round, place });
        for (const place of places) void work(place);
      });
    },
  };
}

function interrupted(): CfalignError {
  return new CfalignError("interrupted", "interrupted while workers were asked");
}

/** The worker of a place, ready for questions. */
async function ready(
  place: Place,
  { module, opening }: Pick<PoolOptions, "module" | "opening">,
  first: unknown,
): Promise<WorkerProcess> {
  if (place.worker === undefined || place.worker.ended !== undefined) {
    place.worker = platform.startWorker(module);
    place.knows = opening;
    if (opening !== undefined) await place.worker.ask(opening);
  }
  if (first !== undefined && place.knows !== first) {
    await place.worker.ask(first);
    place.knows = first;
  }
  return place.worker;
}

/** A round that no worker has begun. closed: told when it is over. */
function roundOf<A>(
  questions: Questions,
  { first, progress, answered }: AskOptions<A>,
  told: { resolve(answers: readonly A[]): void; reject(error: unknown): void; closed(): void },
): Round {
  const answers: A[] = [];
  let left = questions.length;
  return {
    questions,
    first,
    lost: 0,
    progress: (place, message) => progress?.(place, message),
    answered(place, answer) {
      answers[place] = answer as A;
      answered?.(place, answer as A);
      left -= 1;
      if (left > 0) return;
      told.closed();
      told.resolve(answers);
    },
    fail(error) {
      told.closed();
      told.reject(error);
    },
  };
}
