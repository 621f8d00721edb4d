import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { CfalignError } from "../errors.ts";
import type { Files } from "./platform.ts";

function errnoOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EISDIR: "expected a file, found a folder",
  EACCES: "no permission to read",
};

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return undefined;
    throw new CfalignError("input", `cannot look at "${path}": ${(error as Error).message}`, {
      where: path,
      cause: error,
    });
  }
}

async function writing<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new CfalignError("runtime", `cannot write "${path}": ${(error as Error).message}`, {
      where: path,
      cause: error,
    });
  }
}

/** Files of the local disk. */
export const nodeFiles: Files = {
  async read(path) {
    try {
      return await readFile(path);
    } catch (error) {
      const reason = reasons[errnoOf(error) ?? ""] ?? (error as Error).message;
      throw new CfalignError("input", `cannot read "${path}": ${reason}`, { where: path, cause: error });
    }
  },
  exists: async (path) => (await statOf(path)) !== undefined,
  async size(path) {
    const found = await statOf(path);
    return found?.isFile() ? found.size : undefined;
  },
  isDirectory: async (path) => (await statOf(path))?.isDirectory() ?? false,
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
      const reason = errnoOf(error) === "ENOENT" ? "no such folder" : (error as Error).message;
      throw new CfalignError("input", `cannot list "${folder}": ${reason}`, { where: folder, cause: error });
    }
    return files.sort();
  },
  makeDirectory: (path) => writing(path, async () => void (await mkdir(path, { recursive: true }))),
  write: (path, data) =>
    writing(path, async () => {
      const aside = `${path}.${process.pid}.part`;
      try {
        const file = await open(aside, "w");
        try {
          await file.writeFile(data);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(aside, path);
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
  relative,
  packageFolder: () => fileURLToPath(new URL("../..", import.meta.url)),
};
