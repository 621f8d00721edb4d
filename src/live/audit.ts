import { platform } from "#platform";
import { resolutions } from "../audit/findings/resolution.ts";
import { alignmentMatrix } from "../audit/matrix.ts";
import { readMatrix } from "../audit/reading.ts";
import { thresholdsOf } from "../audit/thresholds.ts";
import { latentSample, latentScaleOf } from "../counterfactual/latent-scale.ts";
import { CfalignError } from "../errors.ts";
import { firstImages, listImages } from "../images/list-images.ts";
import { width } from "../models/whole-calls.ts";
import type { Workspace } from "../models/workspace.ts";
import { nullPanelSize } from "../options/run.ts";
import type { ReportModel } from "../report/data.ts";
import { reportModels } from "../report/models.ts";
import { wholeRun } from "../results/chunks.ts";
import { commitChunk } from "../results/commit-chunk.ts";
import { describedBy, listingFile } from "../results/open-run.ts";
import { writePart } from "../results/parts.ts";
import { writeRunFile } from "../results/run-file.ts";
import { prepareFolders } from "../results/run-folder.ts";
import { sheetName, writeThumbnails } from "../results/thumbnail-sheets.ts";
import { localExecutor } from "../run/chunk-executor.ts";
import { computeChunk } from "../run/chunk-work.ts";
import { describeRun } from "../run/describe-run.ts";
import { rolesOf } from "../run/roles.ts";
import { runImages } from "../run/run-images.ts";
import { runOptions } from "../run/run-options.ts";
import { chunkAt, joined, type SeenChunk, withPart } from "./audit-chunks.ts";
import { type AuditLook, auditSize, type OnProgress } from "./questions.ts";

/** Counterfactuals that are kept as pictures, per base. */
const keptPictures = 4;

/** Looks at most: ten at 0.01 each err no more often together than 5 times in 100 (Pocock 1977, table 1: 0.0106). */
const mostLooks = 10;

/** An audit of some pictures that one watches, look by look. */
export interface LiveAudit {
  readonly bases: readonly string[];
  /** Files behind it, the autoencoder's first. */
  readonly models: readonly ReportModel[];
  /** Goes on to the next look, and tells which share of all pictures is done; undefined where all pictures were looked at. Errors: CfalignError("interrupted") when the signal fires: what is known stays as it was. */
  next(onProgress: OnProgress, signal: AbortSignal): Promise<AuditLook | undefined>;
  /** Writes what was looked at as a finished run; returns its folder, which is there until the audit is disposed. Errors: CfalignError("usage") before the first look. */
  save(): Promise<string>;
  dispose(): Promise<void>;
}

export interface LiveAuditOptions {
  readonly workspace: Workspace;
  /** Classifiers or expressions. */
  readonly bases: readonly string[];
  /** What the pictures are called. */
  readonly title: string;
  /** Of cfalign. */
  readonly version: string;
  readonly now?: () => Date;
  /** Ends the beginning, for which pictures are read and encoded. */
  readonly signal?: AbortSignal;
}

/**
 * Begins an audit of pictures: a run whose rows stay in memory. It is looked at several times, so that its intervals and states are those of a
 * run that stops when it is resolved. Errors: CfalignError("usage") for too few or too many pictures, or for bases, ("interrupted") when the signal fires.
 */
