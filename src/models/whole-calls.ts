import { stack, type Tensor } from "../tensor.ts";

/** Rows per call of a model, and searches that run at a time. */
export const width = 16;

/** Items with copies of the last one up to whole calls of `width`, so that no row's result depends on how many come with it. */
export function padded<T>(items: readonly T[]): readonly T[] {
  const whole = Math.ceil(items.length / width) * width;
  return Array.from({ length: whole }, (_, index) => items[Math.min(index, items.length - 1)] as T);
}

/** Rows as one tensor, filled up to whole calls. */
export function filled(rows: readonly Tensor[]): Tensor {
  return stack(padded(rows));
}
