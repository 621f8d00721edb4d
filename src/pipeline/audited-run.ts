import { z } from "zod";
import { platform } from "#platform";
import { conceptOf } from "../models/concept.ts";
import type { Classifier } from "../models/types.ts";
import type { Workspace } from "../models/workspace.ts";
import { shownTargets } from "../prepare/preflight/shown-targets.ts";
import { nextRun } from "../results/numbered-runs.ts";
import { alignFolder } from "../run/align-folder.ts";
import type { AlignFolderOptions } from "../run/run-options.ts";
import { notAuditedNote, nothingToldNote } from "../words/choices.ts";
import type { AskedLabels } from "./asked-labels.ts";
import type { Pace } from "./pace.ts";
import type { Records } from "./records.ts";

/** Options of a run that an audit hands on. */
export type RunSettings = Pick<AlignFolderOptions, "interventions" | "limit" | "decompose" | "workers">;

/** What a run is made with. */
export interface RunMakings {
  readonly images: string;
  readonly workspace: Workspace;
  readonly labels: AskedLabels;
  readonly cast: AuditCast;
  readonly settings: RunSettings;
  readonly records: Records;
}

/** Who is audited, and who watches. */
export interface AuditCast {
  readonly bases: readonly Classifier[];
  readonly downstream: readonly Classifier[];
  /** Who is left out, in sentences. */
  readonly notes: readonly string[];
}

/**
 * What is audited of the workspace's classifiers: targets that a column of the table is about, since only of these effects can be told; all, where no column is
 * about any. Probes watch, and judges of what no probe reads.
 */
export async function auditCast(
  images: string,
  {
    workspace,
    labels,
    signal,
  }: { readonly workspace: Workspace; readonly labels: AskedLabels; readonly signal: AbortSignal },
): Promise<AuditCast> {
  const all = workspace.classifiers();
  const probes = all.filter(({ terms }) => terms.some(({ model }) => model.probeOf !== undefined));
  const own = all.filter((classifier) => !probes.includes(classifier));
  const columns = new Set(labels.features);
  const what = labels.words === null ? "column of the table" : "word";
  const told = own.filter((classifier) => columns.has(conceptOf(classifier)));
  // What no probe reads, a judge may tell.
  const read = new Set(probes.map(conceptOf));
  const judged = workspace.judges.filter((judge) => columns.has(conceptOf(judge)) && !read.has(conceptOf(judge)));
  const watching = [...probes, ...judged];
  if (told.length > 0) {
    const left = own.filter((classifier) => !told.includes(classifier)).map(({ name }) => name);
    return {
      bases: told,
      downstream: [...told, ...watching],
      notes: left.length === 0 ? [] : [notAuditedNote(what, left)],
    };
  }
  const { classifiers, notes } = await shownTargets(images, own, { workspace, signal });
  const name = classifiers[0]?.name ?? own[0]?.name ?? "";
  return {
    bases: classifiers.length === 0 ? own.slice(0, 1) : classifiers,
    downstream: [...classifiers, ...watching],
    notes: [...notes, nothingToldNote(what, name)],
  };
}

const runSchema = z.object({ run: z.string() });

/**
 * The run of an audit below `runs` beside the workspace: interventions, then counterfactuals. One of the same models, pictures, labels and settings goes on
 * where it was. moved: told once the interventions are there.
 */
export async function runStage(
  { images, workspace, labels, cast, settings, records }: RunMakings,
  {
    pace,
    signal,
    moved,
  }: { readonly pace: Pace; readonly signal: AbortSignal; moved(run: string, reused: boolean): Promise<void> },
): Promise<{ readonly run: string; readonly notes: readonly string[]; readonly reused: boolean }> {
  const { files } = platform;
  const { workers, ...options } = settings;
  const from = {
    labels: labels.hash,
    latent: workspace.autoencoder.hash,
    models: [...workspace.models, ...workspace.judgeModels].map(({ name, hash }) => [name, hash]),
    bases: cast.bases.map(({ name }) => name),
    options,
  };
  const before = await records.find("run", from, runSchema);
  const run = before?.run ?? (await nextRun(files.join(files.dirname(workspace.path), "runs")));
  if (before === undefined) await records.keep("run", from, { run });
  const steps = alignFolder(images, {
    ...{ workspace, bases: cast.bases, downstream: cast.downstream, out: run, signal },
    edits: files.join(files.dirname(workspace.path), "edits"),
    ...settings,
  });
  let [told, edited, lowered] = [false, false, false];
  for (;;) {
    const step = await steps.next();
    if (step.done) {
      if (!told) await moved(run, !edited);
      return { run, notes: step.value.notes, reused: !lowered };
    }
    const { phase, done, total, share } = step.value;
    if (phase === "intervening") {
      edited = true;
      pace.at("interventions", done, total);
    }
    if (phase !== "aligning") continue;
    if (!told) {
      told = true;
      await moved(run, !edited);
    }
    lowered ||= share < 1;
    pace.at("counterfactuals", share, 1);
  }
}
