import { platform } from "#platform";
import { CfalignError } from "../errors.ts";

/** Folder of the built live page. Errors: CfalignError("runtime") where it is not built. */
export async function builtPage(): Promise<string> {
  const { files } = platform;
  const folder = files.join(files.packageFolder(), "dist", "ui", "live");
  if (await files.exists(files.join(folder, "index.html"))) return folder;
  throw new CfalignError("runtime", "the live page is not built: run npm run build in the repository", {
    where: folder,
  });
}
