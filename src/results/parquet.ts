import { type DecodedArray, parquetMetadataAsync, parquetRead } from "hyparquet";
import { decompressZstd } from "hyparquet-compressors";
import { parquetWriteBuffer } from "hyparquet-writer";
import { parquetSchema } from "./parquet-schema.ts";
import { type ColumnType, columns, type Rows, type Table } from "./schema.ts";

/** Earlier versions compressed by Zstandard. */
const compressors = {
  ZSTD: (input: Uint8Array, length: number): Uint8Array => decompressZstd(input, new Uint8Array(length)),
};

/** Rows that are compressed together. */
const rowGroupSize = 100_000;

/** A table as the bytes of a Parquet file: the same rows give the same bytes. */
export function parquetOf<T extends Table>(table: T, rows: readonly Rows[T][]): Uint8Array {
  const columnData = Object.entries<ColumnType>(columns[table]).map(([name, type]) => {
    const plain = plainOf(type);
    return { name, data: rows.map((row) => plain((row as Readonly<Record<string, unknown>>)[name])) };
  });
  return new Uint8Array(
    parquetWriteBuffer({ columnData, schema: parquetSchema(columns[table]), rowGroupSize, createdBy: "cfalign" }),
  );
}

/** A column of a Parquet file, piece by piece. */
interface Piece {
  /** Row of its first value. */
  readonly start: number;
  readonly values: DecodedArray;
}

/** Some columns of a Parquet file. */
export interface ParquetColumns {
  /** How many rows there are. */
  readonly length: number;
  /** By name; none where the file does not have the column. */
  readonly pieces: ReadonlyMap<string, readonly Piece[]>;
}

/** Reads columns of a Parquet file, those that it has. Errors: Error that says what is wrong with the file. */
export async function readParquet(bytes: Uint8Array, wanted: readonly string[]): Promise<ParquetColumns> {
  const file = {
    byteLength: bytes.byteLength,
    // Not slice() of a Buffer, which shares memory with what is around it.
    slice: (from: number, to?: number) => Uint8Array.prototype.slice.call(bytes, from, to).buffer as ArrayBuffer,
  };
  const found = new Map<string, Piece[]>();
  let length = 0;
  try {
    const metadata = await parquetMetadataAsync(file);
    length = Number(metadata.num_rows);
    const there = new Set(metadata.row_groups.flatMap((group) => group.columns.map(topOf)));
    const names = wanted.filter((name) => there.has(name));
    await parquetRead({
      ...{ file, metadata, columns: names, compressors },
      onChunk({ columnName, columnData, rowStart }) {
        const pieces = found.get(columnName) ?? [];
        found.set(columnName, pieces);
        pieces.push({ start: rowStart, values: columnData });
      },
    });
  } catch (cause) {
    // Whatever the reader stumbles over in a damaged file, a TypeError included.
    throw new Error(`no whole Parquet file: ${(cause as Error).message}`, { cause });
  }
  for (const [name, pieces] of found) {
    pieces.sort((a, b) => a.start - b.start);
    const values = pieces.reduce((sum, piece) => sum + piece.values.length, 0);
    if (values !== length) throw new Error(`column "${name}" has ${values} values of ${length}`);
  }
  return { length, pieces: found };
}

function topOf({ meta_data }: { readonly meta_data?: { readonly path_in_schema: readonly string[] } }): string {
  return meta_data?.path_in_schema[0] ?? "";
}

/** Reads the rows of a table; columns that the file does not have are null. Errors: as `readParquet`. */
export async function parquetRows<T extends Table>(bytes: Uint8Array, table: T): Promise<Rows[T][]> {
  const types = Object.entries<ColumnType>(columns[table]);
  const { length, pieces } = await readParquet(
    bytes,
    types.map(([name]) => name),
  );
  const rows = Array.from({ length }, (): Record<string, unknown> => ({}));
  for (const [name, type] of types) {
    const plain = plainOf(type);
    for (const row of pieces.has(name) ? [] : rows) row[name] = null;
    for (const { start, values } of pieces.get(name) ?? []) {
      for (let at = 0; at < values.length; at++)
        (rows[start + at] as Record<string, unknown>)[name] = plain(values[at]);
    }
  }
  return rows as unknown as Rows[T][];
}

/** A value of a column as rows have it: no undefined, no −0, which files do not keep, and all fields of a struct. */
function plainOf(type: ColumnType): (value: unknown) => unknown {
  const some = someOf(type);
  return (value) => (value === null || value === undefined ? null : some(value));
}

function someOf(type: ColumnType): (value: unknown) => unknown {
  if (typeof type !== "string") {
    const fields = Object.entries(type[0]).map(([name, own]) => [name, plainOf(own)] as const);
    return listOf((item) => {
      const struct = item as Readonly<Record<string, unknown>>;
      return Object.fromEntries(fields.map(([name, plain]) => [name, plain(struct[name])]));
    });
  }
  if (type === "MAP(VARCHAR, DOUBLE)") {
    return (map) => Object.fromEntries(Object.entries(map as object).map(([key, value]) => [key, plainNumber(value)]));
  }
  return type === "VARCHAR" ? String : plainNumber;
}

function listOf(plain: (item: unknown) => unknown): (list: unknown) => unknown {
  return (list) => (list as readonly unknown[]).map(plain);
}

function plainNumber(value: unknown): number | null {
  // −0 + 0 is 0.
  return value === null || value === undefined ? null : Number(value) + 0;
}
