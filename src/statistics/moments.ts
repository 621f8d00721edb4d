/** Mean of at least one value; summed from the first value on, so that equal values have exactly that mean. */
export function mean(values: ArrayLike<number>): number {
  const first = values[0] as number;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) - first;
  return first + sum / values.length;
}

/** Median of at least one value. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}

/** Sample variance (n − 1) of at least two values; `center` is their mean. */
export function variance(values: ArrayLike<number>, center = mean(values)): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - center) ** 2;
  return sum / (values.length - 1);
}
