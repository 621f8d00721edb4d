import { z } from "zod";
import { platform } from "#platform";
import { movedIn } from "../audit/effects/moved-in.ts";
import { findings } from "../audit/findings/findings.ts";
import { alignmentMatrix } from "../audit/matrix.ts";
import { matrixOnCores } from "../audit/on-cores/matrix-on-cores.ts";
import { CfalignError, throwIfInterrupted } from "../base/errors.ts";
import { classifierManifests } from "../models/edit-workspace.ts";
import { pictureMemory } from "../models/picture-memory.ts";
import type { PictureMemory } from "../models/types.ts";
import { openWorkspace, type Workspace, type WorkspaceOptions } from "../models/workspace.ts";
import type { InitOptions } from "../prepare/importing/init-workspace.ts";
import type { Preflight } from "../prepare/preflight/preflight.ts";
import { writeReport } from "../report/build.ts";
import { openRun } from "../results/open-run.ts";
import { assertOutside } from "../run/align-folder.ts";
import { editorChoice, generatorChoice, noWitnessNote } from "../words/choices.ts";
import { otherEditorsWords } from "../words/moved.ts";
import { unnamedText } from "../words/unnamed.ts";
import { type AskedLabels, type AskedWords, askedLabels } from "./asked-labels.ts";
import { auditedModels } from "./audited-models.ts";
import { auditCast, runStage } from "./audited-run.ts";
import { type Basis, basisStage, type Made, type Running } from "./basis.ts";
import { heldBounds } from "./held-bounds.ts";
import { type AuditProgress, createPace, type Pace, type StageName } from "./pace.ts";
import { preflightStage } from "./preflight-stage.ts";
import { type Probes, probesStage } from "./probes.ts";
import { type Records, recordsIn } from "./records.ts";
import { requireAnswers } from "./require-answers.ts";
import { secondsOf } from "./stage-seconds.ts";
import { type AuditVerdict, auditVerdicts } from "./verdicts.ts";
import { beginWitness, type WitnessTrainer, type WitnessTraining } from "./witnesses.ts";

/** What is audited, and how. */
export interface AuditOptions extends Pick<InitOptions, "classifiers" | "images" | "size" | "importing"> {
  /** Table of labels: metadata.csv or metadata.jsonl in the folder of the pictures, found there when absent. */
  readonly labels?: string;
  /** Words in place of a table, whose labels then only check them: nothing that they name is called clear before. */
  readonly words?: AskedWords;
  /** Folder with an encoder and a decoder; the basis of the pictures themselves when absent. */
  readonly autoencoder?: string;
  /** Folder for everything that is made, "cfalign-audit". */
  readonly out?: string;
  /** Pictures a feature and side that are edited, 24. */
  readonly interventions?: number;
  /** Positive images a classifier that counterfactuals are made of, 24: as few as leave mostly one chunk of pictures to look at. */
  readonly limit?: number;
  /** Also ask which features make up the classifier's own direction, false. */
  readonly decompose?: boolean;
  /** Processes that share the work, null (as many as suit). */
  readonly workers?: number | null;
  readonly device?: WorkspaceOptions["device"];
  /** Told, in a line, which model falls back to the CPU and why. */
  readonly onFallback?: WorkspaceOptions["onFallback"];
  /** What trains witnesses from the labels; probes tell what goes where there is none. */
  readonly train?: WitnessTrainer;
  readonly signal?: AbortSignal;
  /** A clock in milliseconds. */
  readonly now: () => number;
  /** Told how far it is. */
  progress?(progress: AuditProgress): void;
  /** Told of what a user may want to know as it turns up. */
  say?(note: string): void;
  /** Told the verdicts that effects alone give, before counterfactuals are made. */
  first?(verdicts: readonly AuditVerdict[]): void;
}

