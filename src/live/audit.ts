import { platform } from "#platform";
import { resolutions } from "../audit/findings/resolution.ts";
import { alignmentMatrix } from "../audit/matrix.ts";
import { readMatrix } from "../audit/reading.ts";
import { thresholdsOf } from "../audit/thresholds.ts";
import { CfalignError } from "../base/errors.ts";
import { firstImages, listImages } from "../images/list-images.ts";
import { width } from "../models/whole-calls.ts";
import type { Workspace } from "../models/workspace.ts";
import type { ReportModel } from "../report/data.ts";
import { reportModels } from "../report/models.ts";
import { chunksOf, wholeRun } from "../results/chunks.ts";
import { type OpenRun, openRun } from "../results/open-run.ts";
import { zipRun } from "../results/zipped-run.ts";
import { alignChunks, type ShardContext } from "../run/align-chunks.ts";
import { beginRun, withListing } from "../run/begin-run.ts";
import { localExecutor } from "../run/chunk-executor.ts";
import { describeRun } from "../run/describe-run.ts";
import { withDevices } from "../run/device-use.ts";
import { rolesOf } from "../run/roles.ts";
import { runImages } from "../run/run-images.ts";
import { runOptions } from "../run/run-options.ts";
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
  /** What was looked at as a finished run: its folder in one ZIP file. Errors: CfalignError("usage") before the first look. */
  save(): Promise<Uint8Array>;
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
 * Begins an audit of pictures: a run whose folder, in a page one in memory, holds what was looked at so far. It is looked at several times, so that its
 * intervals and states are those of a run that stops when it is resolved. Errors: CfalignError("usage") for too few or too many pictures, or for bases, ("interrupted") when the signal fires.
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
    return { ...(await opened(folder.path, out.path, { ...options, now, signal })), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** folder: of the pictures; out: of the run. */
async function opened(
  folder: string,
  out: string,
  { workspace, bases, title, version, now, signal: beginning }: Required<LiveAuditOptions>,
): Promise<Omit<LiveAudit, "dispose">> {
  const { autoencoder, placements } = workspace;
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
  const makings = { workspace, roles, options: resolved, shard: wholeRun, listing, versions, startedAt: now() };
  const wanted = describeRun(makings);
  const file = await beginRun(out, { ...wanted, images: { ...wanted.images, folder: title } }, { listing, images });
  const all = listing.rows.length;
  const step = width * Math.ceil(all / mostLooks / width);
  const limits = new Map(file.bases.map((base) => [base, Infinity]));

  let looked = 0;
  // A look is written, and saved, as a whole.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(action: () => Promise<T>): Promise<T> => {
    const own = last.then(action);
    last = own.catch(() => undefined);
    return own;
  };
  return {
    bases: file.bases,
    models: reportModels(file),
    async next(onProgress, signal) {
      if (looked === all) return undefined;
      reading = signal;
      const own = await firstImages(listing, Math.min(all, looked + step));
      // A chunk a look: where it is stopped nothing of it is committed.
      const chunks = chunksOf(own.rows, step);
      const executor = localExecutor({ out, autoencoder, roles, file, signal });
      const context: ShardContext = {
        ...{ out, roles, file, images, chunks, signal },
        executor: async () => ({ executor, workers: undefined, end() {} }),
        commit: (write) =>
          inTurn(async () => {
            const commit = await write();
            const images = { ...file.images, count: own.rows.length, hash: own.hash };
            const seen = {
              ...withDevices(file, placements.use),
              finishedAt: now().toISOString(),
              chunks: chunks.length,
            };
            await withListing(out, { ...seen, images }, own);
            looked = own.rows.length;
            return commit;
          }),
        // With every look.
        async noteDevices() {},
        emit: ({ done }) => onProgress(done / all),
      };
      await alignChunks({ limits }, context);
      return lookAt(await openRun(out), all);
    },
    async save() {
      if (looked === 0) throw new CfalignError("usage", "nothing was looked at yet: wait for the first look");
      return inTurn(() => zipRun(out));
    },
  };
}

/** all: pictures that there are to look at. */
function lookAt(run: OpenRun, all: number): AuditLook {
  const matrix = alignmentMatrix(run);
  const thresholds = thresholdsOf(run);
  return {
    looked: run.images.length,
    all,
    counterfactuals: run.counterfactuals.length,
    dropped: run.images.filter(({ dropReason }) => dropReason !== null).length,
    matrix,
    reading: readMatrix(matrix, thresholds),
    thresholds,
    rows: resolutions(matrix),
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
