import { useEffect, useRef } from "react";

/** Keys of the whole page, unless somebody writes; "z" also with Ctrl or Command. A key that is held does it once: a page that nobody saw must not be answered. */
export function useKeys(actions: Readonly<Record<string, () => void>>): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const isWriting = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
      const withControl = event.ctrlKey || event.metaKey;
      const action = latest.current[event.key.toLowerCase()];
      if (action === undefined || isWriting || event.altKey || (withControl && event.key !== "z")) return;
      event.preventDefault();
      if (!event.repeat) action();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}
