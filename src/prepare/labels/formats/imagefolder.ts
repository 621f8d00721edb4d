import { manyValuesNote } from "../../../words/labels.ts";
import {
  column,
  columnName,
  hasColumns,
  type Label,
  type LabelFormat,
  labelOf,
  oneHot,
  type Source,
  splitOf,
} from "../table.ts";

/** More different words in a column are names or captions, and no labels. */
const mostWords = 50;

/** Hugging Face `imagefolder`: `file_name`, relative to the table, and any columns; CSV, JSON lines or Parquet. */
export const imagefolder: LabelFormat = {
  name: "imagefolder",
  expects: "metadata.csv, .jsonl or .parquet with file_name",
  read(sources) {
    const tables = sources.filter((source) => hasColumns(source, "file_name"));
    if (tables.length === 0) return undefined;
    const read = tables.map(readOne);
    return { rows: read.flatMap(({ rows }) => rows), notes: [...new Set(read.flatMap(({ notes }) => notes))] };
  },
};

function readOne(table: Source) {
  const below = table.path.slice(0, table.path.lastIndexOf("/") + 1);
  const split = column(table, "split");
  const folderSplit = /(^|\/)(train|val|valid|validation|test)\//.exec(below)?.[2];
  const rest = table.header.filter((name) => !["file_name", "split", ""].includes(name));
  const notes: string[] = [];
  const labels = rest.flatMap((name) => {
    const cells = column(table, name) ?? [];
    const words = new Set(cells.filter((cell) => cell !== ""));
    if (words.size === 0) return [];
    if ([...words].every((word) => labelOf(word) !== undefined)) {
      return [cells.map((cell): Record<string, Label> => ({ [columnName(name)]: labelOf(cell) }))];
    }
    // A class is the class of several images; what every image has its own of is no class.
    if (words.size > mostWords || (words.size > 2 && words.size * 2 > cells.length)) {
      notes.push(manyValuesNote(name, words.size, mostWords));
      return [];
    }
    return [oneHot(cells, name === "label" ? "" : name)];
  });
  return {
    rows: (column(table, "file_name") ?? []).map((name, i) => ({
      name: below + name,
      split: splitOf(split?.[i]) ?? splitOf(folderSplit),
      labels: Object.assign({}, ...labels.map((rows) => rows[i])) as Record<string, Label>,
    })),
    notes,
  };
}
