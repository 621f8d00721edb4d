/**
 * The q-value of any p-value among those that were tested (Benjamini–Hochberg): rejecting all q ≤ a keeps the expected share of false
 * discoveries below a. 1 for a p above all of them.
 */
export function qValueAmong(pValues: readonly number[]): (pValue: number) => number {
  const sorted = Float64Array.from(pValues).sort();
  const qValues = new Float64Array(sorted.length);
  let smallest = 1;
  for (let place = sorted.length - 1; place >= 0; place--) {
    smallest = Math.min(smallest, ((sorted[place] as number) * sorted.length) / (place + 1));
    qValues[place] = smallest;
  }
  return (pValue) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as number) < pValue) low = middle + 1;
      else high = middle;
    }
    return qValues[low] ?? 1;
  };
}

/** The q-values of p-values, in the same order. */
export function falseDiscovery(pValues: readonly number[]): number[] {
  return pValues.map(qValueAmong(pValues));
}

/** What a false-discovery rate lets through. */
export interface Discoveries {
  /** q of any p among those that were tested. */
  readonly qValueOf: (pValue: number) => number;
  /** p at which one more would be let through. */
  readonly nextAt: number;
}

/** What of these p-values is let through at a rate. */
export function discoveries(pValues: readonly number[], rate: number): Discoveries {
  const qValueOf = qValueAmong(pValues);
  const passed = pValues.filter((pValue) => qValueOf(pValue) <= rate).length;
  return { qValueOf, nextAt: (rate * Math.min(passed + 1, pValues.length)) / Math.max(1, pValues.length) };
}
