import { leastMoved, leastMovement } from "../../interventions/confirmed.ts";
import type { InterventionRow } from "../../interventions/rows.ts";
import type { CellEffect } from "../../results/matrix-schema.ts";
import { largestShare, shareInterval } from "../../statistics/binomial.ts";
import { type EffectEvidence as Estimate, effectInterval, effectPValue } from "../../statistics/effect-interval.ts";
import { fallOf, type MovedFeatures } from "./movements.ts";

/** Effect of any feature from which a classifier answers at all: one that nothing moves says nothing of what it does not use. */
const leastAnswer = 0.25;
/** Interventions below which there is no state. */
const minCount = 10;
/**
 * Fall of a classifier, as a part of what the witness says went, from which a picture answered; and from which it is counted against a clear cell: an
 * edit does some other harm on one picture of a hundred, which would else leave a quarter of the clear cells of the development pairs unresolved.
 */
const answer = { seen: 0.3, strong: 0.5 };
/** Confidence, at most, of the intervals by which edits and unedited pictures agree: wide ones, as of many bounds at once, agree with anything. */
const agreement = 0.95;

export interface EffectOptions {
  /** What an effect may be: it is found beyond, and clear within. */
  readonly allowed: readonly [low: number, high: number];
  readonly confidence: number;
  /** Confidence of shares of pictures, where it is not that of the interval. */
  readonly ofShares?: number;
  /** Largest share of images that may use a feature where its cell is clear. */
  readonly maxRareUse: number;
  /** Edited pictures on which the classifier gave no number, 0: any of them may be one that uses the feature. */
  readonly unanswered?: number;
}

/** The effect of one feature on one classifier; undefined where it has none: the feature was not moved, the classifier's own has no witness, or a class of its own softmax tells the feature. */
export function effectOf(
  moved: MovedFeatures,
  { classifier, feature, concept }: { readonly classifier: string; readonly feature: string; readonly concept: string },
  { allowed, confidence, ofShares = confidence, maxRareUse, unanswered = 0 }: EffectOptions,
): CellEffect | undefined {
  const { features, classifiers, witnesses, rows, interventions, all, bySide } = moved;
  const [k, m] = [features.indexOf(feature), classifiers.indexOf(classifier)];
  if (k < 0 || m < 0 || witnesses[k] === classifier || !moved.explains(m, k)) return undefined;
  const ownWitness = witnesses[features.indexOf(concept)] as string;
  const at = m * features.length + k;
  const movement = (row: number, j: number): number => interventions.movements[row * features.length + j] as number;
  const fall = (row: number): number => interventions.falls[row * classifiers.length + m] as number;
  const beta = (j: number): number => all.values[m * features.length + j] as number;

  const own = rows.flatMap((row, index) => (row.feature === feature ? [index] : []));
  const answering = own.filter((row) => (rows[row]?.side === "add" ? -1 : 1) * movement(row, k) > leastMovement);
  const parts = answering.map((row) => {
    let left = fall(row);
    for (let j = 0; j < features.length; j++) if (j !== k) left -= beta(j) * movement(row, j);
    return left / movement(row, k);
  });
  // A picture that two editors edited is one picture of which to tell how rare a use may be, and follows where it follows either.
  const picturesOf = (some: readonly number[]): number => new Set(some.map((row) => interventions.picture[row])).size;
  const beyond = (low: number, high: number): number =>
    picturesOf(answering.filter((_, at) => (parts[at] as number) < low || (parts[at] as number) > high));
  const value = beta(k);
  const [removed, added] = [bySide.remove?.values[at], bySide.add?.values[at]];
  const both = new Set(own.map((row) => rows[row]?.side)).size === 2;
  const known: Estimate = {
    ...{ value, standardError: all.standardErrors[at] as number },
    pictures: picturesOf(own),
    ...(both && removed !== undefined && added !== undefined ? { sides: [removed, added] } : {}),
  };
  const ci = effectInterval(known, confidence);
  const count = picturesOf(answering);
  const answered = beyond(-answer.seen, answer.seen);
  // What is allowed of all pictures is allowed of one.
  const followed = beyond(Math.min(-answer.strong, allowed[0]), Math.max(answer.strong, allowed[1]));
  const most = largestShare(followed + unanswered, count + unanswered, ofShares);
  const total = totalOf(own, { fall, movement: (row) => movement(row, k) });
  const effect = {
    feature,
    value,
    ci: ci === undefined ? null : ([...ci] as [number, number]),
    pValue: effectPValue(known, allowed) ?? null,
    total,
    count: own.length,
    removed: sideOf(moved, own, { side: "remove", classifier, ownWitness }),
    added: sideOf(moved, own, { side: "add", classifier, ownWitness }),
    moved: answering.length,
    answered: { count: answered, ci: [...shareInterval(answered, count, ofShares)] as [number, number] },
    followed: { count: followed, most },
    witness: witnesses[k] as string,
    editors: [...new Set(own.map((row) => (rows[row] as InterventionRow).editor))],
    toldByEditor: own.some((row) => rows[row]?.editedBy === witnesses[k]),
    unedited: uneditedOf(moved, at, confidence),
  };
  const saw = new Set(answering);
  const bothWays = (["remove", "add"] as const).every((side) => {
    const some = own.filter((row) => rows[row]?.side === side);
    return some.filter((row) => saw.has(row)).length >= leastMoved * some.length;
  });
  const entangled = moved.entangled[k] as boolean;
  const answers = features.some((_, j) => Math.abs(beta(j)) >= leastAnswer);
  const least = Math.min(confidence, agreement);
  const agrees = isAgreed(effectInterval(known, least), uneditedOf(moved, at, least)?.ci);
  const evidence = { ...effect, bothWays, entangled, answers, agrees };
  const said = effectState(evidence, { allowed, maxRareUse });
  const settled = said.reason === "straddles" ? settledBy(evidence, { allowed, maxRareUse }) : undefined;
  return { ...effect, joint: null, ...said, ...(settled && { ...settled, reason: null }) };
}

