import { platform } from "#platform";
import { CfalignError, throwIfBug } from "../errors.ts";
import type { Database } from "../platform/platform.ts";
import type { Columns, LongTable } from "./columns.ts";
import type { RowList } from "./row-list.ts";
import { columns, type Rows, type Table } from "./schema.ts";

/** Rows per query when parts are read: the answer of one query is one string. */
const partsPerRead = 64;

/**
 * Writes one Parquet file of a table: written aside, synced and renamed, so that it is there whole or not at all.
 * Returns its size in bytes, and their hash. Errors: CfalignError("runtime") when the disk does not take it.
 */
export async function writePart<T extends Table>(
  database: Database,
  path: string,
  table: T,
  rows: readonly Rows[T][],
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  // DuckDB writes in place and does not sync: its file is only an intermediate.
  const aside = `${path}.${crypto.randomUUID()}.part`;
  const type = JSON.stringify([columns[table]]);
  try {
    await database.query(
      `COPY (SELECT unnest(from_json($1::JSON, '${type}'), max_depth := 2)) TO $2 (FORMAT parquet, COMPRESSION zstd)`,
      [JSON.stringify(rows), aside],
    );
    const bytes = await platform.files.read(aside);
    await platform.files.write(path, bytes);
    return { bytes: bytes.byteLength, sha256: await platform.sha256(bytes) };
  } catch (error) {
    throwIfBug(error);
    if (error instanceof CfalignError && error.code === "runtime") throw error;
    throw new CfalignError("runtime", `cannot write "${path}": ${(error as Error).message}`, {
      where: path,
      cause: error,
    });
  } finally {
    await platform.files.remove(aside);
  }
}

/** A Parquet file of a table, and what is known of it. */
export interface PartFile {
  readonly path: string;
  /** What its bytes hash to; not known of files of earlier versions. */
  readonly sha256?: string | undefined;
  /** What to do where it is damaged. */
  readonly remedy: string;
}

/**
 * Reads the rows of a table from Parquet files, in the order of the files and of the rows in each. Columns that an earlier version did not
 * write are null. Errors: CfalignError("input") for a file that is damaged, with what to do.
 */
export async function readParts<T extends Table>(
  database: Database,
  parts: readonly PartFile[],
  table: T,
): Promise<Rows[T][]> {
  const rows: Rows[T][] = [];
  const once = heldOnce(table);
  await inGroups(database, parts, table, async (columns, files) => {
    const [answer] = await database.query(
      `SELECT to_json(list({${columns.map(({ name, value }) => `"${name}": ${value}`).join(", ")}} ORDER BY file_index, file_row_number))::VARCHAR AS json
       FROM read_parquet(from_json($1, '["VARCHAR"]'), file_row_number = true)`,
      [files],
    );
    // Not a spread: a group may have more rows than a call may have arguments.
    for (const row of JSON.parse((answer?.json as string | null) ?? "[]") as Rows[T][]) rows.push(once(row));
  });
  return rows;
}

/** The same of a long table, into columns that have room for as many rows. Errors: also CfalignError("input") where there are fewer or more. */
export async function readColumns<T extends LongTable>(
  database: Database,
  parts: readonly PartFile[],
  table: T,
  columns: Columns<Rows[T]>,
): Promise<RowList<Rows[T]>> {
  const expected = columns.rows.length;
  let found = 0;
  await inGroups(database, parts, table, async (selected, files) => {
    await database.query(
      `CREATE OR REPLACE TEMP TABLE part AS
       SELECT ${selected.map(({ name, value }) => `${value} AS "${name}"`).join(", ")}
       FROM read_parquet(from_json($1, '["VARCHAR"]'), file_row_number = true) ORDER BY file_index, file_row_number`,
      [files],
    );
    found = Math.max(found, await columns.add(database, "part"));
  });
  if (found !== expected) {
    throw new CfalignError(
      "input",
      `cannot read table "${table}" of the run: expected ${expected} rows, as its commits say, found ${found > expected ? "more" : found}`,
      { where: parts[0]?.path ?? table },
    );
  }
  return columns.rows;
}

/** Goes through files some at a time, once they are what was written. read: told what SQL says for each column, and the paths as JSON. */
async function inGroups(
  database: Database,
  parts: readonly PartFile[],
  table: Table,
  read: (columns: readonly { readonly name: string; readonly value: string }[], files: string) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < parts.length; start += partsPerRead) {
    const group = parts.slice(start, start + partsPerRead);
    for (const part of group) await assertUndamaged(part);
    try {
      const written = await columnsIn(database, (group[0] as PartFile).path);
      const selected = Object.entries(columns[table]).map(([name, type]) => {
        const value = written.has(name) ? `"${name}"` : "NULL";
        return { name, value: `${value}${typeof type === "string" ? `::${type}` : ""}` };
      });
      await read(selected, JSON.stringify(group.map(({ path }) => path)));
    } catch (error) {
      throwIfBug(error);
      if (error instanceof CfalignError) throw error;
      const { path, remedy } = (await firstUnreadable(database, group)) ?? (group[0] as PartFile);
      // What follows the first line is our own SQL.
      const [reason] = (error as Error).message.split("\n");
      throw new CfalignError("input", `${path}: cannot read table "${table}" of the run (${reason}): ${remedy}`, {
        where: path,
        cause: error,
      });
    }
  }
}

async function assertUndamaged({ path, sha256, remedy }: PartFile): Promise<void> {
  if (sha256 === undefined || (await platform.sha256(await platform.files.read(path))) === sha256) return;
  throw new CfalignError(
    "input",
    `${path}: the file is damaged, its bytes are not those that were written: ${remedy}`,
    {
      where: path,
    },
  );
}

/** The first file that has no rows to give. */
async function firstUnreadable(database: Database, parts: readonly PartFile[]): Promise<PartFile | undefined> {
  for (const part of parts) {
    try {
      await database.query("SELECT max(hash(rows)) FROM read_parquet($1) AS rows", [part.path]);
    } catch {
      return part;
    }
  }
  return undefined;
}

/** Columns of text that many rows have in common: images and classifiers, of which a run has few beside its rows. */
const shared: ReadonlySet<string> = new Set([
  "image",
  "base",
  "downstream",
  "classifier",
  "stopReason",
  "dominantTerm",
]);

/** Puts one string in place of all that are equal to it: as they are parsed, every row has its own, a third of what a row takes. */
function heldOnce<T extends Table>(table: T): (row: Rows[T]) => Rows[T] {
  const names = Object.keys(columns[table]).filter((name) => shared.has(name));
  const held = new Map<string, string>();
  return (row) => {
    const cells = row as Record<string, unknown>;
    for (const name of names) {
      const value = cells[name];
      if (typeof value !== "string") continue;
      const known = held.get(value);
      if (known === undefined) held.set(value, value);
      else cells[name] = known;
    }
    return row;
  };
}

/** Names of a Parquet file's columns; those of one run are made by one version. */
async function columnsIn(database: Database, path: string): Promise<ReadonlySet<string>> {
  const rows = await database.query("SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet($1))", [path]);
  return new Set(rows.map(({ column_name }) => column_name as string));
}
