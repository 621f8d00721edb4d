import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { type Listing, listImages } from "./list-images.ts";
import { isMetadata } from "./metadata.ts";

/** The path of a table beside its pictures. Errors: CfalignError("input") for one of another name, or none. */
export async function requireTable(table: string): Promise<void> {
  const { files } = platform;
  if ((await files.exists(table)) && isMetadata(`/${files.basename(table)}`)) return;
  throw new CfalignError(
    "input",
    `"${table}": expected metadata.csv or metadata.jsonl beside its pictures: cfalign labels writes one from other tables`,
    { where: table },
  );
}

/**
 * The pictures of a table in the order of a seed, and the columns that are asked for, all by default. Errors: CfalignError("input")
 * for a table without labels, ("usage") for an unknown column.
 */
export async function listLabelled(
  table: string,
  { seed, columns, signal }: { seed: number; columns: readonly string[] | undefined; signal: AbortSignal },
): Promise<{ readonly listing: Listing; readonly labels: readonly string[] }> {
  const listing = await listImages(platform.files.dirname(table), labelOrder(seed), undefined, signal);
  return { listing, labels: columnsOf(listing.labels, columns, table) };
}

/** Part of the pictures, from the first in `labelOrder`, that probes are judged on: what is labelled by hand holds out the same ones. */
export const heldOutShare = 0.25;

/**
 * Seed of the order in which labels are looked at: another than that of runs, since labels of a run's first pictures, which are what it showed, would all be held out
 * from what is learned.
 */
export function labelOrder(seed: number): number {
  return seed + 0.5;
}

function columnsOf(known: readonly string[], wanted: readonly string[] | undefined, table: string): readonly string[] {
  if (known.length === 0) {
    throw new CfalignError("input", `${table}: expected a column of 0 and 1, found none`, { where: table });
  }
  const missing = wanted?.find((column) => !known.includes(column));
  if (missing !== undefined) {
    throw new CfalignError("usage", `columns: expected some of ${known.join(", ")}, got "${missing}"`, {
      where: "columns",
    });
  }
  return wanted ?? known;
}
