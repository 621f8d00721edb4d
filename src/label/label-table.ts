import { csvFormatRows, csvParseRows } from "d3-dsv";
import { platform } from "#platform";
import { CfalignError } from "../errors.ts";
import { isMetadata, readMetadata } from "../images/metadata.ts";

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
  // Says what is wrong with a table, as every verb does.
  await readMetadata(folder, listed);
  const [header = [], ...rows] = await readRows(folder);
  const names = header.indexOf(nameColumn);
  const marks = new Map<string, ReadonlyMap<string, Mark>>();
  const others: string[] = [];
  for (const [at, column] of header.entries()) {
    if (at === names) continue;
    const found = rows.map((row) => [pictureOf(row[names]), markOf(row[at] ?? "")] as const);
    if (found.some(([, mark]) => mark === undefined)) others.push(column);
    else marks.set(column, new Map(found as readonly (readonly [string, Mark])[]));
  }
  return { marks, others };
}

/**
 * Writes marks into the table of a folder as it is at this moment: all that they do not speak of stays, rows and columns that are new come last, and
 * readers see the old table or the new one. pictures: every one gets a row. Errors: those of the disk.
 */
export async function writeMarks(folder: string, pictures: readonly string[], marks: Marks): Promise<void> {
  const [before = [nameColumn], ...rows] = await readRows(folder);
  const header = [...before];
  for (const feature of marks.keys()) if (!header.includes(feature)) header.push(feature);
  const names = header.indexOf(nameColumn);
  const found = new Set(rows.map((row) => pictureOf(row[names])));
  const blank = (picture: string): string[] => header.map((_, at) => (at === names ? picture : ""));
  const all = [
    ...rows.map((row) => header.map((_, at) => row[at] ?? "")),
    ...pictures.filter((picture) => !found.has(picture)).map(blank),
  ];
  for (const [feature, said] of marks) {
    const at = header.indexOf(feature);
    for (const row of all) {
      const mark = said.get(pictureOf(row[names]));
      // A cell that says so already keeps its words: "true" is as good as "1".
      if (mark !== undefined && mark !== markOf(row[at] ?? "")) row[at] = mark === null ? "" : String(mark);
    }
  }
  await platform.files.write(tableOf(folder), `${csvFormatRows([header, ...all])}\n`);
}

/** The rows of the table, its header first; none where there is no table. */
async function readRows(folder: string): Promise<string[][]> {
  const { files } = platform;
  const path = tableOf(folder);
  if (!(await files.exists(path))) return [];
  const text = new TextDecoder().decode(await files.read(path)).replace(/^\uFEFF/, "");
  return csvParseRows(text).filter((row) => row.length > 1 || row[0] !== "");
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
