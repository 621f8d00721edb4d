import type { CheckItem } from "../results/check-item.ts";
import type { CellEffect } from "../results/matrix-schema.ts";
import { boundWords, intervalWords, quoted, range, signed } from "./figures.ts";

/** The outcome of the check of an effect, in plain words. */
export function effectCheckWords(effect: CellEffect, bound: Allowed, maxRareUse: number): string {
  const { feature, value, ci, count } = effect;
  const figures = `effect of ${quoted(feature)} ${signed(value)}${intervalWords(ci)} on ${count} edited images`;
  return `${figures}: ${outcome(effect, bound, maxRareUse)}`;
}

type Said = Pick<CheckItem, "base" | "sentence">;
type Allowed = Pick<CheckItem, "base" | "low" | "high">;

/** An effect within its bound, against which relative changes speak. */
export function againstChanges(effect: Said, changes: Said): string {
  return `${effect.sentence}, but not the other way round: lowering ${quoted(effect.base)} moves it, ${changes.sentence}`;
}

/** An effect within its bound, against which a share of the direction speaks. */
export function againstShare(effect: Said, share: string): string {
  return `${effect.sentence}, but the decomposition finds a share of ${share} beyond it`;
}

/** Relative changes, where the effect says nothing. */
export function untoldByEffect(effect: Said, changes: Said): string {
  return `${changes.sentence}; the effect cannot tell: ${effect.sentence}`;
}

/** Why there is no effect to check. */
export function noEffectCheckWords({ base, downstream }: Pick<CheckItem, "base" | "downstream">): string {
  return `no effect of ${quoted(downstream)} on ${quoted(base)}: the feature was not moved, or nobody else tells what ${quoted(base)} is about (add a judge)`;
}

function outcome(
  { state, reason, witness, moved, count, total, followed, joint, unedited }: CellEffect,
  allowed: Allowed,
  maxRareUse: number,
): string {
  const bound = boundWords(allowed);
  const settled =
    joint !== null && unedited !== null
      ? `, with ${unedited.count} unedited images, which say ${signed(unedited.value)} (together ${range(...joint.ci)})`
      : "";
  if (state === "found") return `beyond ${bound}${settled}`;
  if (state === "clear") return `within ${bound}${settled}`;
  switch (reason) {
    case "not-moved":
      return `${quoted(witness)} saw the feature move on only ${moved} of ${count}, so nothing can be said`;
    case "moves-others":
      return `${signed(total ?? 0)} with what moved along: the feature cannot be told from others`;
    case "base-unreachable":
      return `within ${bound}, but no feature at all moves ${quoted(allowed.base)}, so nothing can be said`;
    case "told-by-editor":
      return `within ${bound}, but told by the network that made the edits, or by a probe, which reads what they change: a judge of the feature would answer`;
    case "unchecked":
      return `within ${bound}, but ${quoted(witness)} is named by CLIP, and nobody has checked it: judge forty pictures of it on the Label page of cfalign serve`;
    case "rare-use":
      return `within ${bound} on average, but the prediction followed on ${followed.count} of ${moved}, which leaves up to ${(100 * followed.most).toFixed(1)} % of all images where ${Number((100 * maxRareUse).toFixed(2))} % are allowed${followed.count > maxRareUse * moved ? "" : ": align with more interventions"}`;
    case "too-few":
      return "too few images: align with more interventions, or more images";
    default:
      return `the interval crosses an end of ${bound}: align with more interventions`;
  }
}
