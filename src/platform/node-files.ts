import { lstat, mkdir, mkdtemp, open, readdir, readFile, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { CfalignError, throwIfBug } from "../base/errors.ts";
import type { Files } from "./platform.ts";

function errnoOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}

/** A null byte in a path comes from whoever named it; any other TypeError is a mistake of the program. */
function throwUnlessOfPath(error: unknown): void {
  if (errnoOf(error) !== "ERR_INVALID_ARG_VALUE") throwIfBug(error);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EISDIR: "expected a file, found a folder",
  EACCES: "no permission to read",
  ELOOP: "a link that leads to itself",
};

/** Codes of a path at which there is nothing. */
const absent = new Set(["ENOENT", "ENOTDIR", "ELOOP"]);

/** What a shell hands over as an open file (`<(…)`, `/dev/stdin`): whoever did that knows that it ends. */
const handedOver = /^\/(dev\/(fd\/|stdin$)|proc\/self\/fd\/)/;

/** Reads what is a file. A device never ends, and a pipe may have nobody who writes to it. */
async function reading<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    const found = await stat(path);
    if (found.isFile() || found.isDirectory() || handedOver.test(path)) return await action();
  } catch (error) {
    throwUnlessOfPath(error);
    const reason = reasons[errnoOf(error) ?? ""] ?? (error as Error).message;
    throw new CfalignError("input", `cannot read "${path}": ${reason}`, { where: path, cause: error });
  }
  throw new CfalignError("input", `cannot read "${path}": ${notFile}`, { where: path });
}

const notFile = "expected a file, found a device, pipe or socket";

const listReasons: Readonly<Record<string, string>> = {
  ENOENT: "no such folder",
  ENOTDIR: "expected a folder, found a file",
  EACCES: "no permission to read",
};

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (absent.has(errnoOf(error) ?? "")) return undefined;
    throwUnlessOfPath(error);
    throw new CfalignError("input", `cannot look at "${path}": ${(error as Error).message}`, {
      where: path,
      cause: error,
    });
  }
}

/** What stands in the way of writing by the user's own choice of a path; all else is the disk's fault. */
const inTheWay: Readonly<Record<string, string>> = {
  EEXIST: "expected a folder, found a file",
  ENOTDIR: "expected a folder, found a file",
  EISDIR: "expected a file, found a folder",
  ELOOP: "a link that leads to itself",
};

async function writing<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof CfalignError) throw error;
    throwUnlessOfPath(error);
    const reason = inTheWay[errnoOf(error) ?? ""];
    if (reason !== undefined) {
      throw new CfalignError("input", `cannot write "${path}": ${reason}`, { where: path, cause: error });
    }
    throw new CfalignError("runtime", `cannot write "${path}": ${(error as Error).message}`, {
      where: path,
      cause: error,
    });
  }
}

/** Not mkdir's own `recursive`: below /proc, where a folder exists and nothing can be made in it, that never ends. */
async function makeFolder(path: string): Promise<void> {
  if ((await statOf(path))?.isDirectory()) return;
  try {
    await mkdir(path);
  } catch (error) {
    if (errnoOf(error) === "EEXIST" && (await statOf(path))?.isDirectory()) return;
    const parent = dirname(resolve(path));
    if (errnoOf(error) !== "ENOENT" || (await statOf(parent)) !== undefined) throw error;
    await makeFolder(parent);
    await makeFolder(path);
  }
}

/**
 * The file that is written for a path: what a link leads to, there or not yet. Errors: CfalignError("input") for what is no regular file:
 * a device or a pipe that was replaced would be gone for all who use it.
 */
