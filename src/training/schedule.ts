/** Share of the steps in which the rate rises. */
const rising = 0.25;
/** The first rate is so many times smaller than the largest, the last so many times smaller than the first. */
const firstDivisor = 25;
const lastDivisor = 1e4;

/**
 * Learning rate of a step of a one-cycle schedule (Smith & Topin 2019): up to the largest and down again, half a cosine each.
 * step: from 0 to steps − 1.
 */
export function oneCycle(step: number, steps: number, largest: number): number {
  const first = largest / firstDivisor;
  const last = first / lastDivisor;
  const peak = Math.max(0, rising * steps - 1);
  if (step < peak) return between(first, largest, step / peak);
  return between(largest, last, (step - peak) / Math.max(1, steps - 1 - peak));
}

function between(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * Math.min(1, share)));
}
