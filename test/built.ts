import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

const changed = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Path of a file that the build writes below dist/. Errors: it is not there, or older than the source, of which its tests would say nothing. */
export function built(name: string): string {
  const path = join(root, "dist", name);
  const sources = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true });
  const newest = Math.max(
    ...sources.map((entry) => (entry.isFile() ? changed(join(entry.parentPath, entry.name)) : 0)),
  );
  if (changed(path) < newest) throw new Error(`dist/${name} is not built of src/ as it is: npm run build`);
  return path;
}
