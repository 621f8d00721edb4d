import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { Site } from "./site.ts";

/** Writes a site as files for any static host. option: that names the folder. Errors: CfalignError("usage") for a folder that holds something else. */
export async function writeSite(
  site: Site,
  folder: string,
  option = "static",
): Promise<{ readonly files: number; readonly bytes: number }> {
  const { files } = platform;
  if (await files.isDirectory(folder)) {
    const other = (await files.list(folder)).find((name) => !site.has(name));
    if (other !== undefined) {
      throw new CfalignError(
        "usage",
        (named) => `${named(option)}: expected a new or an empty folder, got "${folder}", which holds ${other}`,
        { option },
      );
    }
  }
  let bytes = 0;
  for (const [name, file] of site) {
    const path = files.join(folder, ...name.split("/"));
    const content = await file.read();
    await files.makeDirectory(files.dirname(path));
    await files.write(path, content);
    bytes += content.byteLength;
  }
  return { files: site.size, bytes };
}
