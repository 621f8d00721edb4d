const steps: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowRight: (at, last) => Math.min(last, at + 1),
  ArrowDown: (at, last) => Math.min(last, at + 1),
  ArrowLeft: (at) => Math.max(0, at - 1),
  ArrowUp: (at) => Math.max(0, at - 1),
  Home: () => 0,
  End: (_, last) => last,
};

/** Makes one tab stop of many elements. */
export function makeStop(all: Iterable<Element>, stop: Element | undefined): void {
  for (const each of all) each.setAttribute("tabindex", each === stop ? "0" : "-1");
}

/** Arrow keys, Home and End go from one of these elements to the next, which is the tab stop then. */
export function rove(event: React.KeyboardEvent, selector: string): void {
  const all = [...event.currentTarget.querySelectorAll<HTMLElement | SVGElement>(selector)];
  const at = all.findIndex((each) => each === document.activeElement);
  const next = at < 0 ? undefined : all[steps[event.key]?.(at, all.length - 1) ?? -1];
  if (next === undefined) return;
  event.preventDefault();
  makeStop(all, next);
  next.focus();
}