async function writtenFor(path: string, links = 0): Promise<string> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return path;
  if (found.isFile()) {
    if (isReadOnly(found.mode)) {
      throw new CfalignError("input", `cannot write "${path}": it is read-only, make it writable first`, {
        where: path,
      });
    }
    return path;
  }
  if (!found.isSymbolicLink()) {
    const reason = found.isDirectory() ? reasons.EISDIR : notFile;
    throw new CfalignError("input", `cannot write "${path}": ${reason}`, { where: path });
  }
  if (links === mostLinks) throw Object.assign(new Error("too many links"), { code: "ELOOP" });
  return writtenFor(resolve(dirname(path), await readlink(path)), links + 1);
}

/** Nobody may write, as who made it so meant it: root and a rename beside it could all the same. */
const isReadOnly = (mode: number): boolean => (mode & 0o222) === 0;

/** Links on the way of one path at most, as on Linux. */
const mostLinks = 40;

/** Files of the local disk. */
export const nodeFiles: Files = {
  read: (path) => reading(path, () => readFile(path)),
  async readRange(path, offset, length) {
    const file = await reading(path, () => open(path));
    try {
      const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, offset);
      if (bytesRead === length) return buffer;
      throw new CfalignError("input", `cannot read "${path}": it ends before byte ${offset + length}`, { where: path });
    } finally {
      await file.close();
    }
  },
  exists: async (path) => (await statOf(path)) !== undefined,
  async size(path) {
    const found = await statOf(path);
    return found?.isFile() ? found.size : undefined;
  },
  isDirectory: async (path) => (await statOf(path))?.isDirectory() ?? false,
  isReadOnly: async (path) => {
    const found = await statOf(path);
    return found?.isFile() === true && isReadOnly(found.mode);
  },
  async list(folder) {
    const files: string[] = [];
    try {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        // A link to an image is an image (as in model hubs' caches); links to folders are not followed.
        const regular = entry.isFile() || (entry.isSymbolicLink() && (await statOf(path))?.isFile() === true);
        if (regular) files.push(relative(folder, path).split(sep).join("/"));
      }
    } catch (error) {
      throwUnlessOfPath(error);
      const reason = listReasons[errnoOf(error) ?? ""] ?? (error as Error).message;
      throw new CfalignError("input", `cannot list "${folder}": ${reason}`, { where: folder, cause: error });
    }
    return files.sort();
  },
  makeDirectory: (path) => writing(path, () => makeFolder(path)),
  async lockFolder(path) {
    const made = (await statOf(path)) === undefined;
    await writing(path, () => makeFolder(path));
    // Not for a verb's help.
    const { lockFolder } = await import("./node-lock.ts");
    return lockFolder(path, made);
  },
  write: (path, data) =>
    writing(path, async () => {
      const target = await writtenFor(path);
      // Not by the number of the process, which in every container is the same.
      const aside = `${target}.${crypto.randomUUID()}.part`;
      const mode = (await statOf(target))?.mode;
      try {
        // Who could not read the file before cannot read what takes its place.
        const file = await open(aside, "wx", mode === undefined ? undefined : mode & 0o777);
        try {
          await file.writeFile(data);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(aside, target);
      } catch (error) {
        // A full disk must not be filled further by what could not be finished.
        await rm(aside, { force: true });
        throw error;
      }
    }),
  rename: (from, to) => writing(to, () => rename(from, to)),
  remove: (path) => writing(path, () => rm(path, { recursive: true, force: true })),
  join,
  dirname,
  basename: (path) => basename(path),
  resolve,
  realPath: async (path) => realpath(path).catch(() => resolve(path)),
  relative,
  async temporaryFolder(contents) {
    const path = await writing(tmpdir(), () => mkdtemp(join(tmpdir(), "cfalign-")));
    for (const [name, content] of contents) {
      const file = join(path, name);
      await nodeFiles.makeDirectory(dirname(file));
      await nodeFiles.write(file, new Uint8Array(await content.arrayBuffer()));
    }
    return { path, release: () => nodeFiles.remove(path) };
  },
  packageFolder: () => fileURLToPath(new URL("../..", import.meta.url)),
};
