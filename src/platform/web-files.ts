import { CfalignError } from "../base/errors.ts";
import { memoryFolder, memoryPlace, namesBelow, readMemory } from "./memory-files.ts";
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
  const place = memoryPlace(path);
  if (place !== undefined) return readMemory(place);
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

/** Files behind URLs, which can be read and nothing else, and files in folders in memory. */
export const webFiles: Files = {
  read,
  // Not every server knows ranges.
  readRange: async (path, offset, length) => (await read(path)).slice(offset, offset + length),
  async exists(path) {
    const place = memoryPlace(path);
    if (place !== undefined) return place.contents.has(place.name) || namesBelow(place).length > 0;
    return (await head(path)) !== undefined;
  },
  async size(path) {
    const place = memoryPlace(path);
    if (place !== undefined) return place.contents.get(place.name)?.size;
    const length = (await head(path))?.headers.get("content-length");
    return length == null ? undefined : Number(length);
  },
  isReadOnly: async () => false,
  async isDirectory(path) {
    const place = memoryPlace(path);
    return place !== undefined && !place.contents.has(place.name);
  },
  async list(folder) {
    const place = memoryPlace(folder);
    return place === undefined ? refuse("list", folder) : namesBelow(place);
  },
  async makeDirectory(path) {
    // Of files in memory a folder is a part of their names.
    if (memoryPlace(path) === undefined) refuse("write", path);
  },
  lockFolder: async (path) => refuse("write", path),
  async write(path, data) {
    const place = memoryPlace(path) ?? refuse("write", path);
    const parts: BlobPart[] = [];
    if (typeof data === "string" || data instanceof Uint8Array) parts.push(data as string | Uint8Array<ArrayBuffer>);
    else for await (const part of data) parts.push(part as Uint8Array<ArrayBuffer>);
    place.contents.set(place.name, new Blob(parts));
  },
  rename: async (from) => refuse("rename", from),
  async remove(path) {
    const place = memoryPlace(path) ?? refuse("remove", path);
    for (const name of namesBelow(place)) place.contents.delete(`${place.name}/${name}`);
    place.contents.delete(place.name);
  },
  temporaryFolder: memoryFolder,
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
