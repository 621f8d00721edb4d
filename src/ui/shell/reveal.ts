/** How the page may move: at once for readers who asked for less motion. */
function motion(): ScrollBehavior {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
}

/** Takes the reader to a section: it scrolls there, and its heading gets the focus, so that it is read out. */
export function reveal(id: string, behavior: ScrollBehavior = motion()): void {
  const section = document.getElementById(id);
  section?.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  section?.scrollIntoView({ block: "start", behavior });
}
