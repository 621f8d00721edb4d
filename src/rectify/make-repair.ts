import { logSumExp } from "../models/prediction.ts";
import { createRandom } from "../random.ts";
import { stack } from "../tensor.ts";
import { calibrated } from "./calibrate.ts";
import { foldRow } from "./fold-row.ts";
import type { Label } from "./groups.ts";
import type { Layer, Row } from "./layer.ts";
import { type Refit, refit } from "./refit.ts";
import { type KnownPicture, type RepairCase, type RepairContext, sizesIn } from "./repair-case.ts";
import { editedPictures } from "./repair-effects.ts";
import { leastGroup } from "./repair-figures.ts";
import { rectifiedKey, repairedName, writeRepaired } from "./repair-file.ts";
import type { MadeRepair } from "./repair-schema.ts";
import { folded, signalsOf, withoutSignals } from "./signals.ts";

/** Pictures of a group below which it is said, and filled up with edited ones where these are asked for. */
export const fewInGroup = 30;
/** Logistic regressions whose mean the new row is, as deep feature reweighting has it. */
const fits = 20;
/** Pictures a feature and side that are edited to be fitted to. */
const mostEdited = 200;

type Method = "last-layer" | "project";

/** A picture that a row is fitted to. */
type Fitted = Pick<KnownPicture, "label" | "features" | "group"> & { readonly read: Float32Array };

/** Fits the last layer's row of a target anew, and writes the file with it; or says why it cannot. */
export async function makeRepair(method: Method, subject: RepairCase, context: RepairContext): Promise<MadeRepair> {
  const none = {
    ...{ method, file: null, manifest: null, done: null, node: null },
    ...{ penalty: null, perGroup: null, fits: null, edited: 0 },
  };
  const { target, layer, known } = subject;
  if ("refused" in layer) return { ...none, refused: layer.refused };
  const untold = untoldIn(subject);
  if (untold !== undefined) return { ...none, refused: untold };
  const own = known.train.filter((each): each is KnownPicture & Fitted => each.read !== undefined);
  const edited = context.settings.data === "pairs" ? await editedIn(subject, layer, context) : [];
  const fitted: readonly Fitted[] = [...own, ...edited];
  const lacking = lackingGroup(subject, fitted, known.validation);
  if (lacking !== undefined) return { ...none, refused: lacking, edited: edited.length };
  const { row, found } = fittedRow(method, { subject, layer, fitted, seed: context.settings.seed });
  const done = doneWords(method, subject, { found, edited: edited.length });
  const index = target.terms[0]?.target as number;
  const model = target.terms[0]?.model as NonNullable<(typeof target.terms)[0]>["model"];
  const written = await writeRepaired(context, model, {
    name: repairedName(target, method),
    changes: {
      ...foldRow(layer, layer.rowOf(index), row, `classifier:${model.name}/`),
      metadata: { [rectifiedKey]: done },
    },
  });
  return {
    ...{ method, refused: null, ...written, done, node: ownName(layer.layer.node, model.name) },
    ...{ penalty: found.penalty, perGroup: found.perGroup, fits: found.fits, edited: edited.length },
  };
}

function ownName(node: string, model: string): string {
  const prefix = `classifier:${model}/`;
  return node.startsWith(prefix) ? node.slice(prefix.length) : node;
}

function untoldIn({ told, concept, features }: RepairCase): string | undefined {
  if (told.class === undefined) {
    return `nobody says which pictures are ${concept}: a column "${concept}" of metadata.csv, or a judge of it, would`;
  }
  const missing = features.find((_, k) => told.features[k] === undefined);
  return missing === undefined ? undefined : `nobody says which pictures have ${missing}`;
}

/** The first group that is too small to be fitted or chosen by. */
function lackingGroup(
  subject: RepairCase,
  fitted: readonly Fitted[],
  chosen: readonly KnownPicture[],
): string | undefined {
  const sizes = sizesIn(subject, fitted);
  const group = sizes.findIndex((size) => size < leastGroup);
  if (group >= 0) {
    return `only ${sizes[group]} fitted pictures are ${subject.nameOf(group)}, and ${leastGroup} are needed: give more of them, or fit to edited pictures too (data pairs)`;
  }
  const rarer = [0, 1].find((label) => !chosen.some((each) => each.label === label));
  return rarer === undefined
    ? undefined
    : `no picture of the second part is ${rarer === 1 ? "" : "not "}${subject.concept}`;
}

