/** A label: it holds, it does not, or nobody knows. */
export type Label = 0 | 1 | undefined;

/** What a table says of one image. */
export interface LabelRow {
  /** As the table writes it: a path, a file name, or a name without its ending. */
  readonly name: string;
  /** train, val or test, where the data set says so. */
  readonly split?: string | undefined;
  readonly labels: Readonly<Record<string, Label>>;
}

/** A data set's own table, read. */
export interface LabelTable {
  readonly rows: readonly LabelRow[];
  /** What was left out, in words. */
  readonly notes: readonly string[];
}

/** A file that may hold labels: its rows of cells, the header among them. */
export interface Source {
  /** Relative to the folder, with "/". */
  readonly path: string;
  readonly header: readonly string[];
  /** Without the header. */
  readonly rows: readonly (readonly string[])[];
}

/** One way in which data sets write labels. */
export interface LabelFormat {
  /** As `--from` names it. */
  readonly name: string;
  /** What has to be there, for the message when it is not. */
  readonly expects: string;
  /** The table, or undefined where these files are not of this format. images: paths below the folder. */
  read(sources: readonly Source[], images: readonly string[]): LabelTable | undefined;
}

/** A column name that expressions and queries take without quotes: other characters become "_". */
export function columnName(text: string): string {
  return text
    .trim()
    .replace(/[^\p{L}\p{N}_.-]+/gu, "_")
    .replace(/^_+|_+$/g, "");
}

/** The cells of a column of a source; undefined where it has no such column. */
export function column({ header, rows }: Source, name: string): readonly string[] | undefined {
  const index = header.indexOf(name);
  return index < 0 ? undefined : rows.map((row) => (row[index] ?? "").trim());
}

/** Whether a source has all these columns. */
export function hasColumns({ header }: Source, ...names: readonly string[]): boolean {
  return names.every((name) => header.includes(name));
}

/** 1 and 0 from what tables write for them; undefined for an empty cell, or anything else. */
export function labelOf(cell: string | undefined): Label {
  const text = (cell ?? "").trim().toLowerCase();
  if (text === "true") return 1;
  if (text === "false") return 0;
  if (text === "") return undefined;
  const value = Number(text);
  return value === 1 ? 1 : value === 0 ? 0 : undefined;
}

/** A column of words as one label a word, "prefix_word"; an empty cell leaves all of them blank. */
export function oneHot(cells: readonly string[], prefix = ""): readonly Readonly<Record<string, Label>>[] {
  const words = [...new Set(cells.filter((cell) => cell !== ""))].sort();
  return cells.map((cell) =>
    Object.fromEntries(
      words.map((word): [string, Label] => [
        columnName(prefix === "" ? word : `${prefix}_${word}`),
        cell === "" ? undefined : cell === word ? 1 : 0,
      ]),
    ),
  );
}

/** 1 for one word, 0 for the other, blank for everything else. */
export function either(cell: string | undefined, one: readonly string[], zero: readonly string[]): Label {
  const text = (cell ?? "").trim().toLowerCase();
  return one.includes(text) ? 1 : zero.includes(text) ? 0 : undefined;
}

/** The usual numbers of splits: 0 train, 1 val, 2 test; words are kept. */
export function splitOf(cell: string | undefined): string | undefined {
  const text = (cell ?? "").trim().toLowerCase();
  if (text === "") return undefined;
  if (["0", "train", "training", "tr"].includes(text)) return "train";
  if (["1", "val", "valid", "validation", "va", "dev"].includes(text)) return "val";
  if (["2", "test", "testing", "te"].includes(text)) return "test";
  return text;
}
