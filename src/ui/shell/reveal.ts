/** How the page may move: at once for readers who asked for less motion. */
export function motion(): ScrollBehavior {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
}

/** Takes the reader to a place of the page: it scrolls there, and the place, or a section's heading, gets the focus, so that it is read out. */
export function reveal(id: string, behavior: ScrollBehavior = motion()): void {
  const place = document.getElementById(id);
  const heading = place?.querySelector<HTMLElement>("h2");
  (place?.matches("section") ? heading : place)?.focus({ preventScroll: true });
  place?.scrollIntoView({ block: "start", behavior });
}