/** What unedited pictures say of one effect; null where they do not. */
function uneditedOf({ unedited }: MovedFeatures, at: number, confidence: number): CellEffect["unedited"] {
  const [value, standardError] = [unedited?.values[at], unedited?.standardErrors[at]];
  if (unedited === undefined || value === undefined || standardError === undefined) return null;
  const ci = effectInterval({ value, standardError, pictures: unedited.count }, confidence);
  return ci === undefined || ci.some(Number.isNaN)
    ? null
    : { value, ci: [...ci] as [number, number], count: unedited.count };
}

interface EffectEvidence
  extends Pick<CellEffect, "value" | "ci" | "total" | "followed" | "moved" | "count" | "toldByEditor" | "unedited"> {
  /** Whether the witness saw the feature move on half of the pictures of each side that there is. */
  readonly bothWays: boolean;
  /** Whether the feature cannot be told from another, since they moved together in all interventions. */
  readonly entangled: boolean;
  /** Whether the classifier answers to any feature at all, its own among them. */
  readonly answers: boolean;
  /** Whether edits and unedited pictures say the same. */
  readonly agrees: boolean;
}

/** What an effect says by itself: that it lies beyond what is allowed, within, or cannot be told. */
function effectState(
  { ci, total, followed, moved, count, bothWays, entangled, answers, toldByEditor }: EffectEvidence,
  { allowed: [low, high], maxRareUse }: Pick<EffectOptions, "allowed" | "maxRareUse">,
): Pick<CellEffect, "state" | "reason"> {
  const unresolved = (reason: NonNullable<CellEffect["reason"]>) => ({ state: "unresolved", reason }) as const;
  if (moved < leastMoved * count) return unresolved("not-moved");
  if (ci === null || total === null || count < minCount) return unresolved("too-few");
  if (entangled) return unresolved("moves-others");
  // What an edit that goes one way only does to a classifier may be the edit.
  if ((ci[0] > high || ci[1] < low) && !bothWays) return unresolved("not-moved");
  // An effect that only shows beside another column may be that column's: the witness of the classifier's own feature may use what the classifier does not.
  if (ci[0] > high) return total > high ? { state: "found", reason: null } : unresolved("moves-others");
  if (ci[1] < low) return total < low ? { state: "found", reason: null } : unresolved("moves-others");
  if (ci[0] <= low || ci[1] >= high) return unresolved("straddles");
  if (total <= low || total >= high) return unresolved("moves-others");
  if (!answers) return unresolved("base-unreachable");
  // What a network says of its own edits may be seen by nobody else: a classifier that does not follow need not be told of them.
  if (toldByEditor) return unresolved("told-by-editor");
  if (followed.most > maxRareUse) return unresolved("rare-use");
  return { state: "clear", reason: null };
}

