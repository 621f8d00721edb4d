import { stack } from "../base/tensor.ts";
import * as say from "../words/fitted-row.ts";
import { type Fitted, fitRow, type RowMethod } from "./fit-row.ts";
import { branchesOf, foldRow, ownName } from "./fold-row.ts";
import type { Label } from "./groups.ts";
import { fewNumbers, type Layer, type ReadNumbers } from "./layer.ts";
import { type KnownPicture, type RepairCase, type RepairContext, sizesIn } from "./repair-case.ts";
import { editedPictures } from "./repair-effects.ts";
import { leastGroup } from "./repair-figures.ts";
import { rectifiedKey, repairedName, writeRepaired } from "./repair-file.ts";
import type { MadeRepair } from "./repair-schema.ts";

/** Pictures of a group below which it is said, and filled up with edited ones where these are asked for. */
export const fewInGroup = 30;
/** Pictures a feature and side that are edited to be fitted to. */
const mostEdited = 200;

/** Fits the last layer's row of a target anew, and writes the file with it; or says why it cannot. */
export async function makeRepair(method: RowMethod, subject: RepairCase, context: RepairContext): Promise<MadeRepair> {
  const none = {
    ...{ method, file: null, manifest: null, done: null, node: null },
    ...{ penalty: null, perGroup: null, fits: null, edited: 0, beside: false },
  };
  const { target, layer, known } = subject;
  if ("refused" in layer) return { ...none, refused: layer.refused };
  if (method === "last-two" && layer.under === undefined)
    return { ...none, refused: say.noLayerUnder({ node: layer.layer.node, width: layer.width, enough: fewNumbers }) };
  const untold = untoldIn(subject);
  if (untold !== undefined) return { ...none, refused: untold };
  const own = known.train.filter((each): each is KnownPicture & Fitted => each.read !== undefined);
  const edited = context.settings.data === "pairs" ? await editedIn(subject, layer, context) : [];
  const fitted: readonly Fitted[] = [...own, ...edited];
  const lacking = lackingGroup(subject, fitted, known.validation);
  if (lacking !== undefined) return { ...none, refused: lacking, edited: edited.length };
  const { row, depth, beside, found } = fitRow(method, { subject, layer, fitted, settings: context.settings });
  const gated = beside.some(({ gate }) => gate !== undefined);
  const { concept, features, told } = subject;
  const by = [told.class?.by, ...told.features.map((each) => each?.by)];
  const done = say.doneWords(method, {
    ...found,
    name: target.name,
    concept,
    features,
    by,
    gated,
    edited: edited.length,
  });
  const index = target.terms[0]?.target as number;
  const model = target.terms[0]?.model as NonNullable<(typeof target.terms)[0]>["model"];
  const prefix = `classifier:${model.name}/`;
  const place = layer.rowOf(index);
  const branches = branchesOf(layer, place, { depth, terms: beside }, prefix);
  const written = await writeRepaired(context, model, {
    name: repairedName(target, method),
    changes: { ...foldRow(layer, place, row, prefix), branches, metadata: { [rectifiedKey]: done } },
  });
  return {
    ...{ method, refused: null, ...written, done, node: ownName(layer.layer.node, prefix) },
    ...{ penalty: found.penalty, perGroup: found.perGroup, fits: found.fits, edited: edited.length },
    beside: branches.length > 0,
  };
}

/** Nobody says which pictures are of the class, or have a feature. */
function untoldIn({ told, concept, features }: RepairCase): string | undefined {
  if (told.class === undefined) return say.untoldClass(concept);
  const missing = features.find((_, k) => told.features[k] === undefined);
  return missing && say.untoldFeature(missing);
}

/** The first group that is too small to be fitted or chosen by. */
function lackingGroup(
  subject: RepairCase,
  fitted: readonly Fitted[],
  chosen: readonly KnownPicture[],
): string | undefined {
  const sizes = sizesIn(subject, fitted);
  const group = sizes.findIndex((size) => size < leastGroup);
  if (group >= 0) return say.smallGroup(sizes[group] as number, subject.nameOf(group), leastGroup);
  const rarer = [0, 1].find((label) => !chosen.some((each) => each.label === label));
  return rarer === undefined ? undefined : say.noneChosen(subject.concept, rarer === 1);
}

/** Fitted pictures with a feature taken out or put in, in groups that have few: the class stays what it is. */
async function editedIn(subject: RepairCase, layer: Layer, context: RepairContext): Promise<readonly Fitted[]> {
  const { target, concept, features, known } = subject;
  const { listing, workspace, signal } = context;
  const byImage = new Map(known.train.map((each) => [each.picture.row.image, each]));
  const sizes = sizesIn(subject, known.train);
  // The class is among what patterns are fitted to, so that no feature is charged with it.
  const moved = [
    context.features.find(({ name }) => name === concept) ?? { name: concept, witness: target, editors: [] },
    ...context.features.filter(({ name }) => features.includes(name)),
  ];
  const part = { listing, rows: [...byImage.values()].map(({ picture }) => picture.row), signal };
  const made = await editedPictures(
    { ...part, autoencoder: workspace.autoencoder },
    { features: moved, pictures: mostEdited, progress: () => {} },
  );
  const row = layer.rowOf(target.terms[0]?.target as number);
  const found: Fitted[] = [];
  for (const { feature, edits } of made) {
    const place = features.indexOf(feature);
    const wanted = edits.flatMap(({ image, side, after }) => {
      const source = byImage.get(image);
      if (source === undefined || place < 0) return [];
      const has = source.features.map((value, k): Label => (k === place ? (side === "add" ? 1 : 0) : value));
      const group = has.reduce<number>((bits, value, k) => bits | (value << (k + 1)), source.label);
      return (sizes[group] as number) < fewInGroup ? [{ label: source.label, features: has, group, after }] : [];
    });
    if (wanted.length === 0) continue;
    const read = await layer.read(stack(wanted.map(({ after }) => after)), [row]);
    if ("refused" in read) continue;
    found.push(...wanted.map(({ after: _, ...each }, i) => ({ ...each, read: read[0]?.[i] as ReadNumbers })));
  }
  return found;
}
