import { CfalignError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest-names.ts";
import { celeba } from "./formats/celeba.ts";
import { chexpert } from "./formats/chexpert.ts";
import { folderNames } from "./formats/folder-names.ts";
import { ham10000 } from "./formats/ham10000.ts";
import { imagefolder } from "./formats/imagefolder.ts";
import { isic } from "./formats/isic.ts";
import { nih } from "./formats/nih.ts";
import { subpopulation } from "./formats/subpopulation.ts";
import { waterbirds } from "./formats/waterbirds.ts";
import type { LabelFormat, LabelTable, Source } from "./table.ts";

/** In the order in which they are tried: by header, the most particular first. */
const formats: readonly LabelFormat[] = [
  celeba,
  waterbirds,
  chexpert,
  nih,
  ham10000,
  isic,
  subpopulation,
  imagefolder,
  folderNames,
];

/** Names of the formats, as `from` takes them. */
export const labelFormats: readonly string[] = formats.map(({ name }) => name);

/** Reads a data set's own tables: by the format named, or by the first whose header is there. Errors: CfalignError("usage", "input"). */
export function readTable(
  sources: readonly Source[],
  images: readonly string[],
  { folder, from }: { readonly folder: string; readonly from?: string | undefined },
): { readonly format: string; readonly table: LabelTable } {
  if (from === undefined) {
    for (const { name, read } of formats) {
      const table = read(sources, images);
      if (table !== undefined) return { format: name, table };
    }
    const headers = sources.map(({ path, header }) => `${path} (${header.slice(0, 6).join(", ")})`);
    throw new CfalignError(
      "input",
      `"${folder}": expected a table of labels that is known (${labelFormats.join(", ")}), found ${headers.join("; ") || "none"}`,
      { where: folder },
    );
  }
  const format = formats.find(({ name }) => name === from);
  if (format === undefined) {
    throw new CfalignError("usage", `from: unknown format "${from}"${suggestion(from, labelFormats)}`, {
      where: "from",
    });
  }
  const table = format.read(sources, images);
  if (table === undefined) {
    throw new CfalignError("input", `"${folder}": expected ${format.expects}, found no such file`, { where: folder });
  }
  return { format: format.name, table };
}
