import { createRandom } from "../base/random.ts";
import { logSumExp } from "../models/prediction.ts";
import type { BranchTerm } from "../onnx/add-branch.ts";
import { calibrated } from "./calibrate.ts";
import type { Label } from "./groups.ts";
import type { Layer, ReadNumbers, Row } from "./layer.ts";
import type { RectifySettings } from "./options.ts";
import { asTheyAre, logitOf, meanAlong, projected, projectedWherePresent, type Reading } from "./reading.ts";
import { type Refit, refit } from "./refit.ts";
import type { KnownPicture, RepairCase } from "./repair-case.ts";
import type { RepairMethod } from "./repair-schema.ts";
import { signalsOf } from "./signals.ts";

/** Logistic regressions whose mean the new row is, as deep feature reweighting has it. */
const fits = 20;

/** A picture that a row is fitted to. */
export type Fitted = Pick<KnownPicture, "label" | "features" | "group"> & { readonly read: ReadNumbers };

/** What a row is fitted with. */
export interface RowRequest {
  readonly subject: RepairCase;
  readonly layer: Layer;
  readonly fitted: readonly Fitted[];
  readonly settings: Pick<RectifySettings, "seed" | "where">;
}

/** Whose numbers a row is fitted to: the last layer's own, or those of the linear layer under it. */
export type Depth = keyof ReadNumbers;

/** A new row, on the scale of the chosen pictures, and what is added to its logit beside it. */
export interface FittedRow {
  readonly row: Row;
  readonly depth: Depth;
  /** From the numbers of that depth. */
  readonly beside: readonly BranchTerm[];
  readonly found: Refit;
}

/** Methods that give the row of a last layer other weights. */
export type RowMethod = Exclude<RepairMethod, "sum">;

/** Fits the row of a target anew, to what a method leaves of the numbers that it reads. Where these are those of the layer under the last, the row itself is empty, and its logit is added beside it. */
export function fitRow(method: RowMethod, request: RowRequest): FittedRow {
  const depth: Depth = method === "last-two" ? "under" : "own";
  const { subject, layer, fitted, settings } = request;
  const { target, groups } = subject;
  const rest = restOf(subject, layer, layer.rowOf(target.terms[0]?.target as number));
  const reading = readingFor(method, depth, request);
  const chosen = chosenIn(subject);
  const found = refit(
    {
      read: fitted.map(({ read }) => reading.changed(at(depth, read))),
      labels: fitted.map(({ label }) => label),
      groups: fitted.map(({ group }) => group),
      ...(rest === undefined ? {} : { offsets: fitted.map(({ read }) => rest.offset(read.own)) }),
    },
    groups,
    { fits, random: createRandom(`${settings.seed}/${method}/${target.name}`) },
  );
  const scaled = calibrated(
    found.row,
    {
      logits: chosen.map(({ read }) => logitOf(found.row, reading.changed(at(depth, read)))),
      labels: chosen.map(({ label }): Label => label),
      groups: chosen.map(({ group }) => group),
      ...(rest === undefined ? {} : { offsets: chosen.map(({ read }) => rest.offset(read.own)) }),
    },
    groups,
  );
  const row = reading.folded(scaled);
  const empty = { weights: new Float64Array(layer.width), bias: 0 };
  const own = depth === "own" ? row : empty;
  return {
    row: rest === undefined ? own : sum(own, rest.mean),
    depth,
    beside: [...(depth === "own" ? [] : [row]), ...reading.beside(scaled)],
    found,
  };
}

function at(depth: Depth, read: ReadNumbers): Float32Array {
  return read[depth] as Float32Array;
}

function chosenIn({ known }: RepairCase): readonly Fitted[] {
  return known.validation.filter((each): each is KnownPicture & Fitted => each.read !== undefined);
}

function readingFor(method: RowMethod, depth: Depth, request: RowRequest): Reading {
  if (method !== "project") return asTheyAre;
  const { fitted, settings } = request;
  const signals = signalsOf({
    read: fitted.map(({ read }) => at(depth, read)),
    labels: fitted.map(({ label }) => label),
    features: fitted.map(({ features }) => features),
  });
  if (settings.where === "everywhere") return projected(signals);
  return projectedWherePresent(
    signals.map((signal, k) => {
      const without = fitted.filter(({ features }) => features[k] === 0).map(({ read }) => at(depth, read));
      return { signal, gate: gateOf(k, depth, request), absent: meanAlong(signal, without) };
    }),
  );
}

/** What the numbers say of a feature: a row as that of the class is fitted. */
function gateOf(k: number, depth: Depth, { subject, fitted, settings }: RowRequest): Row {
  const { target, groups } = subject;
  const own = (some: readonly Fitted[]) => ({
    labels: some.map(({ features }) => features[k] as Label),
    groups: some.map(({ group }) => group),
  });
  const random = createRandom(`${settings.seed}/gate ${k}/${target.name}`);
  const { row } = refit({ read: fitted.map(({ read }) => at(depth, read)), ...own(fitted) }, groups, { fits, random });
  const chosen = chosenIn(subject);
  return calibrated(row, { logits: chosen.map(({ read }) => logitOf(row, at(depth, read))), ...own(chosen) }, groups);
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
