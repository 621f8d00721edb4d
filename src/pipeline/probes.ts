import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { enterManifest } from "../models/edit-workspace.ts";
import { readJsonFile } from "../models/json-file.ts";
import { classifierManifestSchema } from "../models/manifest.ts";
import type { Workspace } from "../models/workspace.ts";
import { concepts } from "../prepare/concepts/concepts.ts";
import { namedConcepts } from "../prepare/naming/named-concepts.ts";
import type { AurocEstimate } from "../statistics/auroc.ts";
import type { AskedLabels } from "./asked-labels.ts";
import type { Made, Running } from "./basis.ts";
import type { Records } from "./records.ts";

/** One column of labels, and whether a probe reads it. */
export const readingSchema = z.object({
  label: z.string(),
  ones: z.number().int(),
  zeros: z.number().int(),
  auroc: z.object({ value: z.number(), ci: z.tuple([z.number(), z.number()]) }).nullable(),
  refused: z.enum(["too-few", "not-readable", "not-0-or-1", "as-control-words", "judged-otherwise"]).nullable(),
  /** Whether `ones` and `zeros` are what a CLIP says, by words in place of labels. */
  byWords: z.boolean().optional(),
});
export type ProbeReading = z.infer<typeof readingSchema>;

/** Of the models that are made of a table, or of words, where no other has that name. */
const usualNames = { table: "concepts", words: "named" } as const;
/** Lower than that of `concepts`: without a probe of its own feature a classifier has no effects at all. */
const minAuroc = 0.65;

const probesSchema = z.object({
  manifest: z.string(),
  files: z.array(z.string()),
  /** Name of the classifier. */
  name: z.string(),
  readings: z.array(readingSchema),
});
export type Probes = z.infer<typeof probesSchema>;

/** Probes of all columns, or words, that can be read, as one classifier in the workspace file. Errors: CfalignError("input") where none can. */
export async function probesStage(
  {
    workspace,
    labels,
    records,
  }: { readonly workspace: Workspace; readonly labels: AskedLabels; readonly records: Records },
  { signal, progress }: Running,
): Promise<Made<Probes>> {
  const { files } = platform;
  const usualName = usualNames[labels.words === null ? "table" : "words"];
  // A model of the same name makes probes take another one.
  const like = workspace.models.flatMap(({ name }) => (name.startsWith(usualName) ? [name] : []));
  const from = { labels: labels.hash, latent: workspace.autoencoder.hash, like };
  const before = await records.find("probes", from, probesSchema);
  if (before !== undefined) {
    await enterManifest(workspace.path, before.manifest, "classifiers");
    return { made: before, reused: true };
  }
  const key = `${labels.hash.slice(0, 8)}-${workspace.autoencoder.hash.slice(0, 8)}`;
  const out = files.join(files.dirname(workspace.path), "models", `${usualName}-${key}`);
  const { manifest, readings } = await probesOf(labels, { workspace, out, minAuroc, signal, progress });
  if (manifest === null) throw nothingRead(labels, readings);
  const made: Probes = {
    manifest,
    files: [manifest, files.join(files.dirname(manifest), "model.onnx")],
    name: (await readJsonFile(manifest, classifierManifestSchema)).name,
    readings: readings.map(({ label, ones, zeros, refused, ...reading }) => ({
      ...{ label, ones, zeros, refused },
      ...(labels.words === null ? {} : { byWords: true }),
      auroc: reading.auroc === null ? null : { value: reading.auroc.value, ci: [...reading.auroc.ci] },
    })),
  };
  await records.keep("probes", from, made);
  return { made, reused: false };
}

async function probesOf(
  { table, words, listing }: AskedLabels,
  options: Parameters<typeof concepts>[1],
): Promise<{ readonly manifest: string | null; readonly readings: readonly NewReading[] }> {
  if (words === null) return concepts(table as string, options);
  const { manifest, readings } = await namedConcepts(listing.folder, { ...options, ...words });
  return { manifest, readings: readings.map(({ word, ...reading }) => ({ label: word, ...reading })) };
}

type NewReading = Pick<ProbeReading, "label" | "ones" | "zeros" | "refused"> & { readonly auroc: AurocEstimate | null };

function nothingRead({ table, words }: AskedLabels, readings: readonly NewReading[]): CfalignError {
  const tried = readings.map(({ label, auroc, refused }) =>
    auroc === null || (refused !== null && refused !== "not-readable")
      ? `${label} ${refused}`
      : `${label} ${auroc.value.toFixed(2)} (from ${auroc.ci[0].toFixed(2)})`,
  );
  const [where, what] = words === null ? [table as string, "a column"] : [words.text, "a word"];
  return new CfalignError(
    "input",
    `"${where}": expected ${what} that can be read from the pictures, AUROC surely above ${minAuroc}, found none: ${tried.join(", ")}`,
    { where },
  );
}
