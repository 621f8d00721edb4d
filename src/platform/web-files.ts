import { CfalignError } from "../errors.ts";
import type { Files } from "./platform.ts";

function refuse(what: string, path: string): never {
  throw new CfalignError(
    "usage",
    `cannot ${what} "${path}" in the browser: files there are URLs that can only be read`,
    {
      where: path,
    },
  );
}

async function head(path: string): Promise<Response | undefined> {
  const response = await fetch(path, { method: "HEAD" });
  return response.ok ? response : undefined;
}

/** Absolute URL; relative ones start at the page. */
function absolute(path: string): string {
  return new URL(path, globalThis.location?.href).href;
}

async function read(path: string): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(path);
  } catch (cause) {
    throw new CfalignError("input", `cannot read "${path}": ${(cause as Error).message}`, { where: path, cause });
  }
  if (!response.ok) {
    throw new CfalignError("input", `cannot read "${path}": the server says ${response.status}`, { where: path });
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** A file's name as a part of a URL: what means something else there is escaped. */
function escaped(name: string): string {
  return name.replace(/[%#?]/g, encodeURIComponent);
}

/** Files behind URLs: they can be read, nothing else. */
export const webFiles: Files = {
  read,
  // Not every server knows ranges.
  readRange: async (path, offset, length) => (await read(path)).subarray(offset, offset + length),
  exists: async (path) => (await head(path)) !== undefined,
  async size(path) {
    const length = (await head(path))?.headers.get("content-length");
    return length == null ? undefined : Number(length);
  },
  isDirectory: async () => false,
  list: async (folder) => refuse("list", folder),
  makeDirectory: async (path) => refuse("write", path),
  lockFolder: async (path) => refuse("write", path),
  write: async (path) => refuse("write", path),
  rename: async (from) => refuse("rename", from),
  remove: async (path) => refuse("remove", path),
  join: (...parts) =>
    parts.reduce(
      (base, part) => (base === "" ? part : `${base.replace(/\/$/, "")}/${escaped(part.replace(/^\.\//, ""))}`),
      "",
    ),
  dirname: (path) => path.replace(/\/[^/]*$/, ""),
  basename: (path) => path.split("/").at(-1) ?? path,
  resolve: (...parts) => parts.reduce((base, part) => new URL(part, `${base.replace(/\/$/, "")}/`).href, absolute(".")),
  realPath: async (path) => absolute(path),
  relative(from, to) {
    const base = `${absolute(from).replace(/\/$/, "")}/`;
    const target = absolute(to);
    return target.startsWith(base) ? target.slice(base.length) : target;
  },
  packageFolder: () => refuse("find the package's folder for", absolute(".")),
};
