/** What an action gave, and what it took: wall time and processor time of all threads, in milliseconds. */
export interface Timed<T> {
  readonly value: T;
  readonly ms: number;
  readonly cpu: number;
}

/** Runs an action once. */
export async function timed<T>(action: () => Promise<T>): Promise<Timed<T>> {
  const [start, used] = [performance.now(), process.cpuUsage()];
  const value = await action();
  const [ms, { user, system }] = [performance.now() - start, process.cpuUsage(used)];
  return { value, ms, cpu: (user + system) / 1000 };
}
