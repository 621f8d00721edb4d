import { readFile, readlink, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type LockOptions, lock } from "proper-lockfile";
import { CfalignError } from "../base/errors.ts";
import type { FolderLock } from "./platform.ts";

/** Milliseconds between two signs of life of a holder: the time of the folder "lock" is set anew. */
const beat = 2000;
/** Milliseconds without one after which a holder is gone: more than a call of a model takes, in which none can be given. */
const silence = 60_000;
/** Milliseconds for which a lock is watched at least, as clocks of machines differ. */
const watched = 3 * beat;
/** Milliseconds between two looks at a lock. */
const pause = 250;

/** Who holds a folder, as "lock.json" in it says. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since 1970 at which the process started. */
  readonly started: number;
  /** Where a number means one process: a start of a kernel and a space of numbers in it; undefined where that cannot be told. */
  readonly place?: string | undefined;
}

/** A lock that another process has. */
interface Taken {
  readonly holder: Holder | undefined;
  /** Milliseconds since 1970 of its last sign of life. */
  readonly sign: number;
}

/** Holds an existing folder. made: whether it was made for that, and may go again. Waits while nobody can tell whether the holder of a lock lives. */
export async function lockFolder(folder: string, made: boolean): Promise<FolderLock> {
  const own: Holder = {
    pid: process.pid,
    host: hostname(),
    started: Math.round(performance.timeOrigin),
    place: await ownPlace(),
  };
  const began = Date.now();
  let first: Taken | undefined;
  for (;;) {
    const silent = first !== undefined && Date.now() - began > watched ? first.sign : undefined;
    const found = await oneAtATime(folder, () => taken(folder, own, silent));
    if ("release" in found) {
      return {
        assertHeld: found.assertHeld,
        async release() {
          await found.release();
          if (made) await rmdir(folder).catch(() => {});
        },
      };
    }
    first ??= found;
    const itself = found.holder?.place === own.place && found.holder?.pid === own.pid;
    if (itself || found.sign !== first.sign) throw inUse(folder, found.holder, own);
    await wait(pause);
  }
}

/** Takes the lock where it is free, its holder is surely gone, or `silent` was its last sign of life, long ago. */
async function taken(folder: string, own: Holder, silent: number | undefined): Promise<FolderLock | Taken> {
  const [path, file] = [join(folder, "lock"), join(folder, "lock.json")];
  let lost = false;
  // That a lock is old is found out here: the library's own way lets two take it over at once.
  const options = {
    update: beat,
    stale: Infinity,
    onCompromised() {
      lost = true;
    },
  };
  let release = await locked(path, options);
  if (release === undefined) {
    const holder = await readHolder(file);
    const sign = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
    const over = sign === undefined || (sign === silent && Math.abs(Date.now() - sign) > silence);
    if (!over && !surelyGone(holder, own)) return { holder, sign };
    await rm(path, { recursive: true, force: true });
    release = await locked(path, options);
    if (release === undefined) return { holder, sign: Date.now() };
  }
  await writeFile(file, JSON.stringify(own));
  return {
    assertHeld() {
      if (!lost) return;
      throw new CfalignError(
        "runtime",
        `"${folder}" was taken over by another process, as this one gave no sign of life for ${silence / 1000} s: what is there is whole, that process goes on`,
        { where: folder },
      );
    },
    async release() {
      if (lost) return;
      await rm(file, { force: true });
      await release().catch(() => {});
    },
  };
}

/** Whether the holder is no longer there, without waiting: a number is looked up where it means the same process. */
function surelyGone(holder: Holder | undefined, own: Holder): boolean {
  if (holder?.place === undefined || holder.place !== own.place) return false;
  if (holder.pid === own.pid) return holder.started !== own.started;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as { code?: string }).code === "ESRCH";
  }
}

/** Linux says which start of the kernel this is, and which of its spaces of numbers. */
async function ownPlace(): Promise<string | undefined> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    return `${boot.trim()} ${await readlink("/proc/self/ns/pid")}`;
  } catch {
    return undefined;
  }
}

/** Runs an action while no other process looks at the lock of a folder, so that a lock and its file belong together. */
async function oneAtATime<T>(folder: string, action: () => Promise<T>): Promise<T> {
  const path = join(folder, "locking");
  const retries = { retries: 300, factor: 1, minTimeout: 10, maxTimeout: 100, randomize: true };
  const release = await locked(path, { stale: 10_000, retries, onCompromised: () => {} });
  if (release === undefined) {
    throw new CfalignError("runtime", `"${path}" was held for too long: run the same command again`, { where: path });
  }
  try {
    return await action();
  } finally {
    await release().catch(() => {});
  }
}

/** undefined where another has it. */
async function locked(path: string, options: LockOptions): Promise<(() => Promise<void>) | undefined> {
  try {
    return await lock(path, { ...options, lockfilePath: path, realpath: false });
  } catch (error) {
    if ((error as { code?: string }).code === "ELOCKED") return undefined;
    throw new CfalignError("runtime", `cannot write "${path}": ${(error as Error).message}`, {
      where: path,
      cause: error,
    });
  }
}

/** undefined where nobody wrote it, or not to its end. */
async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const { pid, host, started, place } = JSON.parse(await readFile(file, "utf8")) as Partial<Holder>;
    return pid === undefined || host === undefined || started === undefined ? undefined : { pid, host, started, place };
  } catch {
    return undefined;
  }
}

function inUse(folder: string, holder: Holder | undefined, own: Holder): CfalignError {
  const where = holder === undefined || holder.place === own.place ? "" : ` on "${holder.host}"`;
  const who =
    holder === undefined
      ? "another process"
      : `process ${holder.pid}${where} (started ${new Date(holder.started).toISOString()})`;
  return new CfalignError("usage", `"${folder}" is in use by ${who}: wait for it, stop it, or choose another folder`, {
    where: folder,
  });
}