/** What an audit found, and where everything lies. */
export interface AuditOutcome {
  readonly workspace: string;
  readonly run: string;
  readonly report: string;
  readonly verdicts: readonly AuditVerdict[];
  /** Of every classifier that is lowered by what no column names: that its verdicts are no all-clear. */
  readonly unnamed: readonly string[];
  /** Why pictures were edited as they were, and in what counterfactuals move. */
  readonly choices: readonly string[];
  /** Bounds that hold today's state, for a check of the run. */
  readonly bounds: readonly string[];
  readonly preflight: Preflight["statements"];
  /** Stages with the seconds since the one before, as witnesses are trained beside others; `reused` where what they make was there. */
  readonly stages: readonly { readonly stage: StageName; readonly seconds: number; readonly reused: boolean }[];
}

/**
 * From classifiers, pictures and a table of labels to verdicts and a report: models are described, a basis of the pictures is made, everything is tried, probes
 * and witnesses are made of the labels, features are taken out of pictures and put in, and classifiers are lowered. What a stage made stays in `out`, and the
 * same call, or one with another classifier, goes on from there.
 * Errors: CfalignError("usage") and ("input") in one line each, ("interrupted") when the signal fires, ("runtime") when the disk refuses.
 */
export async function auditClassifiers(options: AuditOptions): Promise<AuditOutcome> {
  const { out = "cfalign-audit", images, signal = new AbortController().signal } = options;
  assertOutside(out, images);
  const { files } = platform;
  const lock = await files.lockFolder(out);
  try {
    return await audited({ ...options, out, signal }, recordsIn(files.join(out, "stages")));
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CfalignError("interrupted", `interrupted: run the same command again to go on in "${out}"`, {
      where: out,
      cause: error,
    });
  } finally {
    await lock.release();
  }
}

type Asked = AuditOptions & { readonly out: string; readonly signal: AbortSignal };

/** What stages share. */
interface Scene extends Asked {
  readonly records: Records;
  readonly pace: Pace;
  readonly asked: AskedLabels;
  readonly workspace: string;
  /** Pictures that stages before have read. */
  readonly read: PictureMemory;
  /** Does a stage, and writes down how long it took. */
  timed<T>(stage: StageName, work: (running: Running) => Promise<Made<T>>): Promise<T>;
  /** The same for a stage whose end is seen from elsewhere: all since the one before. */
  done(stage: StageName, reused: boolean): void;
}

async function audited(options: Asked, records: Records): Promise<AuditOutcome> {
  const { images, labels, words, signal, now, progress = () => {}, say = () => {} } = options;
  const pace = createPace(progress);
  const stages: AuditOutcome["stages"][number][] = [];
  let last = now();
  const done = (stage: StageName, reused: boolean): void => {
    pace.end(stage);
    stages.push({ stage, seconds: (now() - last) / 1000, reused });
    last = now();
  };
  const timed: Scene["timed"] = async (stage, work) => {
    pace.at(stage, 0, 1);
    throwIfInterrupted(signal);
    const { made, reused } = await work({ signal, progress: (part, total) => pace.at(stage, part, total) });
    done(stage, reused);
    return made;
  };
  if (options.train === undefined) pace.expect("witnesses", 0);
  const { asked, described } = await timed("models", async () => {
    const asked = await askedLabels(images, { labels, words }, signal);
    return { made: { asked, described: await describedModels(options, asked, records) }, reused: false };
  });
  for (const note of new Set([...described.notes, ...asked.listing.notes])) say(note);
  const scene: Scene = {
    ...options,
    ...{ records, pace, asked, timed, done, read: pictureMemory() },
    workspace: described.workspace,
  };
  await using witness = witnessBeside(scene);
  const basis = await withBasis(scene);
  const { tried, probes } = await withProbes(scene);
  if (witness !== undefined) {
    const { refused } = await timed("witnesses", () => witness.entered());
    if (refused !== null) say(noWitnessNote(refused));
  }
  const { run, notes } = await withRun(scene, probes);
  const { opened, matrix, path } = await timed("report", async () => {
    const opened = await openRun(run);
    const matrix = await matrixOnCores(opened);
    const { path } = await writeReport(opened, { matrix, findings: findings(matrix) });
    return { made: { opened, matrix, path }, reused: false };
  });
  const verdicts = auditVerdicts({ run: opened, matrix, readings: probes.readings });
  const moved = movedIn(opened, matrix);
  const editors = [...editorChoice(opened, matrix), ...(moved === undefined ? [] : otherEditorsWords(moved))];
  return {
    ...{ workspace: described.workspace, run, report: path, verdicts, stages },
    unnamed: unnamedText(matrix).map(({ sentence }) => sentence),
    choices: [...editors, generatorChoice(basis, tried, options.autoencoder), ...notes],
    bounds: heldBounds(opened, verdicts, matrix.minEffect),
    preflight: tried.statements,
  };
}

