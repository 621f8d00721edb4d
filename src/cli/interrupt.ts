/** Turns SIGINT and SIGTERM into an AbortSignal, so that work stops at a point it can resume from. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** The signal that arrived, if any. */
  received(): NodeJS.Signals | undefined;
  [Symbol.dispose](): void;
}

/** Listens until disposed. A second signal ends the process at once. */
export function listenForInterrupt(onFirst: (signal: NodeJS.Signals) => void): Interrupt {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const listener = (signal: NodeJS.Signals): void => {
    if (received !== undefined) process.exit(signal === "SIGTERM" ? 143 : 130);
    received = signal;
    onFirst(signal);
    controller.abort();
  };
  const signals: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM"];
  for (const signal of signals) process.on(signal, listener);
  return {
    signal: controller.signal,
    received: () => received,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}