export async function beginAudit(
  pictures: ReadonlyMap<string, Blob>,
  { now = () => new Date(), signal = new AbortController().signal, ...options }: LiveAuditOptions,
): Promise<LiveAudit> {
  const { least, most } = auditSize;
  if (pictures.size < least || pictures.size > most) {
    throw new CfalignError("usage", `pictures: expected ${least} to ${most}, got ${pictures.size}`);
  }
  const folder = await platform.files.temporaryFolder(pictures);
  const out = await platform.files.temporaryFolder(new Map());
  const dispose = async (): Promise<void> => {
    await folder.release();
    await out.release();
  };
  try {
    await prepareFolders(out.path);
    return { ...(await opened(folder.path, out.path, { ...options, now, signal })), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** folder: of the pictures; out: for the pictures that are made. */
async function opened(
  folder: string,
  out: string,
  { workspace, bases, title, version, now, signal: beginning }: Required<LiveAuditOptions>,
): Promise<Omit<LiveAudit, "dispose">> {
  const { autoencoder } = workspace;
  const keepImages = (await encodesWebP()) ? keptPictures : 0;
  const options = { workspace, bases, out, limit: auditSize.most, untilResolved: true, keepImages, interventions: 0 };
  const roles = rolesOf(options);
  const resolved = runOptions(options);
  const listing = await listImages(folder, resolved.seed, undefined, beginning);
  // Of what reads them: the beginning, then every look.
  let reading = beginning;
  const images = runImages(listing, wholeRun, {
    autoencoder,
    get signal() {
      return reading;
    },
  });
  const versions = { cfalign: version, ...(await platform.versions()) };
  const wanted = describeRun({
    workspace,
    roles,
    options: resolved,
    shard: wholeRun,
    listing,
    versions,
    startedAt: now(),
  });
  const step = width * Math.ceil(listing.rows.length / mostLooks / width);
  const latentScale = latentScaleOf((await images.first(latentSample)).map(({ latent }) => latent)) ?? null;
  const nullPanel = await images.first(nullPanelSize);
  const file = { ...wanted, latentScale };

  const seen: SeenChunk[] = [];
  let [looked, looks] = [0, 0];
  const look = (): AuditLook => {
    const run = { ...describedBy(file), ...joined(seen.map(({ rows }) => rows)) };
    const matrix = alignmentMatrix(run);
    const thresholds = thresholdsOf(run);
    return {
      looked,
      all: listing.rows.length,
      counterfactuals: run.counterfactuals.length,
      dropped: run.images.filter(({ dropReason }) => dropReason !== null).length,
      matrix,
      reading: readMatrix(matrix, thresholds),
      thresholds,
      rows: resolutions(matrix),
    };
  };
  return {
    bases: file.bases,
    models: reportModels(file),
    async next(onProgress, signal) {
      const rows = listing.rows.slice(looked, looked + step);
      if (rows.length === 0) return undefined;
      reading = signal;
      const loaded = await images.take(rows);
      const kept = seen.flatMap(({ about }) => about.pictures);
      const remaining = new Map(
        file.bases.map((base) => {
          const had = kept.filter((picture) => picture.base === base).length;
          return [base, { counterfactuals: rows.length, pictures: Math.max(0, keepImages - had), products: 0 }];
        }),
      );
      const executor = localExecutor({ out, autoencoder, roles, file, signal });
      const progress = ({ share }: { readonly share: number }): void =>
        onProgress((looked + share * rows.length) / listing.rows.length);
      const context = { executor, roles, file, nullPanel, thumbnails: new Set(file.bases), progress };
      const { thumbnails, ...made } = await computeChunk(loaded, { remaining, old: undefined }, context);
      const chunk = chunkAt(looked);
      // A look is less than a chunk: its number serves as a generation.
      looks += 1;
      const sheet = await writeThumbnails(out, sheetName(wholeRun, chunk, looks), thumbnails);
      seen[chunk] = withPart(chunk, seen[chunk], { ...made, sheet });
      looked += rows.length;
      return look();
    },
    async save() {
      if (looked === 0) throw new CfalignError("usage", "nothing was looked at yet: wait for the first look");
      const own = await firstImages(listing, looked);
      const { sha256 } = await writePart(platform.files.join(out, listingFile), "listing", own.rows);
      for (const { about, rows } of seen) await commitChunk({ out, shard: wholeRun }, rows, about);
      await writeRunFile(out, {
        ...file,
        finishedAt: now().toISOString(),
        chunks: seen.length,
        listingFile: { sha256 },
        images: { ...file.images, folder: title, count: own.rows.length, hash: own.hash },
      });
      return out;
    },
  };
}

/** Not every browser does. */
async function encodesWebP(): Promise<boolean> {
  const pixel = { data: new Uint8Array(3), width: 1, height: 1, channels: 3 } as const;
  return platform.encodeImage(pixel, "webp").then(
    () => true,
    () => false,
  );
}
