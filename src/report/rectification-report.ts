import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { base64 } from "../pictures/base64.ts";
import { type Rectification, rectificationSchema } from "../rectify/schema.ts";
import { parseJson } from "../results/parse-json.ts";
import type { RectificationData, ReportData } from "./data.ts";
import { fillTemplate } from "./fill-template.ts";
import { rounded } from "./pack.ts";
import { type PageOptions, pagePath, readTemplate, type WrittenReport, writeFigures } from "./page-file.ts";

const file = "rectification.json";

/** Path of the rectification that a path names: the file itself, or the one in a folder. undefined where there is none. */
export async function rectificationIn(path: string): Promise<string | undefined> {
  const { files } = platform;
  if (files.basename(path) === file) return path;
  const inside = files.join(path, file);
  return (await files.exists(inside)) ? inside : undefined;
}

/** What a rectification in a folder says of classifiers that it repaired; nothing where there is none. Errors: CfalignError("input") for one that cannot be read. */
export async function repairsIn(folder: string): Promise<ReportData["repairs"]> {
  const { files } = platform;
  const at = files.join(folder, file);
  if (!(await files.exists(at))) return [];
  const { repairs } = parseJson(rectificationSchema, await files.read(at), at);
  return repairs.map(({ target, advice, methods, recommended }) => ({
    ...{ target, advice },
    reason: methods.find(({ method }) => method === recommended)?.judged?.reason ?? null,
  }));
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
  const data: RectificationData = {
    ...{ kind: "rectification", format: 1, title: files.basename(folder), rectification: rounded(rectification) },
    ...{ pictures: {}, omittedPictures: 0 },
  };
  const bare = new TextEncoder().encode(fillTemplate(await readTemplate(), data)).length;
  const shown = await picturesIn(folder, rectification, (options.maxSizeMb ?? 15) * 1e6 - bare - 100);
  const written = await writeFigures({ ...data, ...shown }, pagePath(folder, "rectification", options), {
    ...options,
    what: `${rectification.targets.length} targets`,
  });
  return { ...written, pictures: 2 * Object.keys(shown.pictures).length, omittedPictures: 2 * shown.omittedPictures };
}

/** Pictures of a rectification as far as they are there and fit into `room` bytes: the first of every target, then the second ones, and so on. */
async function picturesIn(
  folder: string,
  { targets, repairs }: Rectification,
  room: number,
): Promise<Pick<RectificationData, "pictures" | "omittedPictures">> {
  const { files } = platform;
  const byTarget = [...targets.map(({ pictures }) => pictures), ...repairs.map(({ shown }) => shown)].map(
    (pictures) => [...new Set(pictures.map(({ file }) => file))],
  );
  const wanted = byTarget
    .flatMap((own) => own.map((file, place) => ({ file, place })))
    .sort((a, b) => a.place - b.place);
  const pictures: Record<string, string> = {};
  let left = room;
  for (const { file } of wanted) {
    const path = files.join(folder, file);
    if (!(await files.exists(path))) continue;
    const uri = `data:image/webp;base64,${base64(await files.read(path))}`;
    // With its name and what stands between.
    const size = uri.length + file.length + 6;
    if (size > left) continue;
    left -= size;
    pictures[file] = uri;
  }
  return { pictures, omittedPictures: wanted.length - Object.keys(pictures).length };
}
