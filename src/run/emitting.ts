/**
 * Runs a job that reports values and yields them as they come, only the latest where the consumer is slower; returns what
 * the job returns. A consumer that leaves early aborts the job's signal and waits for its end. `signal` aborts it too.
 */
export async function* emitting<T, R>(
  job: (emit: (value: T) => void, signal: AbortSignal) => Promise<R>,
  signal?: AbortSignal,
): AsyncGenerator<T, R, void> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();

  let latest: { readonly value: T } | undefined;
  let wake = (): void => {};
  const emit = (value: T): void => {
    latest = { value };
    wake();
  };
  let ended = false;
  const running = job(emit, controller.signal).finally(() => {
    ended = true;
    wake();
  });
  // Handled below; without this a failure while the consumer is away would end the process.
  running.catch(() => {});
  try {
    for (;;) {
      while (latest !== undefined) {
        const { value } = latest;
        latest = undefined;
        yield value;
      }
      if (ended) return await running;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (latest !== undefined || ended) resolve();
      });
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    if (!ended) {
      controller.abort();
      await running.catch(() => {});
    }
  }
}
