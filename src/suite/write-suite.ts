import { platform } from "#platform";
import { imagesToClear } from "../audit/effects/moved-in.ts";
import { CfalignError } from "../base/errors.ts";
import { type Listing, listImages } from "../images/list-images.ts";
import type { InterventionRow } from "../interventions/rows.ts";
import { conceptOf } from "../models/concept.ts";
import { modelsOf } from "../models/prediction.ts";
import type { Classifier, ImageFrame } from "../models/types.ts";
import type { Workspace } from "../models/workspace.ts";
import { ownVersion } from "../platform/own-version.ts";
import type { Pixels } from "../platform/platform.ts";
import { listingDifference } from "../results/identity.ts";
import { assertModelsOf } from "../results/models-of.ts";
import type { OpenRun } from "../results/open-run.ts";
import { isProbe, isUnchecked, membersOf, type Roles, rolesOf } from "../run/roles.ts";
import { movedFeatures } from "../run/run-interventions.ts";
import { maxRareUse } from "../statistics/cell-state.ts";
import { doubtfulNote, fewPairsNote, fewToEdit, leftNote, noCounterfactuals } from "../words/suite.ts";
import { inTurn } from "./balance.ts";
import {
  type ConfirmedEdit,
  confirmedEdits,
  type EditMakings,
  type FeatureEdits,
  leftOut,
  type MadeEdits,
  type PairFiles,
} from "./confirmed-edits.ts";
import { encodedPicture } from "./encode-picture.ts";
import { describedPairs, type SuitePair } from "./pairs.ts";
import { pictureSize, shifted } from "./picture-size.ts";
import { assertFree, type SuiteFeature, type SuiteFile, suiteFormat } from "./suite-file.ts";
import { pictureFile, writeTables } from "./write-tables.ts";

/** What a suite is made of, and where it goes. */
export interface WriteSuiteOptions {
  /** The one that the run was made with. */
  readonly workspace: Workspace;
  /** Folder of the run's images, the one that it was made with when absent. */
  readonly images?: string;
  readonly out: string;
  /** Pairs, 400, or as many as it takes to clear every feature. */
  readonly limit?: number;
  /** Edits a feature and side that are made to choose from, as many as the run made. */
  readonly pictures?: number;
  /** Hold differences to the images, which stay where they are, false. */
  readonly onlyEdits?: boolean;
  /** Longest side of the pictures in pixels; the autoencoder's when absent. */
  readonly size?: number;
  readonly signal?: AbortSignal;
  /** Told in looks at edited pictures. */
  readonly progress?: (done: number, total: number) => void;
  /** Clock. */
  readonly now?: () => Date;
}

/** A suite as it was written. */
export interface WrittenSuite {
  readonly path: string;
  readonly file: SuiteFile;
  /** Of its pictures. */
  readonly bytes: number;
  readonly notes: readonly string[];
}

/** Pairs of a suite of few features. */
const leastPairs = 400;
/** Pairs of a feature from which on it can be clear: an even number, of both sides alike. */
const enough = 2 * Math.ceil(imagesToClear(maxRareUse, 0.95) / 2);

/**
 * Writes interventions of a run as a test suite for any classifier. Edits are made anew from the run's images, which gives the same ones, as a run keeps the first
 * pictures only. What is kept is what the witness confirms on the pictures as they are written. Errors: CfalignError("usage") for models, images or a
 * place that will not do, ("input") for a run of which nothing is confirmed.
 */
export async function writeSuite(run: OpenRun, options: WriteSuiteOptions): Promise<WrittenSuite> {
  const { workspace, out, now = () => new Date(), signal = new AbortController().signal } = options;
  await assertFree(out);
  if (options.pictures === undefined && run.file.options.interventions === 0) {
    throw new CfalignError(
      "usage",
      (named) =>
        `"${run.path}": expected a run with interventions, got one without: align with ${named("interventions")} 24, or give ${named("pictures")}`,
      { where: run.path },
    );
  }
  const roles = rolesOfRun(run, workspace);
  const listing = await listingOf(run, options.images ?? run.file.images.folder, signal);
  const made = await confirmedEdits({
    ...{ roles, listing, workspace, signal, size: options.size },
    pictures: options.pictures ?? run.file.options.interventions,
    counterfactuals: counterfactualsOf(run),
    encode: options.onlyEdits ? differenceOf : wholeOf,
    progress: options.progress ?? (() => {}),
  });
  const kept = made.features.filter((feature) => leftOut(feature) === undefined);
  const lists = kept.flatMap(({ confirmed }) => [confirmed.remove, confirmed.add]);
  const { limit = Math.max(leastPairs, enough * kept.length) } = options;
  const chosen = inTurn(lists, limit);
  const left = leftOf(roles, made);
  if (chosen.length === 0) {
    const why = left.map(({ feature, why }) => `${feature}: ${why}`).join("; ");
    throw new CfalignError(
      "input",
      `"${run.path}": expected interventions that a witness confirms, found none (${why})`,
      {
        where: run.path,
      },
    );
  }
  const { pairs, bytes } = await writtenPairs(out, chosen, { made, listing });
  const description: Omit<SuiteFile, "metadata" | "pairs"> = {
    ...{ format: "cfalign-suite", formatVersion: suiteFormat, madeAt: now().toISOString() },
    sources: [
      {
        run: platform.files.basename(platform.files.resolve(run.path)),
        images: run.file.images,
        seed: run.file.options.seed,
        versions: { cfalign: await ownVersion(), ...(await platform.versions()) },
      },
    ],
    ...pictureSize(workspace.autoencoder.image, options.size),
    features: kept.map((feature) => describedFeature(feature, pairs)),
    classifiers: membersOf(roles).map((classifier) => ({
      ...{ name: classifier.name, concept: conceptOf(classifier), hashes: hashesOf(classifier) },
      softmax: run.softmaxGroups[classifier.name] ?? null,
      audited: run.bases.includes(classifier.name),
    })),
    left,
    ...(options.onlyEdits ? { originals: originalsOf(out, listing.folder, workspace.autoencoder.image) } : {}),
  };
  const file = await writeTables(out, description, pairs);
  return { path: out, file, bytes, notes: notesOf(file) };
}

