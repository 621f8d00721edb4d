/** Movement of a prediction below which a list of many leaves it out. */
const leastShown = 0.05;

/** Whether a prediction moved by so much that a list of many shows it. */
export function hasMoved({ before, after }: { readonly before: number; readonly after: number }): boolean {
  return Math.abs(after - before) >= leastShown;
}
