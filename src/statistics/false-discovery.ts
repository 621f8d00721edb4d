/** Benjamini–Hochberg q-values of p-values, in the same order: rejecting all q ≤ a keeps the expected share of false discoveries below a. */
export function falseDiscovery(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[b] as number) - (pValues[a] as number));
  const qValues = new Array<number>(pValues.length);
  let smallest = 1;
  order.forEach((index, place) => {
    const rank = pValues.length - place;
    smallest = Math.min(smallest, ((pValues[index] as number) * pValues.length) / rank);
    qValues[index] = smallest;
  });
  return qValues;
}
