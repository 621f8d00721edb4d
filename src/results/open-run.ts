import { platform } from "#platform";
import type { ImageRow } from "../alignment/rows.ts";
import { CfalignError } from "../errors.ts";
import type { Database } from "../platform/platform.ts";
import { type Columns, changeColumns, type LongTable, predictionColumns } from "./columns.ts";
import { type Commit, readCommits } from "./commit.ts";
import { readColumns, readParts } from "./parts.ts";
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
  /** Images that were looked at before every base had its limit. */
  readonly processed: number;
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
    softmaxGroups: file.softmaxGroups,
    ranges: file.ranges,
    positives: file.positives,
    conceptSets: file.conceptSets,
    options: file.options,
  };
}

/** Opens a run, finished or not: what is not committed is not seen. Errors: CfalignError("input") for anything that is not a whole run, ("runtime") for one that memory does not hold. */
export async function openRun(path: string): Promise<OpenRun> {
  const file = await readRunFile(path);
  const commits = [...(await readCommits(path, file.shard)).values()];
  requireMemory(path, readingBytes(commits));
  const database = await platform.openDatabase();
  try {
    const partsOf = (table: PartTable): readonly string[] =>
      commits.map((commit) => platform.files.join(path, commit.parts[table].file));
    const rowsOf = <T extends PartTable>(table: T): Promise<Rows[T][]> => readParts(database, partsOf(table), table);
    const columnsOf = <T extends LongTable>(
      table: T,
      roomFor: (rows: number) => Columns<Rows[T]>,
    ): Promise<RowList<Rows[T]>> => {
      const rows = commits.reduce((sum, { parts }) => sum + parts[table].rows, 0);
      return readColumns(database, partsOf(table), table, roomFor(rows));
    };
    const processed = await rowsOf("images");
    const order = new Map(file.bases.map((base, index) => [base, index]));
    return {
      path,
      file,
      finished: file.finishedAt !== null,
      processed: processed.length,
      ...describedBy(file),
      images: allImages(await readListing(database, path), processed),
      predictions: await columnsOf("predictions", predictionColumns),
      counterfactuals: await rowsOf("counterfactuals"),
      changes: await columnsOf("changes", changeColumns),
      products: await rowsOf("products"),
      saliency: await rowsOf("saliency"),
      interventions: await readInterventions(database, path),
      pictures: commits
        .flatMap((commit) => commit.pictures)
        .sort((a, b) => (order.get(a.base) ?? 0) - (order.get(b.base) ?? 0)),
      thumbnails: commits.flatMap((commit) => commit.thumbnails ?? []),
    };
  } finally {
    await database.dispose();
  }
}

/** Reads the list of all images of a run. */
export async function readListing(database: Database, run: string): Promise<ListingRow[]> {
  const path = platform.files.join(run, listingFile);
  if (!(await platform.files.exists(path))) {
    throw new CfalignError("input", `${path}: expected the run's list of images, found nothing there: align again`, {
      where: path,
    });
  }
  return readParts(database, [path], "listing");
}

/** Reads the interventions of a run; none where they are not made. */
export async function readInterventions(database: Database, run: string): Promise<Rows["interventions"][]> {
  const path = platform.files.join(run, interventionsFile);
  return (await platform.files.exists(path)) ? readParts(database, [path], "interventions") : [];
}

/** What is not known of an image that was not reached. */
const unseen = { width: null, height: null, dropReason: null, clampedShare: null };

function allImages(listing: readonly ListingRow[], processed: readonly ImageRow[]): ImageRow[] {
  const known = new Map(processed.map((image) => [image.image, image]));
  return listing.map((row) => known.get(row.image) ?? { ...row, ...unseen });
}
