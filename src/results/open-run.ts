import { platform } from "#platform";
import type { ImageRow } from "../alignment/rows.ts";
import { CfalignError } from "../base/errors.ts";
import { type Columns, changeColumns, type LongTable, predictionColumns } from "./columns.ts";
import { type Commit, commitPath, partOf, readCommits } from "./commit.ts";
import { listingHash } from "./listing-hash.ts";
import { missingChunks } from "./missing-chunks.ts";
import { type PartFile, readColumns, readParts } from "./parts.ts";
import { readingBytes, requireMemory } from "./reading-memory.ts";
import type { RowList } from "./row-list.ts";
import type { RunData } from "./run-data.ts";
import { type RunFile, readRunFile } from "./run-file.ts";
import type { ListingRow, PartTable, Rows } from "./schema.ts";

/** A run on disk with its committed rows in memory. */
export interface OpenRun extends RunData {
  /** Folder of the run. */
  readonly path: string;
  /** `run.json`: models, hashes, versions, times, shard. */
  readonly file: RunFile;
  /** Whether every chunk that the run needs is committed. */
  readonly finished: boolean;
  /** Whether every part was held against a checksum: runs of earlier versions have none. */
  readonly checked: boolean;
  /** Images that were looked at before every base had its limit. */
  readonly processed: number;
  /** Images and classifiers without rows, since a number on the way to them is not finite. */
  readonly notFinite: NonNullable<Commit["notFinite"]>;
  /** Counterfactuals kept as pictures, in the order of bases and images; `readKept` reads one. */
  readonly pictures: Commit["pictures"];
  /** Descriptions of the thumbnails of all counterfactuals; `readThumbnails` reads one. */
  readonly thumbnails: readonly string[];
}

/** Name of the file with every image of the folder, whether reached or not. */
export const listingFile = "listing.parquet";

/** Name of the file with the interventions of a run; there once they are made, where they were asked for. */
export const interventionsFile = "interventions.parquet";

/** What `run.json` says of a run to those who read its rows. */
export function describedBy(
  file: RunFile,
): Omit<RunData, "images" | "predictions" | "counterfactuals" | "changes" | "products" | "saliency" | "interventions"> {
  return {
    bases: file.bases,
    downstream: file.downstream,
    judges: file.judges,
    concepts: file.concepts,
    probes: file.probes,
    unchecked: file.unchecked,
    softmaxGroups: file.softmaxGroups,
    ranges: file.ranges,
    positives: file.positives,
    conceptSets: file.conceptSets,
    options: file.options,
    withoutEditor: file.interventionsFile?.withoutEditor,
  };
}

/** Opens a run, finished or not: what is not committed is not seen. Errors: CfalignError("input") for anything that is not a whole run, ("runtime") for one that memory does not hold. */
export async function openRun(path: string): Promise<OpenRun> {
  const file = await readRunFile(path);
  const byChunk = await readCommits(path, file.shard);
  assertWhole(path, file, byChunk);
  const commits = [...byChunk.values()];
  requireMemory(path, readingBytes(commits));
  const notFinite = commits.flatMap((commit) => commit.notFinite ?? []);
  const partsOf = (table: PartTable): readonly PartFile[] =>
    commits.map((commit) => partOf(path, file.shard, commit, table));
  const rowsOf = <T extends PartTable>(table: T): Promise<Rows[T][]> => readParts(partsOf(table), table);
  const columnsOf = <T extends LongTable>(
    table: T,
    roomFor: (rows: number) => Columns<Rows[T]>,
  ): Promise<RowList<Rows[T]>> => {
    const rows = commits.reduce((sum, { parts }) => sum + parts[table].rows, 0);
    return readColumns(partsOf(table), table, roomFor(rows));
  };
  const processed = await rowsOf("images");
  const order = new Map(file.bases.map((base, index) => [base, index]));
  return {
    path,
    file,
    finished: file.finishedAt !== null,
    checked: commits.every(({ parts }) => Object.values(parts).every(({ sha256 }) => sha256 !== undefined)),
    processed: processed.length,
    ...describedBy(file),
    images: allImages(await readListing(path, file), processed),
    predictions: await columnsOf("predictions", predictionColumns),
    counterfactuals: await rowsOf("counterfactuals"),
    changes: await columnsOf("changes", changeColumns),
    products: await rowsOf("products"),
    saliency: await rowsOf("saliency"),
    interventions: await readInterventions(path, file),
    notFinite,
    pictures: commits
      .flatMap((commit) => commit.pictures)
      .sort((a, b) => (order.get(a.base) ?? 0) - (order.get(b.base) ?? 0)),
    thumbnails: commits.flatMap((commit) => commit.thumbnails ?? []),
  };
}

/** A finished run without a chunk that it had would answer for fewer images than it says. */
function assertWhole(path: string, file: RunFile, commits: ReadonlyMap<number, Commit>): void {
  const missing = missingChunks(file, commits);
  const [first] = missing;
  if (first === undefined) return;
  const where = commitPath(path, file.shard, first);
  const others = missing.length === 1 ? "" : `, and ${missing.length - 1} more`;
  throw new CfalignError(
    "input",
    `"${path}" is finished with ${missing.length + commits.size} chunks, but chunk ${first} ("${where}") is not there any more${others}: run its align command again, which computes what is missing`,
    { where },
  );
}

/** Reads the list of all images of a run. Errors: CfalignError("input") for a list that is not the run's. */
export async function readListing(
  run: string,
  { images, listingFile: written }: Pick<RunFile, "images" | "listingFile">,
): Promise<ListingRow[]> {
  const path = platform.files.join(run, listingFile);
  if (!(await platform.files.exists(path))) {
    throw new CfalignError(
      "input",
      `${path}: expected the run's list of images, found nothing there: run align again, which writes it anew`,
      {
        where: path,
      },
    );
  }
  const remedy = "delete it and run align again, which writes it anew";
  const rows = await readParts([{ path, sha256: written?.sha256, remedy }], "listing");
  const inOrder = rows.every(({ position }, index) => position === index);
  if (inOrder && (await listingHash(rows)) === images.hash) return rows;
  throw new CfalignError("input", `${path}: the file is damaged, its images are not those of run.json: ${remedy}`, {
    where: path,
  });
}

/** Reads the interventions of a run; none where they are not made. Errors: CfalignError("input") for a file that is not there any more, or not what it was. */
async function readInterventions(
  run: string,
  { interventionsFile: made }: Pick<RunFile, "interventionsFile">,
): Promise<Rows["interventions"][]> {
  if (made === undefined) return [];
  const path = platform.files.join(run, interventionsFile);
  const remedy = "delete it and run align again, which makes it anew";
  if (await platform.files.exists(path)) {
    return readParts([{ path, sha256: made.sha256, remedy }], "interventions");
  }
  throw new CfalignError("input", `${path}: expected the run's interventions, found nothing there: run align again`, {
    where: path,
  });
}

/** What is not known of an image that was not reached. */
const unseen = { width: null, height: null, dropReason: null, clampedShare: null };

function allImages(listing: readonly ListingRow[], processed: readonly ImageRow[]): ImageRow[] {
  const known = new Map(processed.map((image) => [image.image, image]));
  return listing.map((row) => known.get(row.image) ?? { ...row, ...unseen });
}