/** Where the images are, seen from the suite, and how they become pictures. */
function originalsOf(
  out: string,
  folder: string,
  { channels, width, height, framing }: ImageFrame,
): NonNullable<SuiteFile["originals"]> {
  const { files } = platform;
  return {
    folder: files.relative(files.resolve(out), files.resolve(folder)),
    frame: { channels, width, height, ...(framing === undefined ? {} : { framing }) },
  };
}

/** How a run made counterfactuals of what no pattern moves. */
function counterfactualsOf({ file: { latentScale, options } }: OpenRun): EditMakings["counterfactuals"] {
  return latentScale === null ? undefined : { latentScale, maxShift: options.maxShift };
}

async function wholeOf(before: Pixels, after: Pixels): Promise<PairFiles> {
  return { before: await encodedPicture(before), after: await encodedPicture(after) };
}

async function differenceOf(before: Pixels, after: Pixels, original?: () => Promise<Pixels>): Promise<PairFiles> {
  const from = await original?.();
  const to = (picture: Pixels): Promise<Uint8Array> => encodedPicture(shifted(picture, from ?? before, -1));
  return {
    pixels: { before: await platform.sha256(before.data), after: await platform.sha256(after.data) },
    differences: { after: await to(after), ...(from === undefined ? {} : { before: await to(before) }) },
  };
}

/** The classifiers of a run in their roles, from the workspace that it was made with. */
function rolesOfRun(run: OpenRun, workspace: Workspace): Roles {
  const { bases, downstream, judges, options } = run.file;
  // An unknown name is told by the workspace; models of the same name may still be others.
  const roles = rolesOf({ workspace, bases, downstream, judges, drop: options.drop, out: run.path });
  assertModelsOf(run, [workspace.autoencoder, ...modelsOf(membersOf(roles))], workspace);
  return roles;
}

/** The list of a run's images. Errors: CfalignError("usage") where the folder holds others now. */
async function listingOf(run: OpenRun, folder: string, signal: AbortSignal): Promise<Listing> {
  const listing = await listImages(folder, run.file.options.seed, undefined, signal);
  if (listing.hash === run.file.images.hash) return listing;
  throw new CfalignError(
    "usage",
    (named) =>
      `"${folder}": expected the images of "${run.path}", found others (${listingDifference(run.images, listing.rows)}): name that run's folder with ${named("images")}, or align again`,
    { where: folder },
  );
}

/** Features of a run that are not in its suite. */
function leftOf(roles: Roles, { features, withoutEditor }: MadeEdits): SuiteFile["left"] {
  const moved = new Map(features.map((edits) => [edits.feature.name, leftOut(edits)]));
  return movedFeatures(roles).flatMap(({ name }) => {
    const why = moved.has(name) ? moved.get(name) : fewToEdit;
    const editor = withoutEditor[name];
    if (why === undefined) return [];
    return [{ feature: name, why: editor === undefined ? why : noCounterfactuals(why, editor) }];
  });
}

