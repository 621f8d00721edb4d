/** Estimates how long a job still takes from the share of its work that is done. */
export interface TimeLeft {
  /** Milliseconds left; undefined where nothing can be said yet. time: milliseconds from any fixed point. share: 0 to 1, of the work. */
  at(time: number, share: number): number | undefined;
}

/** Share of the time from which an estimate is given. */
const least = 0.2;
/** Estimates of the second half of the time so far may differ by this factor: where they do not agree among themselves, none is to be believed. */
const agreement = 1.4;

/**
 * What this process did itself counts: a share that was there at the first call says nothing of its speed. Nothing is said before a fifth of the time,
 * and while the estimates of the last half of the time contradict each other.
 */
export function createTimeLeft(): TimeLeft {
  let first: { readonly time: number; readonly share: number } | undefined;
  let estimates: { readonly time: number; readonly whole: number }[] = [];
  return {
    at(time, share) {
      first ??= { time, share };
      const elapsed = time - first.time;
      const own = (share - first.share) / (1 - first.share);
      if (!(own > 0 && elapsed > 0)) return undefined;
      const whole = elapsed / own;
      estimates = [...estimates, { time: elapsed, whole }].filter((each) => each.time >= elapsed / 2);
      const wholes = estimates.map((each) => each.whole);
      if (own < least - 1e-9 || Math.max(...wholes) > agreement * Math.min(...wholes)) return undefined;
      return Math.max(0, whole - elapsed);
    },
  };
}
