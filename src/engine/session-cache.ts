/** What is kept of a key: its session, and what runs on it. */
interface Kept<T> {
  readonly session: Promise<T>;
  readonly uses: Set<Promise<unknown>>;
}

/** Sessions by key, each made once. Of those that nothing runs on at most `capacity` are kept: the one used longest ago goes first. */
export class SessionCache<T extends { dispose(): Promise<void> }> {
  private readonly kept = new Map<string, Kept<T>>();

  constructor(private readonly capacity = 8) {}

  /** Runs an action on the session of a key, made by `make` when it is not there; it is there until the action ends. A failed attempt is not kept. */
  async use<R>(key: string, make: () => Promise<T>, action: (session: T) => Promise<R>): Promise<R> {
    const one = this.kept.get(key) ?? { session: make(), uses: new Set() };
    this.kept.delete(key);
    this.kept.set(key, one);
    const use = one.session.then(action);
    one.uses.add(use);
    try {
      return await use;
    } finally {
      one.uses.delete(use);
      const failed = await one.session.then(
        () => false,
        () => true,
      );
      if (failed && this.kept.get(key) === one) this.kept.delete(key);
      await this.disposeIdle();
    }
  }

  /** Disposes all sessions, each once nothing runs on it. */
  async dispose(): Promise<void> {
    const all = [...this.kept.values()];
    this.kept.clear();
    for (const { session, uses } of all) {
      await Promise.allSettled(uses);
      // One that could not be made has told so already.
      await (await session.catch(() => undefined))?.dispose();
    }
  }

  private async disposeIdle(): Promise<void> {
    for (const [key, { session, uses }] of this.kept) {
      if (this.kept.size <= this.capacity) return;
      if (uses.size > 0) continue;
      this.kept.delete(key);
      await (await session).dispose();
    }
  }
}
