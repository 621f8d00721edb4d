import { useSyncExternalStore } from "react";

const dark = (): MediaQueryList => matchMedia("(prefers-color-scheme: dark)");

const subscribe = (changed: () => void): (() => void) => {
  const query = dark();
  // The event may come before the styles of the new theme do.
  const later = (): void => {
    requestAnimationFrame(changed);
  };
  query.addEventListener("change", later);
  return () => query.removeEventListener("change", later);
};

/** Which theme the page is in, live: for what is drawn by hand in its colours. */
export function useTheme(): "light" | "dark" {
  return useSyncExternalStore(subscribe, () => (dark().matches ? "dark" : "light"));
}