const sideSchema = z.object({ side: z.number().int() });

/** The workspace of the models, at the size of a basis of these pictures where there is one that is large enough. */
async function describedModels(options: Asked, { pictures }: AskedLabels, records: Records) {
  const before = await records.find("side", { pictures }, sideSchema);
  return auditedModels(options.out, options, before?.side ?? 0);
}

function open({ workspace, device, onFallback, read }: Scene): Promise<Workspace> {
  return openWorkspace(workspace, { device, onFallback, pictures: read });
}

async function withBasis(scene: Scene): Promise<Basis | undefined> {
  const { images, records, autoencoder, timed, asked } = scene;
  const { pictures } = asked;
  await using workspace = await open(scene);
  const basis = await timed("basis", (running) => basisStage(images, { workspace, pictures, records }, running));
  if (basis !== undefined && autoencoder === undefined) await records.keep("side", { pictures }, { side: basis.side });
  return basis;
}

/** Begins what needs none of the stages up to the interventions; undefined where probes are to tell what goes. */
function witnessBeside(scene: Scene): WitnessTraining | undefined {
  const { train, workspace, asked: labels, records, signal, pace } = scene;
  if (train === undefined) return undefined;
  const progress = (done: number, total: number): void => pace.beside("witnesses", done, total);
  return beginWitness(train, { workspace, labels, records }, { signal, progress });
}

/** Tries everything, and makes probes, which the workspace then has. */
async function withProbes(scene: Scene): Promise<{ readonly tried: Preflight; readonly probes: Probes }> {
  const { images, records, asked: labels, signal, now, timed, pace } = scene;
  await using workspace = await open(scene);
  const makings = { workspace, labels, pictures: labels.pictures, records };
  const tried = await timed("preflight", () => preflightStage(images, makings, { signal, now }));
  const manifests = await classifierManifests(workspace.path);
  requireAnswers(tried, (model) => manifests.get(model) ?? workspace.path);
  const features = labels.features.length;
  for (const [stage, seconds] of secondsOf(tried, { features, ...settingsOf(scene) })) pace.expect(stage, seconds);
  const probes = await timed("probes", (running) => probesStage(makings, running));
  return { tried, probes };
}

/** The interventions and counterfactuals of all that is audited. */
async function withRun(
  scene: Scene,
  { readings }: Probes,
): Promise<{ readonly run: string; readonly notes: readonly string[] }> {
  const { images, records, asked: labels, signal, pace, done, workers = null, decompose, say = () => {} } = scene;
  await using workspace = await open(scene);
  const cast = await auditCast(images, { workspace, labels, signal });
  const settings = { ...settingsOf(scene), workers, ...(decompose ? { decompose: {} } : {}) };
  const { run, notes, reused } = await runStage(
    { images, workspace, labels, cast, settings, records },
    {
      ...{ pace, signal },
      async moved(path, there) {
        done("interventions", there);
        const run = await openRun(path);
        if (!run.finished) scene.first?.(auditVerdicts({ run, matrix: alignmentMatrix(run), readings }));
      },
    },
  );
  done("counterfactuals", reused);
  for (const note of notes) say(note);
  return { run, notes: cast.notes };
}

function settingsOf({ interventions = 24, limit = 24 }: Scene): {
  readonly interventions: number;
  readonly limit: number;
} {
  return { interventions, limit };
}
