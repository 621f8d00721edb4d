/** Sessions by key, each made once; beyond `capacity` the one used longest ago is disposed. */
export class SessionCache<T extends { dispose(): Promise<void> }> {
  private readonly sessions = new Map<string, Promise<T>>();

  constructor(private readonly capacity = 8) {}

  /** The session of a key, made by `make` when it is not there. A failed attempt is not kept. */
  async get(key: string, make: () => Promise<T>): Promise<T> {
    const session = this.sessions.get(key) ?? make();
    this.sessions.delete(key);
    this.sessions.set(key, session);
    try {
      await session;
    } catch (error) {
      this.sessions.delete(key);
      throw error;
    }
    for (const [oldest, old] of this.sessions) {
      if (this.sessions.size <= this.capacity) break;
      this.sessions.delete(oldest);
      await (await old).dispose();
    }
    return session;
  }

  /** Disposes all sessions. */
  async dispose(): Promise<void> {
    const all = [...this.sessions.values()];
    this.sessions.clear();
    for (const session of all) await (await session).dispose();
  }
}
