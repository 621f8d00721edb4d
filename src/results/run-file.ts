import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { runOptionTable } from "../options/run.ts";
import { optionsSchema } from "./options-schema.ts";
import { parseJson } from "./parse-json.ts";
import { openSealed, sealed } from "./sealed-json.ts";
import { shareSchema } from "./share.ts";

/** Grows when files or values change in a way that older runs cannot be read or continued. */
export const runFormat = 2;

const model = z.object({ name: z.string(), hash: z.string() });

/** `judge`: whether judges come from it; runs from before it was written down lack it. */
const classifierModel = model.extend({ judge: z.boolean().optional() });

/** `run.json`: everything that a run depends on, and what it was called with. */
export const runFileSchema = z.object({
  format: z.literal("cfalign-run"),
  formatVersion: z.literal(runFormat),
  /** Versions of what started the run: cfalign, onnxruntime, node. */
  versions: z.record(z.string(), z.string()),
  startedAt: z.string(),
  /** null until every chunk is committed. */
  finishedAt: z.string().nullable(),
  /** How many chunks it had when it was finished; runs from before it was written down lack it. */
  chunks: z.number().int().nonnegative().optional(),
  shard: z.object({ index: z.number().int().positive(), count: z.number().int().positive() }),
  /** What the bytes of the list of images hash to; runs from before it was written down lack it. */
  listingFile: z.object({ sha256: z.string().optional() }).optional(),
  /** The file of interventions once it is made: its rows, and what its bytes hash to; and the same of what describes their pictures, which runs from before these were kept lack. */
  interventionsFile: z
    .object({
      rows: z.number().int(),
      sha256: z.string().optional(),
      pictures: z.object({ sha256: z.string().optional() }).optional(),
      /** By feature whose pattern was not seen to move it: why there are no counterfactuals of it. */
      withoutEditor: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  /** What of the limit a shard takes. Absent where it takes all: in a whole run, without a limit, and in shards of older versions. */
  share: shareSchema.optional(),
  autoencoder: model,
  /** Classifier files behind bases, downstream classifiers and judges. */
  models: z.array(classifierModel),
  bases: z.array(z.string()),
  downstream: z.array(z.string()),
  judges: z.array(z.string()),
  /** What every classifier is about: the target of its first term. */
  concepts: z.record(z.string(), z.string()),
  /** Classifiers that read the autoencoder's latent, no independent witnesses; runs from before it was written down lack it. */
  probes: z.array(z.string()).optional(),
  /** Classifiers that a model of texts named, and nobody has checked; absent where there are none. */
  unchecked: z.array(z.string()).optional(),
  /** Model name of every classifier that is a class of a softmax. */
  softmaxGroups: z.record(z.string(), z.string()),
  /** Range of composed bases. */
  ranges: z.record(z.string(), z.tuple([z.number(), z.number()])),
  /** Classifier that selects a base's images, where it is not the base itself. */
  positives: z.record(z.string(), z.string()),
  /** By base the classifiers that its direction is decomposed into, one per concept. */
  conceptSets: z.record(z.string(), z.array(z.string())).optional(),
  options: optionsSchema(runOptionTable),
  /** Images per call of onnxruntime and its threads, null for its own default; and what the models ran on, the CPU where it is not named. */
  compute: z.object({
    batch: z.number().int().nullable(),
    threads: z.number().int().nullable(),
    device: z.string().optional(),
    /** By model all devices that gave results, where it was not the CPU alone. */
    devices: z.record(z.string(), z.array(z.string())).optional(),
  }),
  images: z.object({
    /** As it was given. */
    folder: z.string(),
    count: z.number().int(),
    /** SHA-256 over paths, file hashes and labels in the order of the run. */
    hash: z.string(),
    /** Label columns of the metadata. */
    labels: z.array(z.string()),
  }),
  /** Median ‖E(x_i) − E(x_j)‖ over a fixed first sample of the order: the unit of `maxShift`; null where there are no two different images. */
  latentScale: z.number().nullable(),
});
/** `run.json`: what a run was asked for, and of which files. */
export type RunFile = z.infer<typeof runFileSchema>;

/** What every version of the file has. */
const versioned = z.object({ format: z.literal("cfalign-run"), formatVersion: z.number().int() });

function pathIn(run: string): string {
  return platform.files.join(run, "run.json");
}

/** Whether a folder holds a run. */
export function isRun(run: string): Promise<boolean> {
  return platform.files.exists(pathIn(run));
}

/** Reads `run.json`. Errors: CfalignError("input") that says what is there instead. */
export async function readRunFile(run: string): Promise<RunFile> {
  if (!(await isRun(run))) {
    const found = (await platform.files.isDirectory(run))
      ? "a folder without run.json"
      : (await platform.files.exists(run))
        ? "a file"
        : "nothing there";
    throw new CfalignError("input", `"${run}": expected a run (a folder made by cfalign align), found ${found}`, {
      where: run,
    });
  }
  const bytes = await platform.files.read(pathIn(run));
  const remedy = "align again into another folder";
  const { formatVersion } = parseJson(versioned, bytes, pathIn(run), remedy);
  if (formatVersion !== runFormat) {
    throw new CfalignError(
      "input",
      (named) =>
        `"${run}": expected a run of format ${runFormat}, found format ${formatVersion}, made by another version of cfalign: align again into another folder (${named("out")}), or delete "${run}"`,
      { where: run },
    );
  }
  return openSealed(runFileSchema, bytes, { path: pathIn(run), remedy });
}

export async function writeRunFile(run: string, file: RunFile): Promise<void> {
  await platform.files.write(pathIn(run), `${await sealed(file, 2)}\n`);
}
