import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { listLabelled, requireTable } from "../images/label-table.ts";
import { frameOf } from "../models/autoencoder.ts";
import { autoencoderOf, enterManifest, requireFreeName } from "../models/edit-workspace.ts";
import type { ImageFrame } from "../models/types.ts";
import { locateWorkspace } from "../models/workspace.ts";
import {
  type LabelReading,
  leastToFit,
  leastToJudge,
  readingAfter,
  readingBefore,
} from "../statistics/label-reading.ts";
import { descentMemory } from "./descent-memory.ts";
import { readPictures } from "./labelled-pictures.ts";
import { recipe } from "./recipe.ts";
import { trainNetwork } from "./train-network.ts";
import { writeWitness } from "./witness-model.ts";

/** What a training tells while it goes on. */
export interface TrainingProgress {
  /** Pictures are read, then steps are made. */
  readonly stage: "reading" | "training";
  readonly done: number;
  readonly total: number;
  /** Mean of the last steps, on what is learned from; while training. */
  readonly loss?: number;
}

/** How a witness is trained. */
export interface TrainWitnessOptions {
  /** Workspace file that it is entered into, as a judge. Pictures are brought to the frame of its autoencoder first. */
  readonly workspace?: string;
  /** What classifiers are shown, in the place of the workspace's; the middle square of a picture when there is neither. */
  readonly frame?: ImageFrame;
  /** Label columns; all by default. */
  readonly columns?: readonly string[];
  /** Side of what the network sees in pixels, 64. */
  readonly size?: number;
  /** How often it learns from every picture: 80 times, and 800 steps at least. */
  readonly epochs?: number;
  /** Pictures that are used at most, 3000. */
  readonly images?: number;
  /** Seed of the order of the pictures and of all that is drawn, 1. */
  readonly seed?: number;
  /** Mirror half of the pictures, false: what is written, or on one side only, is another thing in a mirror. */
  readonly flips?: boolean;
  /** AUROC on held-out pictures that the interval has to lie above, 0.75. */
  readonly minAuroc?: number;
  /** Name of the new model, "witness". */
  readonly name?: string;
  /** Folder for it; `models/<name>` beside the workspace file by default. */
  readonly out?: string;
  /** Enter it into the workspace file, true. */
  readonly enter?: boolean;
  /** Threads inside an operator: as many as there are cores, four at most. */
  readonly threads?: number;
  /** Ends the training with the best so far. */
  readonly signal?: AbortSignal;
  /** Told of pictures read, then of steps. */
  progress?(told: TrainingProgress): void;
}

/** A witness that was trained. */
export interface Witness {
  /** Manifest of the classifier; null where no column can be read. */
  readonly manifest: string | null;
  /** Workspace file that now names it; null where it was not entered. */
  readonly workspace: string | null;
  readonly images: number;
  readonly heldOut: number;
  readonly minAuroc: number;
  readonly readings: readonly LabelReading[];
  /** Steps that were made, and after which of them the network was best. */
  readonly steps: number;
  readonly best: number;
  readonly interrupted: boolean;
  readonly notes: readonly string[];
}

const heldOutShare = 1 / 3;
const sizes = { least: 16, most: 256 };
/** More have nothing to do in a network of this size. */
const mostThreads = 4;

/**
 * A witness from a table of labels: one small convolutional network for all columns of 0 and 1, trained on the pictures themselves, so that it shares
 * nothing with what edits them. Two thirds are learned from; the others say when it was best, calibrate it, and judge it. One that was interrupted, or killed,
 * goes on where it stood.
 * table: a metadata.csv or .jsonl in the folder of its pictures. Errors: CfalignError("input") for a table of another kind or
 * without labels that can be learned from, ("usage") for an unknown column or a size beyond its bounds, ("interrupted") where nothing was learned yet.
 */
