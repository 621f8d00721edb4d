import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../errors.ts";
import { chunkSize } from "./chunks.ts";
import { commitSchema } from "./commit.ts";
import { commitChunk } from "./commit-chunk.ts";
import { listingFile } from "./open-run.ts";
import { type PackedRun, packedFormat } from "./packed-run.ts";
import { writePart } from "./parts.ts";
import { isRun, readRunFile, runFileSchema, writeRunFile } from "./run-file.ts";
import { assertFree, prepareFolders } from "./run-folder.ts";
import { type ColumnType, columns, partTables, type Rows, type Table } from "./schema.ts";
import { openSealed } from "./sealed-json.ts";

const aboutChunk = commitSchema.pick({ chunk: true, bases: true, pictures: true, thumbnails: true, notFinite: true });

/** Names that runs give their pictures: a packed run may be anybody's, and writes nothing elsewhere. */
const pictureFile = z.string().regex(/^pictures\/[\w-]+\.(json|webp|jpg)$/, "expected a file in pictures/");

const schema = z.object({
  format: z.literal(packedFormat),
  formatVersion: z.literal(1),
  run: runFileSchema,
  listing: z.array(rowOf("listing")),
  chunks: z.array(
    aboutChunk.extend({
      rows: z.object(Object.fromEntries(partTables.map((table) => [table, z.array(rowOf(table))]))),
    }),
  ),
  files: z.record(pictureFile, z.base64()),
});

/** A row as JSON, by the columns of its table. */
function rowOf(table: Table): z.ZodType {
  const types = Object.entries<ColumnType>(columns[table]);
  return z.object(Object.fromEntries(types.map(([name, type]) => [name, cellOf(type).nullable()])));
}

function cellOf(type: ColumnType): z.ZodType {
  if (typeof type !== "string") {
    const fields = Object.entries(type[0]).map(([name, own]) => [name, cellOf(own).nullable().optional()]);
    return z.array(z.object(Object.fromEntries(fields)));
  }
  if (type.endsWith("[]")) return z.array(cellOf(type.slice(0, -2) as ColumnType));
  if (type.startsWith("MAP")) return z.record(z.string(), z.number());
  if (type === "VARCHAR") return z.string();
  return type === "INTEGER" ? z.number().int() : z.number();
}

/**
 * Writes a packed run as the folder of an ordinary one, beside it and by its name, and returns the folder; where it is there already
 * it is left as it is. Errors: CfalignError("input") for a file that is not whole, ("usage") where the folder is another run.
 */
export async function unpackRun(path: string): Promise<string> {
  const { files } = platform;
  const file = { path, remedy: "save the run again" };
  const packed = (await openSealed(schema, await files.read(path), file)) as unknown as PackedRun;
  assertWhole(packed, path);
  const out = folderOf(path);
  if (await isRun(out)) {
    const { startedAt, images } = await readRunFile(out);
    if (startedAt === packed.run.startedAt && images.hash === packed.run.images.hash) return out;
    throw new CfalignError("usage", `"${out}" holds another run than "${path}": move it, or rename the file`, {
      where: out,
    });
  }
  await assertFree(out);
  const aside = `${out}.${crypto.randomUUID()}.part`;
  try {
    await writeFolder(packed, aside);
    await files.rename(aside, out);
  } catch (error) {
    await files.remove(aside);
    throw error;
  }
  return out;
}

async function writeFolder({ run, listing, chunks, files: pictures }: PackedRun, out: string): Promise<void> {
  const { files } = platform;
  await prepareFolders(out);
  await writePart(files.join(out, listingFile), "listing", listing);
  for (const [name, content] of Object.entries(pictures)) {
    await files.write(
      files.join(out, name),
      Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0)),
    );
  }
  for (const { rows, ...about } of chunks) await commitChunk({ out, shard: run.shard }, rows, about);
  await writeRunFile(out, { ...run, chunks: chunks.length });
}

/** Refuses a file whose parts do not belong together. */
function assertWhole({ run, listing, chunks, files }: PackedRun, path: string): void {
  const refuse = (what: string): never => {
    throw new CfalignError("input", `${path}: ${what}: save the run again`, { where: path });
  };
  if (run.images.count !== listing.length) refuse(`expected ${run.images.count} images, found ${listing.length}`);
  chunks.forEach(({ chunk, rows, pictures, thumbnails = [] }, place) => {
    const expected = listing.slice(chunk * chunkSize, (chunk + 1) * chunkSize).map(({ image }) => image);
    const found = rows.images.map(({ image }: Rows["images"]) => image);
    if (chunk !== place || found.join("\n") !== expected.join("\n"))
      refuse(`chunk ${place} does not fit its list of images`);
    for (const file of [...pictures.map((each) => each.file), ...thumbnails]) {
      if (!(file in files)) refuse(`the picture "${file}" is missing`);
    }
  });
  if (chunks.length !== Math.ceil(listing.length / chunkSize)) refuse("images at its end are missing");
}

/** "faces.run.json" → "faces" */
function folderOf(path: string): string {
  const folder = path.replace(/(\.run)?\.json$/, "");
  return folder === path ? `${path}-run` : folder;
}
