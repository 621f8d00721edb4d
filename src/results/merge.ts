import { platform } from "#platform";
import type { ProductRow } from "../alignment/rows.ts";
import { CfalignError } from "../base/errors.ts";
import { chunkSize, chunksNeeded, wholeRun } from "./chunks.ts";
import type { Commit } from "./commit.ts";
import { type AboutChunk, type ChunkRows, commitChunk } from "./commit-chunk.ts";
import { assertSameRun, differencePhrase, differences, versionNotes } from "./identity.ts";
import { copyInterventionPictures } from "./intervention-pictures.ts";
import { copyKept } from "./kept-pictures.ts";
import { interventionsFile, listingFile, type OpenRun, openRun } from "./open-run.ts";
import { writePart } from "./parts.ts";
import { gramOf, productClassifiers, productRows } from "./products.ts";
import type { RowList } from "./row-list.ts";
import { isRun, type RunFile, readRunFile, writeRunFile } from "./run-file.ts";
import { assertFree, prepareFolders } from "./run-folder.ts";
import { askFurther, type Lacking, lackingShards } from "./shards.ts";
import { sheetName, thumbnailStore, writeThumbnails } from "./thumbnail-sheets.ts";
import { unitedDevices } from "./united-devices.ts";

/**
 * Merges the shards of one run into `out`: the first `limit` counterfactuals per base of the union, in the chunks of the
 * unsharded run, which it equals. Notes other versions of what rows do not hang on. Errors: CfalignError for shards that are missing,
 * unfinished, or of another run, other versions of cfalign and onnxruntime included.
 */
export async function mergeRuns(
  paths: readonly string[],
  options: { readonly out: string },
): Promise<{ readonly notes: readonly string[] }> {
  const { out } = options;
  const runs: OpenRun[] = [];
  for (const path of paths) runs.push(await openRun(path));
  const first = runs[0];
  if (first === undefined) throw new CfalignError("usage", "merge needs the runs to merge, got none");
  assertShards(runs);
  const lacking = await lackingShards(runs);
  if (lacking.length > 0) {
    await askFurther(lacking);
    throw new CfalignError("usage", furtherPhrase(lacking, runs.length), { where: lacking[0]?.run.path ?? out });
  }
  const { share: _, interventionsFile: __, listingFile: ___, ...whole } = first.file;
  const merged: RunFile = {
    ...whole,
    shard: wholeRun,
    compute: mergedCompute(runs),
    startedAt: runs.map((run) => run.file.startedAt).sort()[0] as string,
    finishedAt: null,
  };
  await assertNoOtherRun(out, merged);

  const lock = await platform.files.lockFolder(out);
  try {
    await prepareFolders(out);
    await writeRunFile(out, merged);
    const listing = first.images.map(({ image, sha256, position, labels }) => ({ image, sha256, position, labels }));
    const { sha256 } = await writePart(platform.files.join(out, listingFile), "listing", listing);
    // The first shard makes those of the whole run.
    const interventions = runs.flatMap((run) => run.interventions ?? []);
    const made = runs.some(({ file }) => file.interventionsFile !== undefined)
      ? await writePart(platform.files.join(out, interventionsFile), "interventions", interventions)
      : undefined;
    const pictures = await copyInterventionPictures(runs, out);
    const withoutEditor = Object.assign({}, ...runs.map((run) => run.withoutEditor ?? {}));
    const chunks = await writeChunks(runs, merged, {
      out,
      write: (rows, about) => {
        lock.assertHeld();
        return commitChunk({ out, shard: wholeRun }, rows, about);
      },
    });
    const finishedAt = runs
      .map((run) => run.file.finishedAt as string)
      .sort()
      .at(-1) as string;
    await writeRunFile(out, {
      ...{ ...merged, finishedAt, chunks, listingFile: { sha256 } },
      ...(made && {
        interventionsFile: { rows: interventions.length, sha256: made.sha256, ...pictures, withoutEditor },
      }),
    });
  } finally {
    await lock.release();
  }
  const notes = runs.flatMap((run) =>
    versionNotes(first.file, run.file).map((phrase) => `"${run.path}" was made under another version, ${phrase}`),
  );
  return { notes };
}

/** Shards run on one device, and what fell back may differ. */
function mergedCompute(runs: readonly OpenRun[]): RunFile["compute"] {
  const [first] = runs as readonly [OpenRun];
  const devices = unitedDevices(runs.map(({ file }) => file.compute.devices));
  return { ...first.file.compute, ...(Object.keys(devices).length === 0 ? {} : { devices }) };
}

