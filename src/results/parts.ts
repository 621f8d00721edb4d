import { platform } from "#platform";
import { CfalignError, throwIfBug } from "../base/errors.ts";
import type { Columns, LongTable } from "./columns.ts";
import { parquetOf, parquetRows, readParquet } from "./parquet.ts";
import type { RowList } from "./row-list.ts";
import { columns, type Rows, type Table } from "./schema.ts";

/**
 * Writes one Parquet file of a table: written aside, synced and renamed, so that it is there whole or not at all.
 * Returns its size in bytes, and their hash. Errors: CfalignError("runtime") when the disk does not take it.
 */
export async function writePart<T extends Table>(
  path: string,
  table: T,
  rows: readonly Rows[T][],
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const bytes = parquetOf(table, rows);
  try {
    await platform.files.write(path, bytes);
  } catch (error) {
    throwIfBug(error);
    if (error instanceof CfalignError && error.code === "runtime") throw error;
    throw new CfalignError("runtime", `cannot write "${path}": ${(error as Error).message}`, {
      where: path,
      cause: error,
    });
  }
  return { bytes: bytes.byteLength, sha256: await platform.sha256(bytes) };
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
export async function readParts<T extends Table>(parts: readonly PartFile[], table: T): Promise<Rows[T][]> {
  const rows: Rows[T][] = [];
  const once = heldOnce(table);
  await eachPart(parts, table, async (bytes) => {
    for (const row of await parquetRows(bytes, table)) rows.push(once(row));
  });
  return rows;
}

/** The same of a long table, into columns that have room for as many rows. Errors: also CfalignError("input") where there are fewer or more. */
export async function readColumns<T extends LongTable>(
  parts: readonly PartFile[],
  table: T,
  { rows, add }: Columns<Rows[T]>,
): Promise<RowList<Rows[T]>> {
  const names = Object.keys(columns[table]);
  let found = 0;
  await eachPart(parts, table, async (bytes) => {
    found = Math.max(found, add(await readParquet(bytes, names)));
  });
  if (found !== rows.length) {
    throw new CfalignError(
      "input",
      `cannot read table "${table}" of the run: expected ${rows.length} rows, as its commits say, found ${found > rows.length ? "more" : found}`,
      { where: parts[0]?.path ?? table },
    );
  }
  return rows;
}

/** Goes through the bytes of files, once they are what was written. */
async function eachPart(
  parts: readonly PartFile[],
  table: Table,
  read: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  for (const part of parts) {
    const { path, remedy } = part;
    const bytes = await undamaged(part);
    try {
      await read(bytes);
    } catch (error) {
      throwIfBug(error);
      const reason = (error as Error).message;
      throw new CfalignError("input", `${path}: cannot read table "${table}" of the run (${reason}): ${remedy}`, {
        where: path,
        cause: error,
      });
    }
  }
}

async function undamaged({ path, sha256, remedy }: PartFile): Promise<Uint8Array> {
  const bytes = await platform.files.read(path);
  if (sha256 === undefined || (await platform.sha256(bytes)) === sha256) return bytes;
  throw new CfalignError(
    "input",
    `${path}: the file is damaged, its bytes are not those that were written: ${remedy}`,
    {
      where: path,
    },
  );
}

/** Columns of text that many rows have in common: images and classifiers, of which a run has few beside its rows. */
const shared: ReadonlySet<string> = new Set(["image", "base", "classifier", "stopReason", "dominantTerm"]);

/** Puts one string in place of all that are equal to it: as they are read, every file has its own. */
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
