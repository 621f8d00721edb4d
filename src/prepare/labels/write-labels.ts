import { csvFormatRows } from "d3-dsv";
import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import { readTable } from "./formats.ts";
import { joinRows } from "./join.ts";
import { readSources } from "./sources.ts";

/** What tables are taken for, and where pictures inside them go. */
export interface LabelsOptions {
  /** Format of the tables, one of `labelFormats`; told by their headers when absent. */
  readonly from?: string;
  /** Folder for pictures that lie inside Parquet files, and for their metadata.csv. */
  readonly pictures?: string;
}

/** How one column is filled. */
const labelCount = z.strictObject({
  label: z.string(),
  ones: z.number().int(),
  zeros: z.number().int(),
  blank: z.number().int(),
});
/** How one column is filled. */
export type LabelCount = z.infer<typeof labelCount>;

const someRows = z.strictObject({ count: z.number().int(), example: z.string().nullable() });

/** What was read and written, as it is printed. */
export const labelsSummary = z.strictObject({
  format: z.string(),
  /** The file written. */
  metadata: z.string(),
  images: z.number().int(),
  labels: z.array(labelCount).readonly(),
  /** Images by split; empty where the data set names none. */
  splits: z.record(z.string(), z.number().int()),
  rowsWithoutFile: someRows,
  filesWithoutRow: someRows,
  ambiguousRows: someRows,
  repeatedRows: someRows,
  notes: z.array(z.string()).readonly(),
});
/** What was read and written. */
export type LabelsSummary = Readonly<z.infer<typeof labelsSummary>>;

/**
 * Writes one metadata.csv (file_name, split, one column of 1, 0 or nothing a label) from the tables of a data set below a
 * folder. Errors: CfalignError("input") for tables that are not known or fit no file, ("usage") for an unknown format, for
 * a metadata.csv that is there already, and for pictures inside Parquet without a folder to put them in.
 */
export async function writeLabels(folder: string, { from, pictures }: LabelsOptions = {}): Promise<LabelsSummary> {
  const { files } = platform;
  const sources = await readSources(folder);
  const { format, table } = readTable(sources.tables, sources.images, { folder, from });
  if (sources.pictures.length > 0 && pictures === undefined) {
    throw new CfalignError(
      "usage",
      `pictures: expected a folder for the ${sources.pictures.length} pictures inside Parquet files, got none`,
      { where: "pictures" },
    );
  }
  const target = files.join(pictures ?? folder, "metadata.csv");
  if (await files.exists(target)) {
    throw new CfalignError("usage", `"${target}" exists already: rename or delete it to have it written anew`, {
      where: target,
    });
  }
  for (const { name } of sources.pictures) {
    if (name.split("/").some((part) => part === ".." || part === "") || /^[a-z]+:/i.test(name)) {
      throw new CfalignError("input", `picture "${name}": expected a path inside the folder`, { where: name });
    }
  }
  const joined = joinRows(
    table.rows,
    pictures === undefined ? sources.images : sources.pictures.map(({ name }) => name),
  );
  if (joined.rows.length === 0) {
    const [row, file] = [table.rows[0]?.name, joined.withoutRow[0]];
    throw new CfalignError(
      "input",
      `"${folder}": none of the ${table.rows.length} rows of the ${format} table fits a file: it names "${row ?? "nothing"}", the folder has "${file ?? "no images"}"`,
      { where: folder },
    );
  }
  for (const { name, bytes } of sources.pictures) {
    const path = files.join(pictures as string, name);
    await files.makeDirectory(files.dirname(path));
    await files.write(path, bytes);
  }
  const labels = [...new Set(joined.rows.flatMap(({ row }) => Object.keys(row.labels)))];
  const splits = joined.rows.some(({ row }) => row.split !== undefined) ? ["split"] : [];
  await files.makeDirectory(files.dirname(target));
  await files.write(
    target,
    `${csvFormatRows([
      ["file_name", ...splits, ...labels],
      ...joined.rows.map(({ file, row }) => [
        file,
        ...splits.map(() => row.split ?? ""),
        ...labels.map((label) => String(row.labels[label] ?? "")),
      ]),
    ])}\n`,
  );
  return {
    format,
    metadata: target,
    images: joined.rows.length,
    labels: labels.map((label) => countOf(label, joined.rows)),
    splits: countBy(joined.rows.flatMap(({ row }) => row.split ?? [])),
    rowsWithoutFile: counted(joined.withoutFile),
    filesWithoutRow: counted(joined.withoutRow),
    ambiguousRows: counted(joined.ambiguous),
    repeatedRows: counted(joined.repeated),
    notes: table.notes,
  };
}

function countOf(label: string, rows: ReturnType<typeof joinRows>["rows"]): LabelCount {
  const values = rows.map(({ row }) => row.labels[label]);
  const count = (wanted: 0 | 1 | undefined): number => values.filter((value) => value === wanted).length;
  return { label, ones: count(1), zeros: count(0), blank: count(undefined) };
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function counted(names: readonly string[]): { readonly count: number; readonly example: string | null } {
  return { count: names.length, example: names[0] ?? null };
}