/** The new row on the scale of the chosen pictures. */
function fittedRow(
  method: Method,
  {
    subject,
    layer,
    fitted,
    seed,
  }: {
    readonly subject: RepairCase;
    readonly layer: Layer;
    readonly fitted: readonly Fitted[];
    readonly seed: number;
  },
): { readonly row: Row; readonly found: Refit } {
  const { target, groups, known } = subject;
  const row = layer.rowOf(target.terms[0]?.target as number);
  const rest = restOf(subject, layer, row);
  const labelled = {
    read: fitted.map(({ read }) => read),
    labels: fitted.map(({ label }) => label),
    groups: fitted.map(({ group }) => group),
  };
  const signals =
    method === "project" ? signalsOf({ ...labelled, features: fitted.map(({ features }) => features) }) : [];
  const found = refit(
    {
      ...labelled,
      read: labelled.read.map((read) => withoutSignals(read, signals)),
      ...(rest === undefined ? {} : { offsets: labelled.read.map(rest.offset) }),
    },
    groups,
    { fits, random: createRandom(`${seed}/${method}/${target.name}`) },
  );
  const own = folded(found.row, signals);
  const chosen = known.validation.filter((each): each is KnownPicture & Fitted => each.read !== undefined);
  const scaled = calibrated(
    own,
    {
      logits: chosen.map(({ read }) => logitOf(own, read)),
      labels: chosen.map(({ label }): Label => label),
      groups: chosen.map(({ group }) => group),
      ...(rest === undefined ? {} : { offsets: chosen.map(({ read }) => rest.offset(read)) }),
    },
    groups,
  );
  return { row: rest === undefined ? scaled : sum(scaled, rest.mean), found };
}

/**
 * What a softmax's prediction depends on beside the row: the logit is that of the row minus logsumexp of the others. The row is fitted as a
 * difference to their mean, so that no penalty pulls it away from them. undefined for a sigmoid.
 */
function restOf(
  { target }: RepairCase,
  { rows }: Layer,
  row: number,
): { readonly mean: Row; offset(read: ArrayLike<number>): number } | undefined {
  const [term] = target.terms;
  if (term?.model.activation !== "softmax") return undefined;
  const others = rows.filter((_, index) => index !== row);
  const mean = others.reduce(sum);
  const part = { weights: mean.weights.map((weight) => weight / others.length), bias: mean.bias / others.length };
  return {
    mean: part,
    offset: (read) => logitOf(part, read) - logSumExp(others.map((other) => logitOf(other, read))),
  };
}

function sum(a: Row, b: Row): Row {
  return { weights: a.weights.map((weight, i) => weight + (b.weights[i] as number)), bias: a.bias + b.bias };
}

/** The logit of a row. */
function logitOf({ weights, bias }: Row, read: ArrayLike<number>): number {
  let logit = bias;
  for (let i = 0; i < weights.length; i++) logit += (weights[i] as number) * (read[i] as number);
  return logit;
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
    const read = await layer.read(stack(wanted.map(({ after }) => after)), row);
    if ("refused" in read) continue;
    found.push(...wanted.map(({ after: _, ...each }, i) => ({ ...each, read: read[i] as Float32Array })));
  }
  return found;
}

function doneWords(
  method: Method,
  { target, concept, features, told }: RepairCase,
  { found, edited }: { readonly found: Refit; readonly edited: number },
): string {
  const list = features.join(", ");
  const first =
    method === "project"
      ? `the signal of ${list} projected out of what the last layer reads, and its`
      : "the last layer's";
  const by = [...new Set([told.class?.by, ...told.features.map((each) => each?.by)])].join(", ");
  const pairs = edited === 0 ? "" : `, ${edited} edited pictures among them`;
  return `${method}: ${first} row of ${target.name} fitted anew, so that it does not use ${list}: mean of ${found.fits} logistic regressions (penalty ${found.penalty}) on ${found.perGroup} pictures of each group of ${[concept, ...features].join(" × ")}${pairs}, as told by ${by}`;
}
