import { correlation } from "./correlation.ts";

/** Spearman's rank correlation of paired values, ties at their mean rank; undefined for fewer than two pairs or where one side does not vary. */
export function rankCorrelation(xs: ArrayLike<number>, ys: ArrayLike<number>): number | undefined {
  return correlation(ranks(xs), ranks(ys));
}

/** Ranks from 1; equal values share the mean of their ranks. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i);
  order.sort((a, b) => (values[a] as number) - (values[b] as number));
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (let place = start; place < end; place++) result[order[place] as number] = (start + 1 + end) / 2;
    start = end;
  }
  return result;
}
