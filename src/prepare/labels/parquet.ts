import { type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import type { Source } from "./table.ts";

/** A picture inside a Parquet file. */
export interface ParquetPicture {
  /** What the table's `file_name` says, relative to the folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const picture = z.object({ bytes: z.instanceof(Uint8Array).nullish(), path: z.string().nullish() });

/** Class names that the `datasets` library keeps beside the columns. */
const features = z.object({
  info: z.object({ features: z.record(z.string(), z.looseObject({ names: z.array(z.string()).optional() })) }),
});

/**
 * A Parquet file as a table, with the pictures in its column `image` ({bytes, path}); numbers of classes become the names
 * in the schema's key `huggingface`. Errors: CfalignError("input") for a file that is no Parquet.
 */
export async function readParquet(
  folder: string,
  path: string,
): Promise<{ readonly source: Source; readonly pictures: readonly ParquetPicture[] }> {
  const { rows, metadata } = await readRows(platform.files.join(folder, path), path);
  const names = classNames(metadata.key_value_metadata?.find(({ key }) => key === "huggingface")?.value);
  const columns = Object.keys(rows[0] ?? {}).filter((name) => name !== "image" && name !== "file_name");
  const stem = path.replace(/\.parquet$/i, "");
  const pictures: ParquetPicture[] = [];
  const cells = rows.map((row, i) => {
    const inside = picture.safeParse(row.image);
    const own = typeof row.file_name === "string" ? row.file_name : inside.data?.path;
    const bytes = inside.data?.bytes ?? undefined;
    const name = own ?? `${platform.files.basename(stem)}-${String(i).padStart(6, "0")}.${endingOf(bytes)}`;
    if (bytes !== undefined) pictures.push({ name: below(path) + name, bytes });
    return [name, ...columns.map((column) => cellOf(row[column], names[column]))];
  });
  return { source: { path, header: ["file_name", ...columns], rows: cells }, pictures };
}

async function readRows(
  path: string,
  named: string,
): Promise<{ readonly rows: readonly Record<string, unknown>[]; readonly metadata: FileMetaData }> {
  const file = {
    byteLength: (await platform.files.size(path)) ?? 0,
    async slice(from: number, to?: number): Promise<ArrayBuffer> {
      return (await platform.files.readRange(path, from, (to ?? this.byteLength) - from)).buffer as ArrayBuffer;
    },
  };
  try {
    const metadata = await parquetMetadataAsync(file);
    // Bytes that are not said to be text are pictures.
    return { rows: await parquetReadObjects({ file, metadata, compressors, utf8: false }), metadata };
  } catch (cause) {
    // Whatever the reader stumbles over in what is no Parquet, a TypeError included.
    throw new CfalignError("input", `${named}: expected a Parquet file: ${(cause as Error).message}`, {
      where: named,
      cause,
    });
  }
}

function below(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function classNames(value: unknown): Readonly<Record<string, readonly string[] | undefined>> {
  if (typeof value !== "string") return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return {};
  }
  const { data } = features.safeParse(parsed);
  return Object.fromEntries(Object.entries(data?.info.features ?? {}).map(([name, { names }]) => [name, names]));
}

function cellOf(value: unknown, names: readonly string[] | undefined): string {
  // Whole numbers of 64 bits are bigint.
  if (typeof value === "number" || typeof value === "bigint") return names?.[Number(value)] ?? String(value);
  return typeof value === "string" || typeof value === "boolean" ? String(value) : "";
}

function endingOf(bytes: Uint8Array | undefined): string {
  return bytes?.[0] === 0xff ? "jpg" : bytes?.[0] === 0x52 ? "webp" : bytes?.[0] === 0x47 ? "gif" : "png";
}
