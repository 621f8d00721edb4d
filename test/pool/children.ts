import { readdir, readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";

/** Numbers of the processes that a process started and that live (Linux). */
export async function childrenOf(parent: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    // "pid (name) state parent …"; a name may hold anything.
    const [state, of] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (Number(of) === parent && state !== "Z") found.push(Number(name));
  }
  return found;
}

/**
 * Kills the workers of a process as they appear, until stopped; returns how many it killed. afterMs: how long the one of a number, from 0,
 * lives after it was seen; undefined lets it live.
 */
export function killWorkers(
  parent: number,
  afterMs: (number: number) => number | undefined,
): { stop(): Promise<number> } {
  let over = false;
  let killed = 0;
  const seen = new Set<number>();
  const kills: Promise<void>[] = [];
  const kill = async (pid: number, after: number): Promise<void> => {
    await wait(after);
    if (over || !(await childrenOf(parent)).includes(pid)) return;
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      // It ended between the look and the kill.
      if ((error as { code?: string }).code === "ESRCH") return;
      throw error;
    }
    killed += 1;
  };
  const watching = (async () => {
    while (!over) {
      for (const pid of await childrenOf(parent)) {
        if (seen.has(pid) || !(await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).includes("worker"))
          continue;
        const after = afterMs(seen.size);
        seen.add(pid);
        if (after !== undefined) kills.push(kill(pid, after));
      }
      await wait(5);
    }
  })();
  return {
    async stop() {
      over = true;
      await watching;
      return killed;
    },
  };
}
