import { useEffect } from "react";

/** Marks a moment of the page's timeline once. */
export function useMark(name: string, reached: boolean): void {
  useEffect(() => {
    if (reached && performance.getEntriesByName(name).length === 0) performance.mark(name);
  }, [name, reached]);
}
