import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import { readJsonFile } from "../../models/json-file.ts";
import { classifierManifestSchema } from "../../models/manifest.ts";
import { type Workspace, workspaceSchema } from "../../models/workspace.ts";

/**
 * The name of the new model: what was asked for, or the usual one, or "concepts-2", … where another model of the workspace has that.
 * Errors: CfalignError("usage") for a name that is asked for and taken: such a workspace would not open.
 */
export async function freeName(
  { path }: Workspace,
  {
    name,
    out,
    usual,
  }: { readonly name?: string | undefined; readonly out?: string | undefined; readonly usual: string },
): Promise<string> {
  const { files } = platform;
  const { classifiers, judges } = await readJsonFile(path, workspaceSchema);
  const folder = files.dirname(path);
  const taken = new Map<string, { readonly path: string; readonly isProbe: boolean }>();
  for (const other of [...classifiers, ...judges]) {
    const path = files.resolve(folder, other);
    const manifest = await readJsonFile(path, classifierManifestSchema);
    taken.set(manifest.name, { path, isProbe: manifest.probeOf !== undefined });
  }
  // What was made before under this name, in this place, is made anew.
  const isFree = (wanted: string): boolean => {
    const own = files.resolve(out ?? files.join(folder, "models", wanted), "model.json");
    const other = taken.get(wanted);
    return other === undefined || (other.isProbe && other.path === own);
  };
  if (name !== undefined && !isFree(name)) {
    throw new CfalignError(
      "usage",
      (named) => `${named("name")}: expected another than that of ${taken.get(name)?.path}, got "${name}"`,
      { option: "name" },
    );
  }
  let free = name ?? usual;
  for (let number = 2; !isFree(free); number++) free = `${usual}-${number}`;
  return free;
}
