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
 * feature's effect is clear, which it was not before, and a fall of worst-group accuracy by more than min-effect is excluded. *better*: an effect
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
  if (missing !== undefined) return { verdict: "unresolved", reason: `${told}: ${why(missing)}` };
  if (pairs.every(({ was }) => was?.state === "clear")) return { verdict: "nothing to repair", reason: told };
  const left = pairs.find(({ is }) => is?.state !== "clear");
  if (left === undefined && change !== null && change.ci[0] > -minEffect) return { verdict: "repaired", reason: told };
  const told2 =
    left === undefined
      ? `a fall of the worst group is not excluded: more pictures ${smallest} would tell`
      : stillThere(left.is as RepairEffect, minEffect);
  const smaller = pairs.some(({ was, is }) => shrank(was, is)) || (change !== null && change.ci[0] > 0);
  return { verdict: smaller ? "better" : "unresolved", reason: `${told}: ${told2}` };
}

function isTold(effect: RepairEffect | undefined): effect is RepairEffect {
  return effect?.ci != null && effect.reason !== "not-moved" && effect.reason !== "too-few";
}

/** Why an effect is not clear, and what would tell. */
function stillThere({ feature, ci, reason }: RepairEffect, minEffect: number): string {
  const [low, high] = ci as readonly [number, number];
  if (low > minEffect || high < -minEffect) return `${feature} still does more than ${minEffect}`;
  switch (reason) {
    case "rare-use":
      return `a use of ${feature} on few pictures is not excluded: more edited pictures would tell (judgePictures)`;
    case "base-unreachable":
      return "no feature moves what is left, its own included: it hardly knows its class";
    case "moves-others":
      return `${feature} moves another feature along that is used: pictures in which they come apart would tell`;
    default:
      return `the effect of ${feature} is not surely within ±${minEffect}: more pictures, or more edits of them, would tell (judgePictures)`;
  }
}

function why({ feature, was }: { readonly feature: string; readonly was: RepairEffect | undefined }): string {
  return was === undefined
    ? `no effect of ${feature} is known: ten judged pictures with it and without it are needed, and classifiers other than the target that tell ${feature} and the target's own class`
    : `the edits do not move ${feature} as its witness sees it: another witness, or labels, would tell`;
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

function movedWords({
  feature,
  was,
  is,
}: {
  readonly feature: string;
  readonly was: RepairEffect | undefined;
  readonly is: RepairEffect | undefined;
}): string {
  if (was === undefined || is === undefined) return `effect of ${feature} unknown`;
  return `effect of ${feature} ${withInterval(was)} → ${withInterval(is)}`;
}

function groupWords(change: JudgedRepair["worstGroupChange"], smallest: string): string {
  return change === null
    ? `worst group unknown, with too few judged pictures ${smallest}`
    : `accuracy of the worst group ${change.value < 0 ? "falls" : "rises"} by ${Math.abs(change.value).toFixed(2)} (${change.ci.map((end) => end.toFixed(2)).join(" to ")})`;
}

function withInterval({ value, ci }: Pick<RepairEffect, "value" | "ci">): string {
  return ci === null ? value.toFixed(2) : `${value.toFixed(2)} (${ci.map((end) => end.toFixed(2)).join(" to ")})`;
}

/** A method on the chosen part. */
export interface Candidate {
  readonly method: RepairMethod;
  readonly chosen: Looked;
}

/**
 * The method that is recommended, by a rule that was fixed before any was tried: of those on whose chosen pictures no feature has an effect beyond
 * min-effect, the one with the highest worst-group accuracy (accuracy where a group is too small); where none has, the one with the smallest
 * largest effect. Of equals the first in the order last-layer, project, sum.
 */
export function recommended(
  candidates: readonly Candidate[],
  against: readonly string[],
  minEffect: number,
): RepairMethod | null {
  const sized = candidates.map(({ method, chosen }) => {
    const sizes = against.map((feature) => {
      const effect = chosen.effects.find((each) => each.feature === feature);
      return effect === undefined ? Infinity : Math.abs(effect.value);
    });
    const { figures } = chosen;
    return { method, size: Math.max(...sizes), right: (figures?.worstGroup ?? figures?.accuracy)?.value ?? 0 };
  });
  const within = sized.filter(({ size }) => size <= minEffect);
  const order = within.length > 0 ? within.sort((a, b) => b.right - a.right) : sized.sort((a, b) => a.size - b.size);
  return order[0]?.method ?? null;
}