/**
 * Tells the shards of a run that have to look further before a merge how far: their folders, whose align commands go on there.
 * Errors: CfalignError as `mergeRuns`, for shards that are missing, unfinished, or of another run.
 */
export async function shareOut(paths: readonly string[]): Promise<readonly string[]> {
  const runs: OpenRun[] = [];
  for (const path of paths) runs.push(await openRun(path));
  if (runs.length === 0) throw new CfalignError("usage", "merge needs the runs to merge, got none");
  assertShards(runs);
  const lacking = await lackingShards(runs);
  await askFurther(lacking);
  return lacking.map(({ run }) => run.path);
}

function furtherPhrase(lacking: readonly Lacking[], count: number): string {
  const named = lacking.map(({ run }) => `${run.file.shard.index}/${run.file.shard.count} ("${run.path}")`);
  return `${lacking.length} of ${count} shards have to look at a few more images before the union is known: ${named.join(", ")}: run their align commands again as they were, each goes on from where it is, then merge`;
}

function assertShards(runs: readonly OpenRun[]): void {
  const first = runs[0] as OpenRun;
  const { count } = first.file.shard;
  const seen = new Map<number, string>();
  for (const run of runs) {
    const found = differences(first.file, run.file)
      .filter(({ word }) => word !== "shard")
      .map(differencePhrase);
    if (run.file.shard.count !== count) found.push(`shards: ${count} there, ${run.file.shard.count} now`);
    if (found.length > 0) {
      throw new CfalignError("usage", `"${run.path}" is no shard of the run in "${first.path}": ${found.join("; ")}`, {
        where: run.path,
      });
    }
    if (!run.finished) {
      throw new CfalignError("usage", `"${run.path}" is not finished: run its align command again, then merge`, {
        where: run.path,
      });
    }
    const { index } = run.file.shard;
    const twice = seen.get(index);
    if (twice !== undefined) {
      throw new CfalignError("usage", `shard ${index}/${count} is given twice: "${twice}" and "${run.path}"`, {
        where: run.path,
      });
    }
    seen.set(index, run.path);
  }
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !seen.has(index));
  if (missing.length > 0) {
    const shards = missing.map((index) => `${index}/${count}`).join(", ");
    throw new CfalignError("usage", `expected all ${count} shards, got ${seen.size}: shard ${shards} is missing`);
  }
}

/** The target is new, or a merge of the same shards that was interrupted. */
async function assertNoOtherRun(out: string, merged: RunFile): Promise<void> {
  if (!(await isRun(out))) return assertFree(out);
  const there = await readRunFile(out);
  assertSameRun(out, { there, now: merged });
  if (there.finishedAt === null && there.startedAt === merged.startedAt) return;
  throw new CfalignError("usage", (named) => `"${out}" holds a run already: choose another folder (${named("out")})`, {
    where: out,
  });
}

/** Where merged chunks go. */
interface Target {
  /** Folder of the merged run, for its pictures. */
  readonly out: string;
  write(rows: ChunkRows, about: AboutChunk): Promise<Commit>;
}