/** Writes the pictures of edits, feature by feature. */
async function writtenPairs(
  out: string,
  chosen: readonly ConfirmedEdit[],
  { made, listing }: { readonly made: MadeEdits; readonly listing: Listing },
): Promise<{ readonly pairs: readonly SuitePair[]; readonly bytes: number }> {
  const { files } = platform;
  const order = new Map(made.features.map(({ feature }, place) => [feature.name, place]));
  const sorted = chosen.toSorted((a, b) => (order.get(a.feature) as number) - (order.get(b.feature) as number));
  const key = ({
    feature,
    side,
    image,
    editor,
  }: Pick<InterventionRow, "feature" | "side" | "image" | "editor">): string =>
    JSON.stringify([feature, side, image, editor]);
  const rows = new Map(made.rows.map((row) => [key(row), row]));
  const labels = new Map(listing.rows.map((row) => [row.image, row.labels]));
  const hashes = new Map(listing.rows.map((row) => [row.image, row.sha256]));
  await files.makeDirectory(files.join(out, "pictures"));
  let bytes = 0;
  const pairs: SuitePair[] = [];
  for (const [place, edit] of sorted.entries()) {
    const row = rows.get(key(edit)) as InterventionRow;
    const { editor, editedBy, length, distance } = row;
    const write: Writing = async (side, content) => {
      const file = pictureFile(place + 1, sorted.length, side);
      await files.write(files.join(out, file), content);
      bytes += content.byteLength;
      return { file, sha256: await platform.sha256(content) };
    };
    pairs.push({
      ...{
        pair: place + 1,
        feature: edit.feature,
        change: edit.side,
        image: edit.image,
        editor,
        editedBy,
        length,
        distance,
      },
      toldBy: tellerOf(row, made),
      labels: labelsOf(labels.get(edit.image) ?? {}, listing.labels),
      ...(await writtenSides(edit, write, hashes.get(edit.image))),
    });
  }
  return { pairs, bytes };
}

/** Who says that an edit did what it should: nobody is a witness of its own edits, and a probe reads what they change. */
function tellerOf({ feature: name, editedBy, witness }: InterventionRow, { features }: MadeEdits): SuitePair["toldBy"] {
  if (editedBy === witness) return "editor";
  const edits = features.find(({ feature }) => feature.name === name);
  return edits !== undefined && isProbe(edits.feature.witness) ? "probe" : "another";
}

/** Writes a file of a pair; returns its name and hash. */
type Writing = (
  side: "before" | "after" | "edit",
  content: Uint8Array,
) => Promise<{ readonly file: string; readonly sha256: string }>;

/** Writes the files of a pair. original: hash of the image that it was made from. */
async function writtenSides(
  { image, files, ...predictions }: ConfirmedEdit,
  write: Writing,
  original: string | null | undefined,
): Promise<Pick<SuitePair, "before" | "after">> {
  const [before, after] = [rounded(predictions.before), rounded(predictions.after)];
  if (!("differences" in files)) {
    return {
      before: { ...(await write("before", files.before)), predictions: before },
      after: { ...(await write("after", files.after)), predictions: after },
    };
  }
  const whole = { file: image, sha256: original ?? "" };
  const difference = async (side: "before" | "edit", bytes: Uint8Array) => {
    const { file, sha256 } = await write(side, bytes);
    return { file, stored: { sha256, image: whole } };
  };
  const { pixels, differences } = files;
  return {
    before: {
      ...{ sha256: pixels.before, predictions: before },
      ...(differences.before === undefined
        ? { file: whole.file, stored: { sha256: whole.sha256 } }
        : await difference("before", differences.before)),
    },
    after: { sha256: pixels.after, predictions: after, ...(await difference("edit", differences.after)) },
  };
}

/** Predictions without digits that no two machines share. */
function rounded(predictions: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(predictions).map(([name, value]) => [name, Number(value.toFixed(9))]));
}

/** Every column, as tables want it; null where the image has no such label. */
function labelsOf(labels: Readonly<Record<string, number>>, columns: readonly string[]): SuitePair["labels"] {
  return columns.length === 0 ? undefined : Object.fromEntries(columns.map((name) => [name, labels[name] ?? null]));
}

function describedFeature({ feature, made, confirmed }: FeatureEdits, pairs: readonly SuitePair[]): SuiteFeature {
  const { name, witness } = feature;
  const own = pairs.filter((pair) => pair.feature === name);
  const side = (change: "remove" | "add") => ({
    made: made[change],
    confirmed: confirmed[change].length,
    pairs: own.filter((pair) => pair.change === change).length,
  });
  return {
    name,
    witness: { name: witness.name, hash: hashesOf(witness)[0] as string },
    ...(isUnchecked(witness) ? { unchecked: true as const } : {}),
    ...{ removed: side("remove"), added: side("add") },
    ...describedPairs(own, witness.name),
  };
}

function hashesOf(classifier: Classifier): string[] {
  return modelsOf([classifier]).map(({ hash }) => hash);
}

/** What whoever made a suite should know of it. */
function notesOf({ features, left }: SuiteFile): string[] {
  const needed = imagesToClear(maxRareUse, 0.95);
  const few = features.filter(({ removed, added }) => removed.pairs + added.pairs < needed);
  return [
    ...left.map(({ feature, why }) => leftNote(feature, why)),
    ...features.flatMap(({ name, editors }) => {
      const doubtful = editors.flatMap(({ toldBy }) => (toldBy === "another" ? [] : [toldBy]))[0];
      return doubtful === undefined ? [] : [doubtfulNote(name, doubtful)];
    }),
    ...(few.length === 0
      ? []
      : [
          fewPairsNote(
            few.map(({ name }) => name),
            needed,
            few.length === features.length,
          ),
        ]),
  ];
}
