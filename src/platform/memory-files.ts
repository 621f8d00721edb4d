import { CfalignError } from "../base/errors.ts";
import type { TemporaryFolder } from "./platform.ts";

/** Where folders in memory are: no network has this scheme, and what is in them goes nowhere. */
const scheme = "held:/";

type Contents = Map<string, Blob>;

const folders = new Map<string, Contents>();
let next = 1;

/** A new folder in memory. Files of the reader's own disk are read from there when they are asked for. */
export async function memoryFolder(contents: ReadonlyMap<string, Blob>): Promise<TemporaryFolder> {
  const number = String(next++);
  folders.set(number, new Map(contents));
  return {
    path: `${scheme}${number}`,
    async release() {
      folders.delete(number);
    },
  };
}

/** A place in such a folder: its contents, and a name in it. */
interface Place {
  readonly contents: Contents;
  readonly name: string;
}

/** Where a path leads among folders in memory; undefined for all other paths. Errors: CfalignError("input") for a folder that was released. */
export function memoryPlace(path: string): Place | undefined {
  if (!path.startsWith(scheme)) return undefined;
  const [number = "", ...rest] = path.slice(scheme.length).split("/");
  const contents = folders.get(number);
  if (contents === undefined) throw new CfalignError("input", `"${path}" is no longer held`, { where: path });
  return { contents, name: decoded(rest.join("/")) };
}

/** A name as it is in the folder: paths are URLs, in which some letters are escaped. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The bytes of a file in memory. Errors: CfalignError("input") for one that is not there, or cannot be read any more. */
export async function readMemory({ contents, name }: Place): Promise<Uint8Array> {
  const content = contents.get(name);
  if (content === undefined) throw new CfalignError("input", `cannot read "${name}": no such file`, { where: name });
  try {
    return new Uint8Array(await content.arrayBuffer());
  } catch (cause) {
    throw new CfalignError("input", `cannot read "${name}" any more: choose it again`, { where: name, cause });
  }
}

/** Names below a place, in order. */
export function namesBelow({ contents, name }: Place): string[] {
  const folder = name === "" ? "" : `${name.replace(/\/$/, "")}/`;
  return [...contents.keys()]
    .filter((path) => path.startsWith(folder))
    .map((path) => path.slice(folder.length))
    .sort();
}
