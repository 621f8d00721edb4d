import { CfalignError } from "../base/errors.ts";

/** Pictures and traversals that are remembered; the oldest are forgotten. */
const remembered = 32;

/** The latest things by number. */
export class Memory<T> {
  private readonly held = new Map<number, T>();
  private next = 1;

  constructor(
    private readonly noun: string,
    private readonly size = remembered,
  ) {}

  keep(thing: T): number {
    this.held.set(this.next, thing);
    this.held.delete(this.next - this.size);
    return this.next++;
  }

  forget(): void {
    this.held.clear();
  }

  recall(number: number): T {
    const thing = this.held.get(number);
    if (thing === undefined) throw new CfalignError("usage", `the ${this.noun} is no longer remembered: ask again`);
    return thing;
  }
}
