import { platform } from "#platform";
import type { Listing } from "../images/list-images.ts";
import { pictureSource } from "../images/picture-source.ts";
import { type InterveneOptions, type Interventions, intervene } from "../interventions/intervene.ts";
import type { MovedFeature } from "../interventions/move.ts";
import { conceptOf } from "../models/concept.ts";
import { modelsOf } from "../models/prediction.ts";
import type { Autoencoder, Classifier, ClassifierModel } from "../models/types.ts";
import type { Shard } from "../results/chunks.ts";
import { interventionPictures, interventionPicturesThere } from "../results/intervention-pictures.ts";
import { interventionsFile } from "../results/open-run.ts";
import { writePart } from "../results/parts.ts";
import { type RunFile, writeRunFile } from "../results/run-file.ts";
import { editsNotKept } from "../words/notes.ts";
import { type KeptEdits, keptEdits } from "./kept-edits.ts";
import type { OpenExecutor } from "./open-executor.ts";
import { membersOf, type Roles } from "./roles.ts";

/** Pictures that patterns are fitted to and interventions chosen from: the first of the order. */
const mostPictures = 1000;
/** Edits of a feature and side whose pictures are kept. */
const shownEdits = 4;

/** What the interventions of a run are made from. */
export interface InterventionMakings {
  readonly file: RunFile;
  readonly shard: Shard;
  readonly roles: Roles;
  readonly listing: Listing;
  readonly autoencoder: Autoencoder;
  /** Folder of what edits are made by; nothing is kept without. */
  readonly edits?: string | undefined;
  readonly signal: AbortSignal;
  /** Who works on the chunks of the run afterwards. */
  executor(): Promise<OpenExecutor>;
  progress(done: number, total: number): void;
  /** Told what a user may want to know. */
  note(sentence: string): void;
}

/**
 * Makes the interventions of a run where it asks for them and they are not there: from the whole list of images, so that they are the same in a run and in
 * the first of its shards, which makes them for all. Returns `run.json` as it then is.
 */
export async function runInterventions(out: string, makings: InterventionMakings): Promise<RunFile> {
  const { file, shard, roles, autoencoder, signal, executor, progress } = makings;
  const { latentScale } = file;
  const path = platform.files.join(out, interventionsFile);
  const pictures = file.options.interventions;
  if (pictures === 0 || shard.index !== 1) return file;
  const there = (await platform.files.exists(path)) && (await interventionPicturesThere(out, file));
  if (file.interventionsFile !== undefined && there) return file;
  const kept = interventionPictures(out);
  // Opened while patterns are fitted; where it fails, who asks for it is told.
  const opened = executor();
  opened.catch(() => {});
  const memory = memoryOf(makings);
  const { rows, withoutEditor } = await intervened(makings, {
    ...{ classifiers: membersOf(roles), pictures, signal, progress },
    predictor: async () => (await opened).executor.predictor,
    ...(latentScale === null ? {} : { counterfactuals: { autoencoder, latentScale, maxShift: file.options.maxShift } }),
    keep: { edits: shownEdits, take: kept.take },
    ...(memory === undefined ? {} : { memory }),
  });
  const described = await kept.end();
  const { sha256 } = await writePart(path, "interventions", rows);
  const made = { ...file, interventionsFile: { rows: rows.length, sha256, pictures: described, withoutEditor } };
  await writeRunFile(out, made);
  await memory?.tidy();
  const refused = memory?.refused();
  if (refused !== undefined) {
    makings.note(editsNotKept(refused));
  }
  return made;
}

/** What is remembered of the edits of these pictures, as they are looked at here. */
function memoryOf({ edits, file, listing, autoencoder }: InterventionMakings): KeptEdits | undefined {
  if (edits === undefined) return undefined;
  const { options, compute, versions } = file;
  const about = {
    ...{ pictures: listing.hash, order: options.seed, most: mostPictures, frame: autoencoder.image },
    ...{ compute, versions },
  };
  return keptEdits(edits, about);
}

/** Interventions of the features of a run's roles on the first images of a listing: the same ones whenever and by whomever they are made. */
export function intervened(
  { roles, listing, autoencoder, signal }: Pick<InterventionMakings, "roles" | "listing" | "autoencoder" | "signal">,
  options: Omit<InterveneOptions, "features">,
): Promise<Interventions> {
  const source = pictureSource(listing, listing.rows.slice(0, mostPictures), { autoencoder, signal });
  return intervene(source, { ...options, features: movedFeatures(roles) });
}

/**
 * The concepts of a run, each with its witness: a judge of it, else the first classifier that is about it and nothing else, one that is audited last, since it cannot tell of
 * itself. A concept that only sums are about is not moved. Editors are other networks than the witness, those first that hold no base; it edits itself where there are none.
 */
export function movedFeatures(roles: Pick<Roles, "bases" | "downstream" | "judges">): readonly MovedFeature[] {
  const members = membersOf(roles);
  const bases = new Set(roles.bases.map(({ classifier }) => classifier.name));
  const watching = members.filter(({ name }) => !bases.has(name));
  const tellers = [...roles.judges, ...watching, ...members].filter(
    ({ terms }) => terms.length === 1 && terms[0]?.coefficient === 1,
  );
  const audited = new Set(modelsOf(roles.bases.map(({ classifier }) => classifier)));
  const holdsBase = (classifier: Classifier): number => (audited.has(modelOf(classifier)) ? 1 : 0);
  return [...new Set(members.map(conceptOf))].flatMap((name) => {
    const own = tellers.filter((classifier) => conceptOf(classifier) === name);
    const [witness] = own;
    if (witness === undefined) return [];
    const others = [...new Set(own)]
      .filter((classifier) => modelOf(classifier) !== modelOf(witness))
      .sort((a, b) => holdsBase(a) - holdsBase(b));
    return [{ name, witness, editors: others.length === 0 ? [witness] : others }];
  });
}

/** The file behind a single target. */
function modelOf(classifier: Classifier): ClassifierModel {
  return modelsOf([classifier])[0] as ClassifierModel;
}
