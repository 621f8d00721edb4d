import { open, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { CfalignError } from "../errors.ts";
import type { FolderLock } from "./platform.ts";

/** File that says who holds a folder. */
const lockFile = "lock.json";

/** Milliseconds for which a lock that cannot be read is one that is being written. */
const writingTime = 2000;

/** A process, so that one which was given the number of another is not taken for it. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since 1970 at which the process started. */
  readonly started: number;
}

/** Holds an existing folder. made: whether it was made for that, and may go again. */
export async function lockFolder(folder: string, made: boolean): Promise<FolderLock> {
  const path = join(folder, lockFile);
  const own: Holder = { pid: process.pid, host: hostname(), started: Math.round(performance.timeOrigin) };
  while (!(await created(path, own))) {
    const text = await readFile(path, "utf8").catch(() => undefined);
    // Let go of in the meantime.
    if (text === undefined) continue;
    const holder = parsed(text);
    if (holder === undefined && (await age(path)) < writingTime) {
      await wait(writingTime / 20);
      continue;
    }
    if (holder !== undefined && mayLive(holder, own)) throw inUse(folder, path, holder, own);
    await removed(path, text);
  }
  return {
    async release() {
      await rm(path, { force: true });
      if (made) await rmdir(folder).catch(() => {});
    },
  };
}

/** Writes the lock unless there is one. */
async function created(path: string, own: Holder): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    try {
      await file.writeFile(JSON.stringify(own));
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "EEXIST") return false;
    throw new CfalignError("runtime", `cannot write "${path}": ${(error as Error).message}`, {
      where: path,
      cause: error,
    });
  }
}

/** Milliseconds since a file was written; 0 when it is gone. */
async function age(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}

/** undefined for what a process left that was killed while it wrote. */
function parsed(text: string): Holder | undefined {
  try {
    const { pid, host, started } = JSON.parse(text) as Partial<Holder>;
    return pid === undefined || host === undefined || started === undefined ? undefined : { pid, host, started };
  } catch {
    return undefined;
  }
}

/** Whether a holder may still be there: on another machine nobody can tell. */
function mayLive(holder: Holder, own: Holder): boolean {
  if (holder.host !== own.host) return true;
  if (holder.pid === own.pid) return holder.started === own.started;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be signalled, and is there.
    return (error as { code?: string }).code === "EPERM";
  }
}

/** Removes a lock that nobody holds. Renamed first, so that of two processes that found it only one takes it away. */
async function removed(path: string, text: string): Promise<void> {
  const aside = `${path}.${process.pid}.part`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readFile(aside, "utf8").catch(() => text);
  // The other was faster, and this is its new lock.
  if (moved !== text) await rename(aside, path);
  else await rm(aside, { force: true });
}

function inUse(folder: string, path: string, holder: Holder, own: Holder): CfalignError {
  const who = holder.host === own.host ? `process ${holder.pid}` : `process ${holder.pid} on "${holder.host}"`;
  return new CfalignError(
    "usage",
    (named) =>
      `"${folder}" is in use by ${who} (started ${new Date(holder.started).toISOString()}): wait for it or choose another folder (${named("out")}); if that process is not cfalign, delete "${path}"`,
    { where: folder },
  );
}
