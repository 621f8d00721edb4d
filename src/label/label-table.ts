import { csvFormatRow, csvParseRows } from "d3-dsv";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { csvLines, isMetadata, readMetadata } from "../images/metadata.ts";

/** What is said of one picture and one feature: it has it, it has not, or nobody has looked. */
export type Mark = 1 | 0 | null;

/** Marks by feature, then by picture. A picture that is not in it was not seen. */
export type Marks = ReadonlyMap<string, ReadonlyMap<string, Mark>>;

/** What a folder's table says. */
export interface LabelTable {
  /** Columns of 0, 1 and blanks in their order, also those that are blank throughout: each with what it says. */
  readonly marks: Marks;
  /** Columns that hold something else, and are kept as they are. */
  readonly others: readonly string[];
}

const tableName = "metadata.csv";
const nameColumn = "file_name";

/** Path of the table of a folder. */
export function tableOf(folder: string): string {
  return platform.files.join(folder, tableName);
}

/**
 * Reads the metadata.csv of a folder, where there is one. listed: the files of the folder. Errors: CfalignError("input") as `readMetadata`, and for
 * labels that lie elsewhere: in a metadata.jsonl, or in a folder below.
 */
export async function readLabelTable(folder: string, listed: readonly string[]): Promise<LabelTable> {
  const elsewhere = listed.find((path) => isMetadata(path) && path !== tableName);
  if (elsewhere !== undefined) {
    throw new CfalignError(
      "input",
      `"${folder}": expected labels in ${tableName} alone, found ${elsewhere}, which describes pictures too: move its columns there, or label its own folder`,
      { where: folder },
    );
  }
  const { rows } = await readTable(folder);
  // Says what is wrong with a table, as every verb does.
  await readMetadata(folder, listed);
  return labelTableOf(rows);
}

/** What rows say, the header first. */
function labelTableOf([header = [], ...rows]: readonly (readonly string[])[]): LabelTable {
  const names = header.indexOf(nameColumn);
  const marks = new Map<string, ReadonlyMap<string, Mark>>();
  const others: string[] = [];
  for (const [at, column] of header.entries()) {
    if (at === names) continue;
    const found = rows.map((row) => [pictureOf(row[names]), markOf(row[at] ?? "")] as const);
    // A column without a name, as some programs write one, is no feature.
    if (column.trim() === "" || found.some(([, mark]) => mark === undefined)) others.push(column);
    else marks.set(column, new Map(found as readonly (readonly [string, Mark])[]));
  }
  return { marks, others };
}

/**
 * Writes marks into the table of a folder as it is at this moment: all that they do not speak of stays, rows and columns that are new come last, and
 * readers see the old table or the new one. pictures: every one gets a row. Returns what the table says then. Errors: CfalignError("input") for what is no such table by now, which stays as
 * it is; those of the disk.
 */
export async function writeMarks(folder: string, pictures: readonly string[], marks: Marks): Promise<LabelTable> {
  const { rows: found, mark: byteOrder, end } = await readTable(folder);
  const [before = [nameColumn], ...rows] = found;
  const header = [...before];
  for (const feature of marks.keys()) if (!header.includes(feature)) header.push(feature);
  const names = header.indexOf(nameColumn);
  const there = new Set(rows.map((row) => pictureOf(row[names])));
  const blank = (picture: string): string[] => header.map((_, at) => (at === names ? picture : ""));
  const all = [
    ...rows.map((row) => header.map((_, at) => row[at] ?? "")),
    ...pictures.filter((picture) => !there.has(pictureOf(picture))).map(blank),
  ];
  for (const [feature, said] of marks) {
    const at = header.indexOf(feature);
    const saidOf = new Map([...said].map(([picture, mark]) => [pictureOf(picture), mark]));
    for (const row of all) {
      const mark = saidOf.get(pictureOf(row[names]));
      // A cell that says so already keeps its words: "true" is as good as "1".
      if (mark !== undefined && mark !== markOf(row[at] ?? "")) row[at] = mark === null ? "" : String(mark);
    }
  }
  const written = [header, ...all];
  const text = written.map((row) => `${csvFormatRow(row)}${end}`).join("");
  await platform.files.write(tableOf(folder), `${byteOrder}${text}`);
  return labelTableOf(written);
}

/** A table as it is in its file. */
interface TableFile {
  /** The header first; none where there is no table. */
  readonly rows: readonly string[][];
  /** What stands before them, by which spreadsheets know UTF-8. */
  readonly mark: "" | "\uFEFF";
  /** How its lines end. */
  readonly end: "\n" | "\r\n";
}

/** Errors: CfalignError("input") for what is no table of pictures, and for other letters than UTF-8: written anew, they would be lost. */
async function readTable(folder: string): Promise<TableFile> {
  const { files } = platform;
  const path = tableOf(folder);
  if (!(await files.exists(path))) return { rows: [], mark: "", end: "\n" };
  const text = decoded(await files.read(path), path);
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  csvLines(text, path);
  const rows = csvParseRows(text.slice(mark.length)).filter((row) => row.length > 1 || row[0] !== "");
  return { rows, mark, end: /^[^\n]*\r\n/.test(text) ? "\r\n" : "\n" };
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new CfalignError(
      "input",
      `${path}: expected UTF-8, found other bytes: save it as "CSV UTF-8", or what it says would be lost`,
      { where: path, cause },
    );
  }
}

/** A name in the table as a path in the folder. */
const pictureOf = (name = ""): string => name.replaceAll("\\", "/").replace(/^\.\//, "");

/** What a cell says; undefined for what is no label. */
function markOf(text: string): Mark | undefined {
  const word = text.trim().toLowerCase();
  if (word === "") return null;
  if (word === "true") return 1;
  if (word === "false") return 0;
  const number = Number(word);
  return number === 0 || number === 1 ? number : undefined;
}
