import type { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { jsonOf, matching } from "./parse-json.ts";

/** JSON text of an object with a checksum of all the others as its last field. */
export async function sealed(value: object, indent = 0): Promise<string> {
  const { checksum: _, ...content } = value as { readonly checksum?: unknown };
  return JSON.stringify({ ...content, checksum: await checksumOf(content) }, null, indent);
}

/**
 * Reads a sealed file by its schema; one from before files were sealed is read as it is. remedy: what to do about a file that is damaged.
 * Errors: CfalignError("input") that names the file, and field and checksum where it is JSON.
 */
export async function openSealed<T>(
  schema: z.ZodType<T>,
  bytes: Uint8Array,
  { path, remedy }: { readonly path: string; readonly remedy: string },
): Promise<T> {
  const value = jsonOf(bytes, path, remedy);
  const { checksum, ...content } = Object(value) as { readonly checksum?: unknown };
  if (checksum !== undefined && checksum !== (await checksumOf(content))) {
    throw new CfalignError("input", `${path}: the file is damaged, its checksum is of other content: ${remedy}`, {
      where: path,
    });
  }
  return matching(schema, value, path, remedy);
}

/** A sealed file by its schema; undefined where it is damaged, or not there. */
export async function wholeSealed<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  if (!(await platform.files.exists(path))) return undefined;
  try {
    return await openSealed(schema, await platform.files.read(path), { path, remedy: "delete it" });
  } catch (error) {
    if (error instanceof CfalignError && error.code === "input") return undefined;
    throw error;
  }
}

function checksumOf(content: object): Promise<string> {
  return platform.sha256(new TextEncoder().encode(JSON.stringify(content)));
}
