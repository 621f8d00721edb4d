import { platform } from "#platform";
import { CfalignError } from "../errors.ts";
import { type Rectification, rectificationSchema } from "../rectify/schema.ts";
import { parseJson } from "../results/parse-json.ts";
import { type PageOptions, pagePath, type WrittenReport, writeFigures } from "./page-file.ts";
import { rounded } from "./rounded.ts";

const file = "rectification.json";

/** Path of the rectification that a path names: the file itself, or the one in a folder. undefined where there is none. */
export async function rectificationIn(path: string): Promise<string | undefined> {
  const { files } = platform;
  if (files.basename(path) === file) return path;
  const inside = files.join(path, file);
  return (await files.exists(inside)) ? inside : undefined;
}

/**
 * Writes a rectification as one HTML file that opens offline: `rectification.html` beside `rectification.json` by default.
 * Errors: CfalignError("input") for a path without one, or with one that cannot be read.
 */
export async function writeRectificationReport(path: string, options: PageOptions = {}): Promise<WrittenReport> {
  const { files } = platform;
  const at = await rectificationIn(path);
  if (at === undefined || !(await files.exists(at))) {
    throw new CfalignError(
      "input",
      `"${path}": expected a rectification (a folder made by cfalign rectify), found no ${file} there`,
      { where: path },
    );
  }
  const rectification: Rectification = parseJson(rectificationSchema, await files.read(at), at);
  const folder = files.dirname(files.resolve(at));
  return writeFigures(
    { kind: "rectification", format: 1, title: files.basename(folder), rectification: rounded(rectification) },
    pagePath(folder, "rectification", options),
    { ...options, what: `${rectification.targets.length} targets` },
  );
}
