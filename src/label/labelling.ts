import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { heldOutShare, labelOrder } from "../images/label-table.ts";
import { type Listing, listImages } from "../images/list-images.ts";
import type { Autoencoder } from "../models/types.ts";
import { smallPixels } from "../platform/box-means.ts";
import type { Pixels } from "../platform/platform.ts";
import { drawnNote, keptColumnsNote } from "../words/labels.ts";
import { type Codes, readFeature, type Seen } from "./feature-reading.ts";
import { type FolderMarks, openMarks } from "./folder-marks.ts";
import { type Mark, tableOf } from "./label-table.ts";
import { nextPictures } from "./next-pictures.ts";
import { picturesAsCodes } from "./picture-codes.ts";
import { type Answers, type Question, questionSchema } from "./questions.ts";

/** How a folder is labelled. */
export interface LabellingOptions {
  /** Whose latent the probe reads; the pixels of the pictures without one. */
  readonly autoencoder?: Autoencoder | undefined;
  readonly signal: AbortSignal;
}

/** A folder that is being labelled. */
export interface Labelling {
  readonly folder: string;
  /** The table that is written. */
  readonly table: string;
  /** Names of the pictures, by place. */
  readonly pictures: readonly string[];
  /** Answers what the page asks. Errors: CfalignError("input") for what cannot be done. */
  answer(question: unknown): Promise<Answers[Question["ask"]]>;
  /** A picture in small, as WebP; grey where it cannot be decoded. */
  thumbnail(place: number): Promise<Uint8Array>;
  /** Settles when all pictures are read for the probe, or could not be. */
  readonly read: Promise<void>;
}

/** As in `concepts`: pictures at most, and the seed of their order. */
const most = 3000;
const seed = 1;
/** Fewer are not worth a probe. */
const leastPictures = 40;

/**
 * Opens a folder of pictures to be labelled, and begins to read them. Errors: CfalignError("input") for a folder with too few pictures, for a table
 * that does not hold or is of other files; ("runtime") where the folder cannot be written.
 */
export async function openLabelling(folder: string, { autoencoder, signal }: LabellingOptions): Promise<Labelling> {
  const listing = await listPictures(folder, signal);
  const pictures = listing.rows.map(({ image }) => image);
  const marks = await openMarks(folder, pictures);
  await requireWritable(folder);
  const codes = reading(listing, { autoencoder, signal });
  const about = { folder, table: tableOf(folder), pictures };
  const answers = answersOf({ ...about, marks, codes, notes: listing.notes });
  return {
    ...about,
    read: codes.read,
    async answer(asked) {
      const { success, data } = questionSchema.safeParse(asked);
      if (!success) throw new CfalignError("input", "expected a question of the Label page, got something else");
      const answer = answers[data.ask] as (question: Question) => Promise<Answers[Question["ask"]]>;
      return answer(data);
    },
    thumbnail: (place) => thumbnailOf(platform.files.join(folder, pictures[place] ?? "")),
  };
}

/** The pictures that are labelled: no table, no file twice. */
async function listPictures(folder: string, signal: AbortSignal): Promise<Listing> {
  const listing = await listImages(folder, labelOrder(seed), undefined, signal);
  const rows = listing.rows.filter(({ image }) => isPicture(image) && !listing.duplicates.has(image));
  if (rows.length >= leastPictures) {
    const notes = rows.length > most ? [drawnNote(rows.length, most)] : [];
    return { ...listing, rows: rows.slice(0, most), notes };
  }
  throw new CfalignError(
    "input",
    `"${folder}": expected at least ${leastPictures} different pictures, found ${rows.length}: bring some hundred`,
    { where: folder },
  );
}

const isPicture = (name: string): boolean => /\.(png|jpe?g|webp|gif|tiff?)$/i.test(name);

/** Tries to write, so that nobody labels in vain. */
async function requireWritable(folder: string): Promise<void> {
  const { files } = platform;
  if (await files.isReadOnly(tableOf(folder))) {
    const table = tableOf(folder);
    throw new CfalignError("input", `cannot write "${table}": it is read-only, make it writable first`, {
      where: table,
    });
  }
  // Beside the file that a link leads to, under a name that nobody has.
  const path = `${await files.realPath(tableOf(folder))}.${crypto.randomUUID()}.part`;
  await files.write(path, "");
  await files.remove(path);
}

/** Pictures that are being read. */
interface Reading {
  codes(): Codes | undefined;
  progress(): Answers["state"]["read"];
  readonly read: Promise<void>;
}

function reading(listing: Listing, options: LabellingOptions): Reading {
  const total = listing.rows.length;
  let codes: Codes | undefined;
  let progress: Answers["state"]["read"] = { done: 0, total, failure: null };
  const read = async (): Promise<void> => {
    try {
      codes = await picturesAsCodes(listing, {
        ...options,
        // The last step is their common basis.
        progress: (done) => {
          progress = { done: Math.min(done, total - 1), total, failure: null };
        },
      });
      progress = { done: total, total, failure: null };
    } catch (error) {
      progress = { ...progress, failure: error instanceof Error ? error.message : String(error) };
    }
  };
  return { codes: () => codes, progress: () => progress, read: read() };
}

type Answering = {
  readonly [Ask in Question["ask"]]: (question: Extract<Question, { ask: Ask }>) => Promise<Answers[Ask]>;
};

interface Answerer extends Pick<Labelling, "folder" | "table" | "pictures"> {
  readonly marks: FolderMarks;
  readonly codes: Reading;
  readonly notes: readonly string[];
}

function answersOf({ marks, codes, notes, ...about }: Answerer): Answering {
  const heldOut = Math.floor(heldOutShare * about.pictures.length);
  const readingOf = (own: readonly Mark[]) => readFeature(own, { codes: codes.codes(), heldOut });
  return {
    async state() {
      await marks.refresh();
      const features = marks.features().map((name) => ({ name, ...seenIn(marks.of(name)) }));
      const others = marks.others().filter((name) => name.trim() !== "");
      const kept = others.length === 0 ? [] : [keptColumnsNote(others)];
      return { ...about, features, read: codes.progress(), notes: [...notes, ...kept] };
    },
    async feature({ feature }) {
      const own = marks.of(feature);
      const { scores: _, ...reading } = readingOf(own);
      return { marks: own, reading };
    },
    async next({ feature, order, count }) {
      const own = marks.of(feature);
      const { scores, ...reading } = readingOf(own);
      const usable = (at: number): boolean => codes.codes()?.usable[at] ?? true;
      const pictures = nextPictures(own, { scores, heldOut, usable, order, count });
      return { pictures, order: scores === undefined ? "random" : order, reading };
    },
    async mark({ feature, marks: given }) {
      await marks.keep(feature, given);
      return { seen: seenIn(marks.of(feature)) };
    },
  };
}

function seenIn(marks: readonly Mark[]): Seen {
  const count = (wanted: Mark): number => marks.filter((mark) => mark === wanted).length;
  return { has: count(1), hasNot: count(0) };
}

/** Longest side of a picture on the page. */
const thumbnailSide = 256;

const grey: Pixels = { data: Uint8Array.of(128, 128, 128), width: 1, height: 1, channels: 3 };

async function thumbnailOf(path: string): Promise<Uint8Array> {
  const pixels = await platform.files
    .read(path)
    .then(platform.decodeImage)
    .catch((error: unknown) => {
      if (error instanceof CfalignError) return grey;
      throw error;
    });
  return platform.encodeImage(smallPixels(pixels, thumbnailSide), "webp");
}
