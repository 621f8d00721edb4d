import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { Framing } from "../models/framing.ts";
import { editor } from "../results/matrix-schema.ts";
import { parseJson } from "../results/parse-json.ts";
import { openSealed, sealed } from "../results/sealed-json.ts";
import { tellers } from "./tellers.ts";

/** Grows when suites change in a way that older versions cannot read. */
export const suiteFormat = 2;

const whole = z.number().int();

/** A feature of a suite: how many of the edits that were made its witness confirmed, and how many of these are in it. */
const sideCount = z.object({ made: whole, confirmed: whole, pairs: whole });

const featureSchema = z.object({
  name: z.string(),
  /** Classifier that says whether the feature went or came, and the hash of its file. */
  witness: z.object({ name: z.string(), hash: z.string() }),
  /** Whether a model of texts named it, and nobody has checked that; absent where not. */
  unchecked: z.literal(true).optional(),
  removed: sideCount,
  added: sideCount,
  /** Of the pairs in the suite: mean movement as the witness tells it, mean length of the edits, mean root mean square of their change. */
  moved: z.number(),
  length: z.number(),
  distance: z.number(),
  /** Who edited the pairs, the classifier that counterfactuals are of, and who tells of it. */
  editors: z.array(
    z.object({
      editor,
      by: z.string().nullable(),
      toldBy: tellers,
      pairs: whole,
    }),
  ),
});
export type SuiteFeature = z.infer<typeof featureSchema>;

/** A classifier whose predictions are in the suite. */
const classifierSchema = z.object({
  name: z.string(),
  /** What it is about. */
  concept: z.string(),
  /** Model of which it is a class of the softmax; null for others. */
  softmax: z.string().nullable(),
  /** Hashes of the models that it is made of. */
  hashes: z.array(z.string()),
  /** Whether the suite's run audited it. */
  audited: z.boolean(),
});
export type SuiteClassifier = z.infer<typeof classifierSchema>;

/** What pictures a suite is made of; a merged one of several. */
const sourceSchema = z.object({
  run: z.string(),
  images: z.object({ folder: z.string(), count: whole, hash: z.string(), labels: z.array(z.string()) }),
  seed: whole,
  versions: z.record(z.string(), z.string()),
});

/** `suite.json`. */
const suiteFileSchema = z.object({
  format: z.literal("cfalign-suite"),
  formatVersion: z.literal(suiteFormat),
  madeAt: z.string(),
  sources: z.array(sourceSchema),
  /** Size of every picture. */
  width: whole,
  height: whole,
  pairs: whole,
  features: z.array(featureSchema),
  classifiers: z.array(classifierSchema),
  /** Features that are not in it, and why. */
  left: z.array(z.object({ feature: z.string(), why: z.string() })),
  /** Where it holds differences only: the folder of the images, relative to the suite, and how they are brought to the size at which they were edited. */
  originals: z
    .object({
      folder: z.string(),
      frame: z.object({
        channels: z.union([z.literal(1), z.literal(3)]),
        width: whole,
        height: whole,
        framing: z.custom<Framing>((value) => typeof value === "object" && value !== null).optional(),
      }),
    })
    .optional(),
  /** SHA-256 of metadata.jsonl, which has those of the pictures. */
  metadata: z.string(),
});
/** `suite.json`: what was moved by whom, how well, on which pictures. */
export type SuiteFile = z.infer<typeof suiteFileSchema>;

const versioned = z.object({ format: z.literal("cfalign-suite"), formatVersion: whole });

/** Path of `suite.json` in a suite. */
function pathIn(suite: string): string {
  return platform.files.join(suite, "suite.json");
}

/** Whether a folder holds a suite. */
export function isSuite(suite: string): Promise<boolean> {
  return platform.files.exists(pathIn(suite));
}

/** Reads `suite.json`. Errors: CfalignError("input") that says what is there instead. */
export async function readSuiteFile(suite: string): Promise<SuiteFile> {
  const path = pathIn(suite);
  if (!(await isSuite(suite))) {
    const found = (await platform.files.exists(suite)) ? "a folder or file without suite.json" : "nothing there";
    throw new CfalignError(
      "input",
      `"${suite}": expected a suite (a folder made by cfalign suite write), found ${found}`,
      {
        where: suite,
      },
    );
  }
  const bytes = await platform.files.read(path);
  const remedy = "write the suite again";
  const { formatVersion } = parseJson(versioned, bytes, path, remedy);
  if (formatVersion !== suiteFormat) {
    const what = formatVersion > suiteFormat ? "take a newer version of cfalign" : remedy;
    throw new CfalignError(
      "input",
      `"${suite}": expected a suite of format ${suiteFormat}, found format ${formatVersion}: ${what}`,
      { where: suite },
    );
  }
  return openSealed(suiteFileSchema, bytes, { path, remedy });
}

export async function writeSuiteFile(suite: string, file: SuiteFile): Promise<void> {
  await platform.files.write(pathIn(suite), `${await sealed(file, 2)}\n`);
}

/** Refuses a place for a suite where something else is. */
export async function assertFree(out: string): Promise<void> {
  const { files } = platform;
  const taken = (await isSuite(out)) || ((await files.isDirectory(out)) && (await files.list(out)).length > 0);
  if (!taken && (!(await files.exists(out)) || (await files.isDirectory(out)))) return;
  throw new CfalignError(
    "usage",
    (named) => `"${out}": expected a folder that is new or empty, found another: choose one (${named("out")})`,
    { where: out },
  );
}
