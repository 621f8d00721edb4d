import { useEffect, useState } from "react";
import type { Answers } from "../../label/questions.ts";
import type { Ask } from "./ask.ts";

/** Milliseconds between two looks at how far the reading of the pictures is. */
const patience = 1000;

/** What there is to label, asked anew until all pictures are read. */
export function useStateOfFolder(opened: Answers["state"], ask: Ask): Answers["state"] {
  const [state, setState] = useState(opened);
  const { done, total, failure } = state.read;
  const isReading = done < total && failure === null;
  useEffect(() => {
    if (!isReading) return;
    const timer = setInterval(() => void ask({ ask: "state" }).then(setState, () => undefined), patience);
    return () => clearInterval(timer);
  }, [isReading, ask]);
  return state;
}
