import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { partTables } from "./schema.ts";

const folders: readonly string[] = [...partTables, "chunks", "pictures"];
const ownFiles: readonly string[] = ["listing.parquet", "interventions.parquet"];

/** Whether a path below a folder is one that a run has. */
export function isOfRun(path: string): boolean {
  const [first = "", ...rest] = path.split("/");
  if (rest.length === 0) return first === "run.json" || ownFiles.includes(first);
  return folders.includes(first) && rest.length === 1 && /^[\w-][\w.-]*\.(parquet|json|webp|jpg)$/.test(rest[0] ?? "");
}

/** Refuses a place where a run would touch foreign files; other files in the folder do not matter. */
export async function assertFree(out: string): Promise<void> {
  const { files } = platform;
  if (!(await files.exists(out))) return;
  if (!(await files.isDirectory(out))) {
    throw new CfalignError(
      "usage",
      (named) => `"${out}": expected a folder for the run, found a file: choose another one (${named("out")})`,
      { where: out },
    );
  }
  for (const name of [...folders, ...ownFiles]) {
    const path = files.join(out, name);
    const taken = (await files.isDirectory(path))
      ? (await files.list(path)).some((file) => !isLeftover(file))
      : await files.exists(path);
    if (!taken) continue;
    throw new CfalignError(
      "usage",
      (named) => `"${path}" exists and belongs to no run: choose another folder (${named("out")})`,
      { where: path },
    );
  }
}

/** Makes the folders of a run, and removes what a killed process left half-written. */
export async function prepareFolders(run: string): Promise<void> {
  const { files } = platform;
  for (const name of folders) {
    const folder = files.join(run, name);
    await files.makeDirectory(folder);
    await removeLeftovers(folder);
  }
}

/** Removes what workers that were killed left half-written, once nobody writes any more. */
export async function tidyFolders(run: string): Promise<void> {
  for (const name of folders) await removeLeftovers(platform.files.join(run, name));
}

async function removeLeftovers(folder: string): Promise<void> {
  const { files } = platform;
  for (const file of await files.list(folder)) {
    if (isLeftover(file)) await files.remove(files.join(folder, file));
  }
}

function isLeftover(file: string): boolean {
  return file.endsWith(".part");
}
