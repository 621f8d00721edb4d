import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { enterManifest } from "../models/edit-workspace.ts";
import type { Workspace } from "../models/workspace.ts";
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
    readonly workspace: string;
    readonly name: string;
    readonly out: string;
    readonly enter: false;
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

/**
 * A witness of all columns that can be read, under the judges of the workspace file: it tells whether a feature went, and shares nothing with
 * what took it away. Errors: CfalignError("interrupted"), also where the trainer keeps what it has so far.
 */
export async function witnessStage(
  train: WitnessTrainer,
  {
    workspace,
    labels,
    records,
  }: { readonly workspace: Workspace; readonly labels: AskedLabels; readonly records: Records },
  { signal, progress }: Running,
): Promise<Made<Witnesses>> {
  const { files } = platform;
  const { width, height } = workspace.autoencoder.image;
  // An audited model of the same name makes the witness take another one.
  const like = workspace.models.flatMap(({ name }) => (name.startsWith(usualName) ? [name] : []));
  const from = { labels: labels.listing.hash, frame: [width, height], ...(like.length === 0 ? {} : { like }) };
  const { table } = labels;
  if (table === null) {
    return { made: { manifest: null, files: [], readings: [], refused: nobodyJudged }, reused: true };
  }
  const before = await records.find("witnesses", from, witnessesSchema);
  const made = before ?? (await trained(table));
  if (made.manifest !== null) await enterManifest(workspace.path, made.manifest, "judges");
  return { made, reused: before !== undefined };

  async function trained(table: string): Promise<Witnesses> {
    let name = usualName;
    for (let number = 2; like.includes(name); number++) name = `${usualName}-${number}`;
    const folder = `${name}-${labels.listing.hash.slice(0, 8)}-${width}`;
    const out = files.join(files.dirname(workspace.path), "models", folder);
    const { manifest, readings, interrupted, refused } = await orRefused(() =>
      train(table, {
        ...{ workspace: workspace.path, name, out, enter: false, signal },
        progress: ({ stage, done, total }) => {
          const part = total === 0 ? 1 : done / total;
          progress(stage === "reading" ? readingShare * part : readingShare + (1 - readingShare) * part, 1);
        },
      }),
    );
    if (interrupted || signal.aborted) throw new CfalignError("interrupted", "interrupted while a witness was trained");
    const found: Witnesses = {
      ...{ manifest, refused },
      files: manifest === null ? [] : [manifest],
      readings: readings.map((reading) => ({
        ...reading,
        auroc: reading.auroc === null ? null : { value: reading.auroc.value, ci: [...reading.auroc.ci] },
      })),
    };
    await records.keep("witnesses", from, found);
    return found;
  }
}