export async function trainWitness(table: string, options: TrainWitnessOptions = {}): Promise<Witness> {
  const { size = 64, seed = 1, minAuroc = 0.75, name = "witness", images: most = 3000, flips = false } = options;
  const { progress, columns, enter = true, threads = Math.min(mostThreads, platform.machine().cores) } = options;
  requireSize(size);
  await requireTable(table);
  const workspace = options.workspace === undefined ? undefined : await locateWorkspace(options.workspace);
  const out = await placeOf(name, { out: options.out, workspace });
  const signal = options.signal ?? new AbortController().signal;
  const { listing, labels } = await listLabelled(table, { seed, columns, signal });
  const pictures = await readPictures(listing, {
    side: size,
    frame: options.frame ?? (workspace === undefined ? undefined : await frameIn(workspace)),
    most,
    signal,
    progress: (done, total) => progress?.({ stage: "reading", done, total }),
  });
  const heldOut = Math.floor(heldOutShare * pictures.count);
  const before = labels.map((label) =>
    readingBefore(
      label,
      pictures.labels.map((own) => own[label]),
      heldOut,
    ),
  );
  const targets = before.filter(({ refused }) => refused === null).map(({ label }) => label);
  if (targets.length === 0) throw nothingToLearn(table, before);
  const places = Array.from({ length: pictures.count }, (_, i) => i);
  const task = { pictures, targets, learned: places.slice(heldOut), heldOut: places.slice(0, heldOut) };
  const own = { epochs: options.epochs, seed, augmentation: { ...recipe.augmentation, flips } };
  const memory = await descentMemory(platform.files.join(out, "training"), task, own);
  const trained = await trainNetwork(task, {
    ...{ ...own, threads, signal, memory },
    progress: (told) => progress?.({ stage: "training", ...told }),
  });
  const readings = before.map((reading) => {
    const auroc = trained.aurocs[targets.indexOf(reading.label)];
    return auroc === undefined ? reading : readingAfter(reading, auroc, minAuroc);
  });
  const read = readings.filter(({ refused }) => refused === null).map(({ label }) => label);
  const chosen = read.map((label) => ({ name: label, index: targets.indexOf(label) }));
  const manifest = chosen.length === 0 ? null : await writeWitness({ out, name, targets: chosen, trained });
  if (!trained.interrupted) await memory.drop();
  const entered = manifest !== null && enter && workspace !== undefined;
  if (entered) await enterManifest(workspace, manifest, "judges");
  return {
    manifest,
    workspace: entered ? workspace : null,
    images: pictures.count - heldOut,
    heldOut,
    minAuroc,
    readings,
    steps: trained.steps,
    best: trained.best,
    interrupted: trained.interrupted,
    notes: listing.notes,
  };
}

function requireSize(size: number): void {
  if (Number.isInteger(size) && size >= sizes.least && size <= sizes.most) return;
  throw new CfalignError(
    "usage",
    (option) =>
      `${option("size")}: expected a whole number of pixels from ${sizes.least} to ${sizes.most}, got ${size}`,
    { option: "size" },
  );
}

/** Where the model goes. Errors: CfalignError("usage") where nothing says so, and for a name that another model of the workspace has. */
async function placeOf(
  name: string,
  { out, workspace }: { readonly out: string | undefined; readonly workspace: string | undefined },
): Promise<string> {
  const { files } = platform;
  const place = out ?? (workspace === undefined ? undefined : files.join(files.dirname(workspace), "models", name));
  if (place === undefined) {
    throw new CfalignError("usage", (option) => `${option("out")} is missing: expected a folder, or a workspace`, {
      option: "out",
    });
  }
  if (workspace !== undefined) await requireFreeName(workspace, name, files.join(place, "model.json"));
  return place;
}

async function frameIn(workspace: string): Promise<ImageFrame> {
  return frameOf((await autoencoderOf(workspace)).manifest);
}

function nothingToLearn(table: string, readings: readonly LabelReading[]): CfalignError {
  const got = readings.map(({ label, ones, zeros, refused }) => {
    return refused === "not-0-or-1"
      ? `${label} (other numbers than 0 and 1)`
      : `${label} (${ones} of 1, ${zeros} of 0)`;
  });
  const shown = got.length > 3 ? `${got.slice(0, 3).join(", ")} and ${got.length - 3} more` : got.join(", ");
  return new CfalignError(
    "input",
    `${table}: expected a column with ${leastToFit + leastToJudge} pictures of 1 and of 0 at least, of which a third is held out, got ${shown}: label more pictures`,
    { where: table },
  );
}
