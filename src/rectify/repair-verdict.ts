import { groupOpen, groupWords, movedWords, stillThere, whyUnknown } from "../words/repair.ts";
import type { JudgedRepair, Looked, RepairEffect, RepairMethod } from "./repair-schema.ts";

/** Part of an effect that may be left of one that became smaller for sure. */
const leftShare = 0.5;

/** What a verdict on a repair is decided from. */
export interface RepairEvidence {
  readonly against: readonly string[];
  readonly before: Looked;
  readonly after: Looked;
  readonly worstGroupChange: JudgedRepair["worstGroupChange"];
  readonly minEffect: number;
  /** Says which group is smallest, for what would tell. */
  readonly smallest: string;
}

type Judged = Pick<JudgedRepair, "verdict" | "reason">;

/**
 * The verdict on a repair, by the first rule that holds. *worse*: worst-group accuracy surely fell, or an effect surely grew, of whichever feature: of one that was not repaired against, to beyond min-effect. *repaired*: every
 * feature's effect is clear, which it was not before (by a probe alone: where the same edits were answered before), and a fall of worst-group accuracy by more than min-effect is excluded. *better*: an effect
 * became at most half, intervals apart, or the worst group surely rose; none grew. Else *unresolved*, with what would tell.
 */
export function judgeRepair(evidence: RepairEvidence): Judged {
  const { against, before, after, worstGroupChange: change, minEffect, smallest } = evidence;
  const pairOf = (feature: string) => {
    const of = ({ effects }: Looked): RepairEffect | undefined => effects.find((effect) => effect.feature === feature);
    return { feature, was: of(before), is: of(after) };
  };
  const pairs = against.map(pairOf);
  const others = after.effects.flatMap(({ feature }) => (against.includes(feature) ? [] : [pairOf(feature)]));
  const beside = others.filter(({ was, is }) => is?.state === "found" && grew(was, is));
  const told = [...[...pairs, ...beside].map(movedWords), groupWords(change, smallest)].join("; ");
  const missing = pairs.find(({ was, is }) => !isTold(was) || !isTold(is));
  if (change !== null && change.ci[1] < 0) return { verdict: "worse", reason: told };
  if (beside.length > 0 || pairs.some(({ was, is }) => grew(was, is))) return { verdict: "worse", reason: told };
  if (missing !== undefined) return { verdict: "unresolved", reason: `${told}: ${whyUnknown(missing)}` };
  if (pairs.every(({ was }) => was?.state === "clear")) return { verdict: "nothing to repair", reason: told };
  const left = pairs.find(({ was, is }) => !isGone(was, is));
  if (left === undefined && change !== null && change.ci[0] > -minEffect) return { verdict: "repaired", reason: told };
  const open = left === undefined ? groupOpen(smallest) : stillThere(left.is as RepairEffect, minEffect);
  const smaller = pairs.some(({ was, is }) => shrank(was, is)) || (change !== null && change.ci[0] > 0);
  return { verdict: smaller ? "better" : "unresolved", reason: `${told}: ${open}` };
}

function isTold(effect: RepairEffect | undefined): effect is RepairEffect {
  return effect?.ci != null && effect.reason !== "not-moved" && effect.reason !== "too-few";
}

/** Whether an effect is clear; one that a probe tells, where the classifier answered to the same edits before. */
function isGone(was: RepairEffect | undefined, is: RepairEffect | undefined): boolean {
  return is?.state === "clear" || (is?.reason === "told-by-editor" && was?.state === "found");
}

function grew(was: RepairEffect | undefined, is: RepairEffect | undefined): boolean {
  return isTold(was) && isTold(is) && Math.abs(is.value) > Math.abs(was.value) && apart(was, is);
}

function shrank(was: RepairEffect | undefined, is: RepairEffect | undefined): boolean {
  return isTold(was) && isTold(is) && Math.abs(is.value) <= leftShare * Math.abs(was.value) && apart(was, is);
}

function apart(was: RepairEffect, is: RepairEffect): boolean {
  const [a, b] = [was.ci as readonly [number, number], is.ci as readonly [number, number]];
  return a[1] < b[0] || b[1] < a[0];
}

/** A method on the chosen part. */
export interface Candidate {
  readonly method: RepairMethod;
  readonly chosen: Looked;
}

/**
 * The method that is recommended, by a rule that was fixed on the development pairs of the benchmark: of those on whose chosen pictures no feature has an effect beyond min-effect, those
 * whose worst group and accuracy are not surely lower than the best of them, and of these the one with the smallest effect; where none has so small an effect, the one whose largest is
 * smallest. Of equals the first in the order last-layer, last-two, project, sum.
 */
export function recommended(
  candidates: readonly Candidate[],
  against: readonly string[],
  minEffect: number,
): RepairMethod | null {
  const sized = candidates.map(({ method, chosen: { effects, figures } }) => {
    const sizes = against.map((feature) => {
      const effect = effects.find((each) => each.feature === feature);
      return effect === undefined ? Infinity : Math.abs(effect.value);
    });
    return { method, size: Math.max(...sizes), figures };
  });
  const within = sized.filter(({ size }) => size <= minEffect);
  const good = within.filter((each) =>
    [worstOf, accuracyOf].every((of) => within.every((other) => !surelyLower(of(each), of(other)))),
  );
  const pool = good.length > 0 ? good : within.length > 0 ? within : sized;
  return [...pool].sort((a, b) => a.size - b.size)[0]?.method ?? null;
}

type Figures = Looked["figures"];
type Share = { readonly value: number; readonly ci: readonly [number, number] };

const worstOf = (figures: { readonly figures: Figures }): Share | null => figures.figures?.worstGroup ?? null;
const accuracyOf = (figures: { readonly figures: Figures }): Share | null => figures.figures?.accuracy ?? null;

/** Whether the interval of a share lies below another's value. */
function surelyLower(one: Share | null, other: Share | null): boolean {
  return one !== null && other !== null && one.ci[1] < other.value;
}
