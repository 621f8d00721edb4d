import { mean } from "./moments.ts";

/** Pearson correlation of paired values; undefined for fewer than two pairs or where one side does not vary. */
export function correlation(xs: ArrayLike<number>, ys: ArrayLike<number>): number | undefined {
  if (xs.length < 2) return undefined;
  const [xMean, yMean] = [mean(xs), mean(ys)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < xs.length; i++) {
    const x = (xs[i] as number) - xMean;
    const y = (ys[i] as number) - yMean;
    xx += x * x;
    yy += y * y;
    xy += x * y;
  }
  if (xx === 0 || yy === 0) return undefined;
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}
