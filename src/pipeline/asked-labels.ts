import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { type Listing, listImages } from "../images/list-images.ts";
import { isMetadata } from "../images/metadata.ts";
import { openClip } from "../prepare/naming/clip.ts";
import { readWords } from "../prepare/naming/words.ts";

/** Fewer pictures make no basis. */
const leastPictures = 50;

/** Words in place of a table. */
export interface AskedWords {
  /** File with a feature a line. */
  readonly text: string;
  /** Folder of a CLIP or SigLIP that holds them against the pictures. */
  readonly clip: string;
}

/** The pictures of an audit and what a table, or words, say of them. */
export interface AskedLabels {
  /** The table: a metadata.csv or metadata.jsonl of the folder; null where there are words and nobody has judged a picture. */
  readonly table: string | null;
  readonly words: AskedWords | null;
  readonly listing: Listing;
  /** Columns of the table, or names of the words. */
  readonly features: readonly string[];
  /** SHA-256 over the pictures alone, whatever is said of them. */
  readonly pictures: string;
  /** The same with all that is said of them. */
  readonly hash: string;
}

/**
 * Looks at pictures and labels before any work: whether there is something to learn a feature from. labels: the table, that of the
 * folder by default; words: in its place. Errors: CfalignError("input") in one line for too few pictures, a table of another folder, and one of which no column
 * has enough pictures of either kind; as `readWords` and `openClip`.
 */
export async function askedLabels(
  images: string,
  { labels, words = null }: { readonly labels: string | undefined; readonly words?: AskedWords | null | undefined },
  signal: AbortSignal,
): Promise<AskedLabels> {
  const { files } = platform;
  if (!(await files.exists(images))) {
    throw new CfalignError(
      "input",
      (named) => `${named("images")}: expected a folder of pictures, got "${images}", which is not there`,
      {
        where: images,
        option: "images",
      },
    );
  }
  const table = labels ?? (await ownTable(images));
  if (table === null && words === null) throw noTable(images);
  if (table !== null) await requireTableOf(images, table);
  const listing = await listImages(images, 1, undefined, signal);
  const count = listing.rows.filter(({ sha256 }) => sha256 !== null).length - listing.duplicates.size;
  if (count < leastPictures) {
    throw new CfalignError(
      "input",
      `"${images}": expected at least ${leastPictures} different pictures, found ${count}: bring some hundred`,
      { where: images },
    );
  }
  const pictures = await hashOf(JSON.stringify(listing.rows.map(({ image, sha256 }) => [image, sha256])));
  if (words === null) {
    requireReadable(table as string, listing);
    return { ...{ table, words, listing, features: listing.labels, pictures }, hash: listing.hash };
  }
  const text = new TextDecoder().decode(await files.read(words.text));
  const features = readWords(text, words.text).map(({ name }) => name);
  // Before a basis is computed for nothing.
  await (await openClip(words.clip))[Symbol.asyncDispose]();
  const hash = await hashOf(JSON.stringify([listing.hash, text, await hashesIn(words.clip)]));
  return { ...{ table: listing.labels.length === 0 ? null : table, words, listing, features, pictures, hash } };
}

function hashOf(text: string): Promise<string> {
  return platform.sha256(new TextEncoder().encode(text));
}

/** SHA-256 of every file of a folder. */
async function hashesIn(folder: string): Promise<readonly (readonly [string, string])[]> {
  const { files } = platform;
  const hashes: (readonly [string, string])[] = [];
  for (const name of await files.list(folder)) {
    hashes.push([name, await platform.sha256(await files.read(files.join(folder, name)))]);
  }
  return hashes;
}

async function requireTableOf(images: string, table: string): Promise<void> {
  const { files } = platform;
  if (!(await files.exists(table)) || !isMetadata(`/${files.basename(table)}`)) {
    throw new CfalignError(
      "input",
      `"${table}": expected metadata.csv or metadata.jsonl beside its pictures: cfalign labels writes one from other tables`,
      { where: table },
    );
  }
  if ((await files.realPath(files.dirname(table))) === (await files.realPath(images))) return;
  throw new CfalignError(
    "input",
    `"${table}": expected a table in the folder of its pictures, "${images}", got one of another folder`,
    { where: table },
  );
}

async function ownTable(images: string): Promise<string | null> {
  const { files } = platform;
  for (const name of ["metadata.csv", "metadata.jsonl"]) {
    const path = files.join(images, name);
    if (await files.exists(path)) return path;
  }
  return null;
}

function noTable(images: string): CfalignError {
  const { files } = platform;
  return new CfalignError(
    "usage",
    (named) =>
      `${named("labels")}: expected a table of labels, such as "${files.join(images, "metadata.csv")}" with file_name and a column of 0 and 1 for each feature, found none`,
    { option: "labels" },
  );
}

/** Refuses a table of which no column can be learned from, with what its columns have. */
function requireReadable(table: string, { labels, rows, notes }: Listing): void {
  if (labels.length === 0) {
    const found =
      notes.length === 0 ? "none that is filled: what is blank is not looked at" : `none: ${notes.join("; ")}`;
    throw new CfalignError("input", `"${table}": expected a column of 0 and 1, found ${found}`, { where: table });
  }
  const columns = labels.map((label) => {
    const known = rows.flatMap((row) => row.labels[label] ?? []);
    const ones = known.filter((value) => value === 1).length;
    const zeros = known.filter((value) => value === 0).length;
    const others = known.length - ones - zeros;
    return { label, ones, zeros, others, usable: others === 0 && Math.min(ones, zeros) >= leastOfAKind };
  });
  if (columns.some(({ usable }) => usable)) return;
  const counts = columns.map(
    ({ label, ones, zeros, others }) =>
      `${label} ${ones} and ${zeros}${others === 0 ? "" : ` and ${others} other numbers`}`,
  );
  const shown = counts.slice(0, 5).join(", ");
  const more = counts.length > 5 ? `, and ${counts.length - 5} more` : "";
  throw new CfalignError(
    "input",
    `"${table}": expected a column of 0 and 1 with at least ${leastOfAKind} pictures of either kind, found (1 and 0) ${shown}${more}`,
    { where: table },
  );
}

/** Pictures of either kind of which a quarter suffices to judge a probe, and the others to learn it. */
const leastOfAKind = 20;
