import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { fileAt, type SiteFile } from "./site-file.ts";

/** Folder of a built page. Errors: CfalignError("runtime") where it is not built. */
export async function builtPage(page: "live" | "label"): Promise<string> {
  const { files } = platform;
  const folder = files.join(files.packageFolder(), "dist", "ui", page);
  if (await files.exists(files.join(folder, "index.html"))) return folder;
  throw new CfalignError("runtime", `the ${page} page is not built: run npm run build in the repository`, {
    where: folder,
  });
}

/** The files of a built page, by path. Errors: as `builtPage`. */
export async function pageFiles(page: "live" | "label"): Promise<readonly (readonly [string, SiteFile])[]> {
  const { files } = platform;
  const folder = await builtPage(page);
  return (await files.list(folder)).map((name) => [name, fileAt(files.join(folder, name))] as const);
}
