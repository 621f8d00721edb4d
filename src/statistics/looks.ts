/** Images of a row at which a run that stops when its cells are resolved looks at them. */
export const looks: readonly number[] = [25, 50, 100, 200, 400];

/**
 * Error that one look may make so that all of them together make at most `alpha` (Bonferroni): a row that may stop at any of
 * five looks must not be wrong at any of them.
 */
export function alphaOfLook(alpha: number): number {
  return alpha / looks.length;
}

/** The looks of a run with a limit: those below it, and the limit itself. */
export function looksWithin(limit: number): readonly number[] {
  return [...looks.filter((look) => look < limit), limit];
}
