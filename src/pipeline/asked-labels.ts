import { platform } from "#platform";
import { CfalignError } from "../errors.ts";
import { type Listing, listImages } from "../images/list-images.ts";
import { isMetadata } from "../images/metadata.ts";
import { plural } from "../words/figures.ts";

/** Fewer pictures make no basis. */
const leastPictures = 50;

/** The pictures of an audit and what a table says of them. */
export interface AskedLabels {
  /** The table: a metadata.csv or metadata.jsonl of the folder. */
  readonly table: string;
  readonly listing: Listing;
  /** SHA-256 over the pictures alone, whatever is said of them. */
  readonly pictures: string;
}

/**
 * Looks at pictures and labels before any work: whether there is something to learn a feature from. labels: the table, that of the
 * folder by default. Errors: CfalignError("input") in one line for too few pictures, a table of another folder, and one of which no column
 * has enough pictures of either kind.
 */
export async function askedLabels(
  images: string,
  labels: string | undefined,
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
  if (!(await files.exists(table)) || !isMetadata(`/${files.basename(table)}`)) {
    throw new CfalignError(
      "input",
      `"${table}": expected metadata.csv or metadata.jsonl beside its pictures: cfalign labels writes one from other tables`,
      { where: table },
    );
  }
  if ((await files.realPath(files.dirname(table))) !== (await files.realPath(images))) {
    throw new CfalignError(
      "input",
      `"${table}": expected a table in the folder of its pictures, "${images}", got one of another folder`,
      { where: table },
    );
  }
  const listing = await listImages(images, 1, undefined, signal);
  const count = listing.rows.filter(({ sha256 }) => sha256 !== null).length - listing.duplicates.size;
  if (count < leastPictures) {
    throw new CfalignError(
      "input",
      `"${images}": expected at least ${leastPictures} different pictures, found ${count}: bring some hundred`,
      { where: images },
    );
  }
  requireReadable(table, listing);
  const text = JSON.stringify(listing.rows.map(({ image, sha256 }) => [image, sha256]));
  return { table, listing, pictures: await platform.sha256(new TextEncoder().encode(text)) };
}

async function ownTable(images: string): Promise<string> {
  const { files } = platform;
  for (const name of ["metadata.csv", "metadata.jsonl"]) {
    const path = files.join(images, name);
    if (await files.exists(path)) return path;
  }
  throw new CfalignError(
    "usage",
    (named) =>
      `${named("labels")}: expected a table of labels, such as "${files.join(images, "metadata.csv")}" with file_name and a column of 0 and 1 for each feature, found none`,
    { option: "labels" },
  );
}

/** Refuses a table of which no column can be learned from, with what its columns have. */
function requireReadable(table: string, { labels, rows }: Listing): void {
  if (labels.length === 0) {
    throw new CfalignError(
      "input",
      `"${table}": expected a column of 0 and 1, found none that is filled: what is blank is not looked at`,
      { where: table },
    );
  }
  const columns = labels.map((label) => {
    const known = rows.flatMap((row) => row.labels[label] ?? []);
    const ones = known.filter((value) => value === 1).length;
    const zeros = known.filter((value) => value === 0).length;
    return { label, ones, zeros, usable: ones + zeros === known.length && Math.min(ones, zeros) >= leastOfAKind };
  });
  if (columns.some(({ usable }) => usable)) return;
  const counts = columns.map(({ label, ones, zeros }) => `${label} ${ones} and ${zeros}`);
  const shown = counts.slice(0, 5).join(", ");
  const more = counts.length > 5 ? `, and ${plural(counts.length - 5, "column")} more` : "";
  throw new CfalignError(
    "input",
    `"${table}": expected a column of 0 and 1 with at least ${leastOfAKind} pictures of either kind, found (1 and 0) ${shown}${more}`,
    { where: table },
  );
}

/** Pictures of either kind of which a quarter suffices to judge a probe, and the others to learn it. */
const leastOfAKind = 20;
