import { stack, type Tensor } from "../base/tensor.ts";

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

/** Collects items of any origin into whole calls: a call runs as soon as it is full, one after the other. */
export class WholeCalls<Item> {
  private readonly waiting: Item[] = [];
  private running: Promise<void> = Promise.resolve();

  /** call: works on 1 to `width` items. */
  constructor(private readonly call: (items: readonly Item[]) => Promise<void>) {}

  /** Resolves when no full call is left. */
  add(item: Item): Promise<void> {
    this.waiting.push(item);
    return this.work(width);
  }

  /** Works on what is left. */
  flush(): Promise<void> {
    return this.work(1);
  }

  private work(least: number): Promise<void> {
    this.running = this.running.then(async () => {
      while (this.waiting.length >= least) await this.call(this.waiting.splice(0, width));
    });
    return this.running;
  }
}
