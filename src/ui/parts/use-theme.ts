import { useSyncExternalStore } from "react";

const dark = (): MediaQueryList => matchMedia("(prefers-color-scheme: dark)");

const subscribe = (changed: () => void): (() => void) => {
  const query = dark();
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
};

/** Which theme the page is in, live: for what is drawn by hand in its colours. */
export function useTheme(): "light" | "dark" {
  return useSyncExternalStore(subscribe, () => (dark().matches ? "dark" : "light"));
}
