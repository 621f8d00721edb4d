import { useEffect, useState } from "react";

/** A question's state: its last answer stays while the next is on its way. */
export interface Answer<T> {
  readonly value: T | undefined;
  /** Why there is none, in a sentence. */
  readonly failure: string | undefined;
  readonly waiting: boolean;
}

interface Settled<T> {
  readonly key: string;
  readonly value?: T;
  readonly failure?: string;
}

/**
 * The answer to a question, asked anew when `key` changes; undefined asks nothing. `ask` is that of the key: what it reads
 * besides must not change without it.
 */
export function useAnswer<T>(key: string | undefined, ask: () => Promise<T>): Answer<T> {
  const [settled, setSettled] = useState<Settled<T>>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for all that is asked
  useEffect(() => {
    if (key === undefined) return;
    let current = true;
    const settle = (answer: Settled<T>): void => {
      if (current) setSettled(answer);
    };
    ask().then(
      (value) => settle({ key, value }),
      (error: unknown) => settle({ key, failure: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      current = false;
    };
  }, [key]);
  // Told by the key and not by a state of its own, so that no drawing in between takes the last answer for the new one.
  const waiting = key !== undefined && settled?.key !== key;
  return { value: settled?.value, failure: waiting ? undefined : settled?.failure, waiting };
}
