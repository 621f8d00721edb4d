interface LockstepOptions<Job, Request, Response> {
  /** Searches that run at a time. */
  readonly width: number;
  /** One search. Whatever else it awaits holds up the others. */
  readonly search: (job: Job, ask: (request: Request) => Promise<Response>) => Promise<void>;
  /** Which of the requests, every one an object of its own, are evaluated now, 1 or more; the others wait on. All, when absent. */
  readonly choose?: (requests: readonly Request[]) => readonly Request[];
  /** One response per request, in order. */
  readonly evaluate: (requests: readonly Request[]) => Promise<readonly Response[]>;
}

/**
 * Runs many searches at once: each asks for one evaluation at a time, and when every running search waits for one, all
 * pending requests, or those that are chosen, are evaluated as a batch. Searches start in order as others end, so batches stay full; the same jobs
 * give the same batches. Throws the first error; searches that still wait are then abandoned.
 */
export async function lockstep<Job, Request, Response>(
  jobs: readonly Job[],
  { width, search, choose = (requests) => requests, evaluate }: LockstepOptions<Job, Request, Response>,
): Promise<void> {
  const waiting = new Map<Request, (response: Response) => void>();
  let next = 0;
  let running = Math.min(width, jobs.length);
  await new Promise<void>((done, fail) => {
    const advance = (): void => {
      if (running === 0) done();
      if (running === 0 || waiting.size < running) return;
      const round = choose([...waiting.keys()]).map((request) => {
        const answer = waiting.get(request) as (response: Response) => void;
        waiting.delete(request);
        return { request, answer };
      });
      evaluate(round.map(({ request }) => request)).then((responses) => {
        round.forEach(({ answer }, index) => {
          answer(responses[index] as Response);
        });
      }, fail);
    };
    const ask = (request: Request): Promise<Response> =>
      new Promise((answer) => {
        waiting.set(request, answer);
        advance();
      });
    const work = async (): Promise<void> => {
      while (next < jobs.length) await search(jobs[next++] as Job, ask);
      running--;
      advance();
    };
    if (running === 0) done();
    for (let worker = running; worker > 0; worker--) work().catch(fail);
  });
}