/** Returns how many chunks there are. */
async function writeChunks(runs: readonly OpenRun[], merged: RunFile, { out, write }: Target): Promise<number> {
  const { bases } = merged;
  const { limit, keepImages } = merged.options;
  const listing = (runs[0] as OpenRun).images;
  const positions = new Map(listing.map((row) => [row.image, row.position]));
  const positionOf = (row: { readonly image: string }): number => positions.get(row.image) as number;
  const inOrder = <R extends { readonly image: string }>(rows: R[]): R[] =>
    rows.sort((a, b) => positionOf(a) - positionOf(b));

  const selected = new Map(bases.map((base) => [base, new Set<string>()]));
  for (const row of inOrder(runs.flatMap((run) => run.counterfactuals))) {
    const images = selected.get(row.base);
    if (images !== undefined && images.size < (limit ?? Infinity)) images.add(row.image);
  }
  const isSelected = (row: { readonly base: string; readonly image: string }): boolean =>
    selected.get(row.base)?.has(row.image) ?? false;

  const all = {
    // A shard knows width, height and drop reason only of its own images.
    images: inOrder(runs.flatMap((run) => run.images.filter((row) => belongsTo(row.position, run.file)))),
    counterfactuals: inOrder(runs.flatMap((run) => run.counterfactuals.filter(isSelected))),
    products: inOrder(mergedProducts(runs, merged, selected)),
    saliency: inOrder(runs.flatMap((run) => run.saliency ?? [])),
  };
  const pictures = runs
    .flatMap((run) => run.pictures.filter(isSelected).map((picture) => ({ run: run.path, picture })))
    .sort((a, b) => positionOf(a.picture) - positionOf(b.picture));
  const kept = firstOfBases(pictures, keepImages);

  const needed = chunksNeeded(
    listing.length,
    limit,
    [...selected.values()].map((images) => [...images].map((image) => positions.get(image) as number)),
  );
  const before = new Map(bases.map((base) => [base, 0]));
  const chunkOf = (row: { readonly image: string }): number => Math.floor(positionOf(row) / chunkSize);
  const [images, counterfactuals, products, saliency] = [
    grouped(all.images, chunkOf),
    grouped(all.counterfactuals, chunkOf),
    grouped(all.products, chunkOf),
    grouped(all.saliency, chunkOf),
  ];
  const predictions = runs.map((run) => inChunks(run.predictions, chunkOf));
  const changes = runs.map((run) => inChunks(run.changes, chunkOf));
  const thumbnails = await thumbnailStore(runs);
  const notFinite = grouped(
    runs.flatMap((run) => run.notFinite),
    chunkOf,
  );
  const own = grouped(kept, ({ picture }) => chunkOf(picture));
  for (let chunk = 0; chunk < needed; chunk++) {
    const rows = {
      images: images.get(chunk) ?? [],
      predictions: inOrder(predictions.flatMap((rowsOf) => rowsOf(chunk))),
      counterfactuals: counterfactuals.get(chunk) ?? [],
      changes: inOrder(changes.flatMap((rowsOf) => rowsOf(chunk)).filter(isSelected)),
      products: products.get(chunk) ?? [],
      saliency: saliency.get(chunk) ?? [],
    };
    const copied = own.get(chunk) ?? [];
    for (const { run, picture } of copied) await copyKept(run, out, picture);
    const small = await thumbnails.take(rows.counterfactuals);
    const sheet = await writeThumbnails(out, sheetName(wholeRun, chunk, 1), small);
    const states: Commit["bases"] = {};
    for (const base of bases) {
      const counterfactuals = rows.counterfactuals.filter((row) => row.base === base).length;
      const allowed = (limit ?? Infinity) - (before.get(base) as number);
      states[base] = { counterfactuals, complete: counterfactuals < allowed };
      before.set(base, (before.get(base) as number) + counterfactuals);
    }
    await write(rows, {
      chunk,
      bases: states,
      pictures: copied.map(({ picture }) => picture),
      thumbnails: sheet === undefined ? [] : [sheet],
      ...(notFinite.has(chunk) ? { notFinite: notFinite.get(chunk) } : {}),
    });
  }
  return needed;
}

/** So many pictures of each base, in their order. */
function firstOfBases<P extends { readonly picture: { readonly base: string } }>(
  pictures: readonly P[],
  most: number,
): readonly P[] {
  const taken = new Map<string, number>();
  return pictures.filter(({ picture: { base } }) => {
    const count = taken.get(base) ?? 0;
    taken.set(base, count + 1);
    return count < most;
  });
}

/** Products of the images that are among the first of a base in the union, and only what these bases need: a shard has more first images. */
function mergedProducts(
  runs: readonly OpenRun[],
  { bases, conceptSets = {}, options: { decompose } }: RunFile,
  selected: ReadonlyMap<string, ReadonlySet<string>>,
): ProductRow[] {
  if (decompose === undefined) return [];
  const first = new Map([...selected].map(([base, images]) => [base, new Set([...images].slice(0, decompose.images))]));
  const byImage = new Map<string, ProductRow[]>();
  for (const row of runs.flatMap((run) => run.products ?? [])) {
    const rows = byImage.get(row.image);
    if (rows === undefined) byImage.set(row.image, [row]);
    else rows.push(row);
  }
  return [...byImage].flatMap(([image, rows]) => {
    const wanting = bases.filter((base) => first.get(base)?.has(image));
    const names = productClassifiers(wanting, conceptSets);
    const gram = gramOf(rows, names);
    return gram === undefined ? [] : productRows(image, names, gram);
  });
}

function belongsTo(position: number, file: RunFile): boolean {
  return position % file.shard.count === file.shard.index - 1;
}

/** The rows of a chunk in their order; where they are is looked up once, and they are asked for when their chunk is written. */
function inChunks<R>(rows: RowList<R>, chunkOf: (row: R) => number): (chunk: number) => readonly R[] {
  const places = grouped(
    Array.from({ length: rows.length }, (_, place) => place),
    (place) => chunkOf(rows.at(place) as R),
  );
  return (chunk) => (places.get(chunk) ?? []).map((place) => rows.at(place) as R);
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
