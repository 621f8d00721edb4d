interface LockstepOptions<Job, Request, Response> {
  /** Searches that run at a time. */
  readonly width: number;
  /** One search. Whatever else it awaits holds up the others. */
  readonly search: (job: Job, ask: (request: Request) => Promise<Response>) => Promise<void>;
  /** One response per request, in order. */
  readonly evaluate: (requests: readonly Request[]) => Promise<readonly Response[]>;
}

/**
 * Runs many searches at once: each asks for one evaluation at a time, and when every running search waits for one, all
 * pending requests are evaluated as a batch. Searches start in order as others end, so batches stay full; the same jobs
 * give the same batches. Throws the first error; searches that still wait are then abandoned.
 */
export async function lockstep<Job, Request, Response>(
  jobs: readonly Job[],
  { width, search, evaluate }: LockstepOptions<Job, Request, Response>,
): Promise<void> {
  const waiting: { readonly request: Request; readonly answer: (response: Response) => void }[] = [];
  let next = 0;
  let running = Math.min(width, jobs.length);
  await new Promise<void>((done, fail) => {
    const advance = (): void => {
      if (running === 0) done();
      if (running === 0 || waiting.length < running) return;
      const round = waiting.splice(0);
      evaluate(round.map(({ request }) => request)).then((responses) => {
        round.forEach(({ answer }, index) => {
          answer(responses[index] as Response);
        });
      }, fail);
    };
    const ask = (request: Request): Promise<Response> =>
      new Promise((answer) => {
        waiting.push({ request, answer });
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
