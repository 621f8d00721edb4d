import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { frameOf } from "../models/autoencoder.ts";
import { autoencoderOf, classifierManifests, enterManifest } from "../models/edit-workspace.ts";
import type { ImageFrame } from "../models/types.ts";
import type { LabelReading } from "../statistics/label-reading.ts";
import { nobodyJudged } from "../words/choices.ts";
import type { AskedLabels } from "./asked-labels.ts";
import type { Made, Running } from "./basis.ts";
import { readingSchema } from "./probes.ts";
import type { Records } from "./records.ts";

/** What is told while a witness is trained. */
export interface TrainingNews {
  readonly stage: "reading" | "training";
  readonly done: number;
  readonly total: number;
}

/** Trains a classifier of all columns of a table that shares nothing with what edits pictures. */
export type WitnessTrainer = (
  table: string,
  options: {
    /** What classifiers are shown. */
    readonly frame: ImageFrame;
    readonly name: string;
    readonly out: string;
    readonly signal: AbortSignal;
    progress(news: TrainingNews): void;
  },
) => Promise<{
  /** Of the classifier; null where no column can be read. */
  readonly manifest: string | null;
  readonly readings: readonly LabelReading[];
  /** Ended early, with the best so far. */
  readonly interrupted: boolean;
}>;

const witnessesSchema = z.object({
  manifest: z.string().nullable(),
  files: z.array(z.string()),
  readings: z.array(readingSchema),
  /** Why nothing could be trained. */
  refused: z.string().nullable(),
});
export type Witnesses = z.infer<typeof witnessesSchema>;

/** What was trained, or why nothing can be: an audit goes on without. */
async function orRefused(
  train: () => ReturnType<WitnessTrainer>,
): Promise<Awaited<ReturnType<WitnessTrainer>> & Pick<Witnesses, "refused">> {
  try {
    return { ...(await train()), refused: null };
  } catch (error) {
    if (!(error instanceof CfalignError) || error.code !== "input") throw error;
    return { manifest: null, readings: [], interrupted: false, refused: error.message };
  }
}

/** Of a witness, where no audited model has that name. */
const usualName = "witness";
/** Steps are by far the longest part of a training. */
const readingShare = 0.1;

/** A training that goes on beside other stages; it ends at once where they fail. */
export interface WitnessTraining extends AsyncDisposable {
  /** Comes to its end: the witness is then under the judges of the workspace file. Errors: as `beginWitness`. */
  entered(): Promise<Made<Witnesses>>;
}

/**
 * Begins to train a witness of all columns that can be read: it tells whether a feature went, and shares nothing with what took it away. workspace: the file as
 * `init` wrote it. Errors, told by `entered`: CfalignError("interrupted"), also where the trainer keeps what it has so far.
 */
export function beginWitness(
  train: WitnessTrainer,
  makings: { readonly workspace: string; readonly labels: AskedLabels; readonly records: Records },
  { signal, progress }: Running,
): WitnessTraining {
  const left = new AbortController();
  const made = witnessOf(train, makings, { signal: AbortSignal.any([signal, left.signal]), progress });
  // Where another stage fails nobody asks.
  made.catch(() => {});
  return {
    async entered() {
      const witness = await made;
      const { manifest } = witness.made;
      if (manifest !== null) await enterManifest(makings.workspace, manifest, "judges");
      return witness;
    },
    async [Symbol.asyncDispose]() {
      left.abort();
      await made.catch(() => {});
    },
  };
}

async function witnessOf(
  train: WitnessTrainer,
  { workspace, labels, records }: Parameters<typeof beginWitness>[1],
  { signal, progress }: Running,
): Promise<Made<Witnesses>> {
  const { files } = platform;
  const { table, listing } = labels;
  if (table === null) {
    return { made: { manifest: null, files: [], readings: [], refused: nobodyJudged }, reused: true };
  }
  const frame = frameOf((await autoencoderOf(workspace)).manifest);
  const { width, height } = frame;
  // An audited model of the same name makes the witness take another one.
  const like = [...(await classifierManifests(workspace)).keys()].filter((name) => name.startsWith(usualName));
  const from = { labels: listing.hash, frame: [width, height], ...(like.length === 0 ? {} : { like }) };
  const before = await records.find("witnesses", from, witnessesSchema);
  if (before !== undefined) return { made: before, reused: true };
  let name = usualName;
  for (let number = 2; like.includes(name); number++) name = `${usualName}-${number}`;
  const out = files.join(files.dirname(workspace), "models", `${name}-${listing.hash.slice(0, 8)}-${width}`);
  const { manifest, readings, interrupted, refused } = await orRefused(() =>
    train(table, {
      ...{ frame, name, out, signal },
      progress: ({ stage, done, total }) => {
        const part = total === 0 ? 1 : done / total;
        progress(stage === "reading" ? readingShare * part : readingShare + (1 - readingShare) * part, 1);
      },
    }),
  );
  if (interrupted || signal.aborted) throw new CfalignError("interrupted", "interrupted while a witness was trained");
  const made: Witnesses = {
    ...{ manifest, refused },
    files: manifest === null ? [] : [manifest],
    readings: readings.map((reading) => ({
      ...reading,
      auroc: reading.auroc === null ? null : { value: reading.auroc.value, ci: [...reading.auroc.ci] },
    })),
  };
  await records.keep("witnesses", from, made);
  return { made, reused: false };
}
