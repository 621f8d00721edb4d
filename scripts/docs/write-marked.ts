import { platform } from "#platform";
import { withMarked } from "../../test/house/marked.ts";

/**
 * Writes a text between `<!-- name -->` and `<!-- /name -->` of a document, whose path is relative to the repository. The document
 * is read late, so that it may be edited while a script measures. Errors: CfalignError("input") where a marker is missing.
 */
export async function writeMarked(path: string, name: string, text: string): Promise<void> {
  const { files } = platform;
  const full = files.join(files.packageFolder(), path);
  const document = new TextDecoder().decode(await files.read(full));
  await files.write(full, new TextEncoder().encode(withMarked(document, name, { text, where: path })));
}
