import { platform } from "#platform";
import { CfalignError } from "../errors.ts";
import type { WorkerProcess } from "../platform/platform.ts";

/** Processes that share questions. */
export interface Crew {
  readonly size: number;
  /**
   * Answers in the order of the questions, which are taken up in that order, each by the first worker that has nothing to do. A question
   * whose worker was killed is asked again, of a new one. A list that makes questions as they are asked for may be long. first: what a worker is told before its first of these questions; told: with
   * the place of a question, whatever its worker says before the answer; answered: with its place, an answer as it comes. Errors: those
   * of an answer; CfalignError("runtime") where workers do not live, ("interrupted") once it was ended.
   */
  ask<A>(questions: Questions, options?: CrewOptions<A>): Promise<readonly A[]>;
  /** Ends all workers. */
  end(): void;
}

/** An array, or anything else that gives a question by its place. */
export interface Questions {
  readonly length: number;
  at(place: number): unknown;
}

interface CrewOptions<A> {
  readonly first?: unknown;
  readonly told?: (place: number, news: unknown) => void;
  readonly answered?: (place: number, answer: A) => void;
}

/** Times that workers may end within one round of questions. */
const mostLost = 3;

/** A place for a worker: another takes it when one was killed. */
interface Place {
  worker: WorkerProcess | undefined;
  /** What the worker was told to begin with, and before its last questions. */
  knows: unknown;
}

/**
 * A crew of workers that run a module, each told `opening`, if there is one, as it starts, when it is first needed. worker: one that runs and knows that already.
 */
export function crewOf(
  size: number,
  { module, opening, worker }: { readonly module: URL; readonly opening?: unknown; readonly worker?: WorkerProcess },
): Crew {
  const places: Place[] = Array.from({ length: size }, (_, place) => ({
    worker: place === 0 ? worker : undefined,
    knows: opening,
  }));
  let over = false;
  const end = (): void => {
    over = true;
    for (const { worker } of places) worker?.end();
  };

  /** The worker of a place, ready for questions. */
  const ready = async (place: Place, first: unknown): Promise<WorkerProcess> => {
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
  };

  return {
    size,
    end,
    async ask<A>(questions: Questions, { first, told, answered }: CrewOptions<A> = {}): Promise<readonly A[]> {
      const answers: A[] = [];
      const waiting = Array.from({ length: questions.length }, (_, place) => place);
      let lost = 0;
      const work = async (place: Place): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined && !over; next = waiting.shift()) {
          const index = next;
          try {
            const worker = await ready(place, first);
            const answer = (await worker.ask(questions.at(index), (news) => told?.(index, news))) as A;
            answers[index] = answer;
            answered?.(index, answer);
          } catch (error) {
            if (over) break;
            const why = place.worker?.ended;
            if (why === undefined) throw error;
            lost += 1;
            if (lost > mostLost) {
              throw new CfalignError(
                "runtime",
                (named) =>
                  `worker processes ended ${lost} times (${why}): run the same command again, with fewer of them (${named("workers")}) if there was too little memory`,
                { cause: error },
              );
            }
            waiting.unshift(index);
          }
        }
      };
      try {
        await Promise.all(places.map(work));
      } catch (error) {
        end();
        throw error;
      }
      if (over) throw new CfalignError("interrupted", "interrupted while workers were asked");
      return answers;
    },
  };
}