type Ends = readonly [low: number, high: number];

/** Whether the middles of two intervals differ by no more than the root of their squared half widths. */
function isAgreed(edited: Ends | undefined, unedited: Ends | undefined): boolean {
  if (edited === undefined || unedited === undefined) return false;
  const middle = ([low, high]: Ends): number => (low + high) / 2;
  const half = ([low, high]: Ends): number => (high - low) / 2;
  return Math.abs(middle(edited) - middle(unedited)) <= Math.hypot(half(edited), half(unedited));
}

/** A figure with its interval, from two of them that err for different reasons: weighed by the squares of their widths. */
function jointOf(
  edited: { readonly value: number; readonly ci: readonly [number, number] },
  unedited: { readonly value: number; readonly ci: readonly [number, number] },
): { value: number; ci: [number, number] } {
  const both = [edited, unedited].map(({ value, ci: [low, high] }) => ({ value, variance: ((high - low) / 2) ** 2 }));
  const precision = both.reduce((sum, { variance }) => sum + 1 / variance, 0);
  const value = both.reduce((sum, one) => sum + one.value / one.variance, 0) / precision;
  const half = 1 / Math.sqrt(precision);
  return { value, ci: [value - half, value + half] };
}

/**
 * An effect whose interval crosses an end of what is allowed, and unedited pictures that agree with it: what both together say, where they lie wholly beyond
 * or wholly within, and so do all figures. Edits that say next to nothing settle nothing: their interval tells the direction of what is found, and reaches to twice
 * what is allowed at most where it is clear. undefined where they do not settle it.
 */
function settledBy(
  { value, ci, total, unedited, followed, bothWays, answers, toldByEditor, agrees }: EffectEvidence,
  { allowed: [low, high], maxRareUse }: Pick<EffectOptions, "allowed" | "maxRareUse">,
): { readonly state: "found" | "clear"; readonly joint: NonNullable<CellEffect["joint"]> } | undefined {
  if (ci === null || total === null || unedited === null || !agrees) return undefined;
  const joint = jointOf({ value, ci }, unedited);
  const figures = [value, total, unedited.value, ...joint.ci];
  const [middle, reach] = [(low + high) / 2, (high - low) / 2];
  const above = ci[0] > middle && figures.every((one) => one > high);
  const below = ci[1] < middle && figures.every((one) => one < low);
  if ((above || below) && bothWays) return { state: "found", joint };
  const narrow = ci[0] > low - reach && ci[1] < high + reach;
  const within = narrow && figures.every((one) => one > low && one < high);
  return within && answers && !toldByEditor && followed.most <= maxRareUse ? { state: "clear", joint } : undefined;
}

/** Σ falls of the classifier over Σ movements of the feature, of its own interventions: with all that moved along. null where it did not move. */
function totalOf(
  own: readonly number[],
  { fall, movement }: { fall(row: number): number; movement(row: number): number },
): number | null {
  let [falls, movements] = [0, 0];
  for (const row of own) {
    const sign = Math.sign(movement(row));
    falls += sign * fall(row);
    movements += Math.abs(movement(row));
  }
  return movements === 0 ? null : falls / movements;
}

/** Mean predictions of the classifier, and of its own concept's witness, before and after the interventions of one side; null where there are none. */
function sideOf(
  { rows, features, witnesses }: MovedFeatures,
  own: readonly number[],
  {
    side,
    classifier,
    ownWitness,
  }: { readonly side: "remove" | "add"; readonly classifier: string; readonly ownWitness: string },
): CellEffect["removed"] {
  const some = own.flatMap((index) => {
    const row = rows[index];
    return row?.side === side ? [row] : [];
  });
  if (some.length === 0) return null;
  const mean = (of: (row: (typeof some)[number]) => number): number =>
    some.reduce((sum, row) => sum + of(row), 0) / some.length;
  const feature = some[0]?.feature ?? "";
  const witness = witnesses[features.indexOf(feature)] as string;
  return {
    count: some.length,
    before: mean((row) => row.before[classifier] as number),
    after: mean((row) => row.after[classifier] as number),
    feature: mean((row) => fallOf(row, witness)),
    own: {
      name: ownWitness,
      before: mean((row) => row.before[ownWitness] as number),
      after: mean((row) => row.after[ownWitness] as number),
    },
  };
}
