import { platform } from "#platform";
import { csv } from "../../src/cli/table.ts";

/** Writes a table that is too long for its document, as CSV: `docs/data/NAME.csv`, relative to the repository. The first row names the columns. */
export async function writeAppendix(
  path: string,
  rows: readonly (readonly (string | number | boolean | null)[])[],
): Promise<void> {
  const { files } = platform;
  const full = files.join(files.packageFolder(), path);
  await files.makeDirectory(files.dirname(full));
  await files.write(full, csv(rows).replaceAll("\r\n", "\n"));
}
