import { platform } from "#platform";
import { CfalignError } from "../errors.ts";
import { partTables } from "./schema.ts";

/** Refuses a folder that holds something else than a run, so that no foreign file is touched. */
export async function assertEmpty(out: string): Promise<void> {
  const { files } = platform;
  if (!(await files.exists(out))) return;
  // Only what a write of ours that was killed leaves behind may be there.
  const empty = (await files.isDirectory(out)) && (await files.list(out)).every(isLeftover);
  if (empty) return;
  throw new CfalignError("usage", `"${out}" exists and is neither a run nor an empty folder: choose another --out`, {
    where: out,
  });
}

/** Makes the folders of a run, and removes what a killed process left half-written. */
export async function prepareFolders(run: string): Promise<void> {
  const { files } = platform;
  for (const folder of [...partTables, "chunks", "pictures"]) await files.makeDirectory(files.join(run, folder));
  for (const file of await files.list(run)) {
    if (isLeftover(file)) await files.remove(files.join(run, file));
  }
}

function isLeftover(file: string): boolean {
  return file.endsWith(".part");
}
