import { useCallback, useRef, useState } from "react";
import type { OnProgress } from "../../live/questions.ts";

/** How far a question is that takes long. */
export interface Progress {
  /** The last that was told. */
  readonly count: number;
  /** Since it was asked. */
  readonly seconds: number;
}

/** What is shorter is not told of: words that change at once are noise. */
const patienceSeconds = 1.5;

/** Follows the question that was asked last. `begin` gives what is told of the next one. */
export function useProgress(): { readonly progress: Progress | undefined; readonly begin: () => OnProgress } {
  const [progress, setProgress] = useState<Progress>();
  const current = useRef(0);
  const begin = useCallback((): OnProgress => {
    const own = ++current.current;
    const began = performance.now();
    setProgress(undefined);
    return (count) => {
      const seconds = (performance.now() - began) / 1000;
      if (own === current.current && seconds > patienceSeconds) setProgress({ count, seconds });
    };
  }, []);
  return { progress, begin };
}
