import type { RunData } from "../../results/run-data.ts";
import { quoted, range, signed } from "../../words/figures.ts";
import { concepts } from "../cells/concepts.ts";
import { type EffectOptions, effectOf } from "../effects/effect.ts";
import type { MovedFeatures } from "../effects/movements.ts";
import { uncheckedEffect } from "../effects/unchecked.ts";
import { isAgainst } from "../effects/verdict.ts";
import type { CellEffect } from "../schema.ts";
import type { Bound } from "./bound.ts";
import { type CheckItem, noFigures } from "./check-item.ts";

const verdicts = { found: "failed", clear: "passed", unresolved: "unresolved" } as const;

/**
 * Holds the effect of a feature on a base against a bound: failed where its interval lies beyond, passed where it is clear of the bound (docs/effects.md), else unresolved.
 * undefined where the run has no effect for the cell.
 */
export function checkEffect(
  run: RunData,
  moved: MovedFeatures | undefined,
  bound: Bound,
  options: Omit<EffectOptions, "allowed"> & { readonly minEffect: number },
): CheckItem | undefined {
  const { base, downstream, low, high } = bound;
  const { of, same } = concepts(run);
  if (moved === undefined || same(base, downstream)) return undefined;
  const cell = { classifier: base, feature: of(downstream), concept: of(base) };
  const own = effectOf(moved, cell, { ...options, allowed: [low, high] });
  if (own === undefined) return undefined;
  const effect: CellEffect = isByProbe(run, own, options.minEffect)
    ? { ...own, state: "unresolved", reason: "told-by-editor" }
    : uncheckedEffect(run.unchecked, own);
  const { state, reason } = effect;
  const figures = { mean: effect.value, ci: effect.ci, count: effect.count };
  return {
    ...itemOf(bound),
    verdict: verdicts[state],
    reason,
    effect: figures,
    sentence: `${figuresText(effect)}: ${outcome(effect, bound, options.maxRareUse)}`,
  };
}

/** Whether only a probe says that a feature went, and the classifier did not answer: what a probe sees go may still be there for everybody else. */
function isByProbe({ probes = [] }: RunData, { witness, ci, state }: CellEffect, minEffect: number): boolean {
  const isAnswered = ci !== null && (ci[0] > minEffect || ci[1] < -minEffect);
  return state === "clear" && probes.includes(witness) && !isAnswered;
}

/** What else is known of a bound on an effect. */
export interface OtherEvidence {
  /** The same bound held against relative changes. */
  readonly changes: CheckItem;
  /** What has a share of the base's direction beyond the bound, if anything has. */
  readonly shareBeyond: string | undefined;
}

/** The verdict of all that is known, as for a cell of the matrix: nothing passes against what lies beyond, and where an effect cannot tell, relative changes may fail. */
export function besideEffect(effect: CheckItem, { changes, shareBeyond }: OtherEvidence): CheckItem {
  const failed = changes.verdict === "failed";
  const contradicted = { ...effect, verdict: "unresolved", reason: "contradicted" } as const;
  if (effect.verdict === "passed" && failed) {
    const sentence = `${effect.sentence}, but not the other way round: lowering ${quoted(effect.base)} moves it, ${changes.sentence}`;
    return { ...contradicted, sentence };
  }
  if (effect.verdict === "passed" && shareBeyond !== undefined) {
    return {
      ...contradicted,
      sentence: `${effect.sentence}, but the decomposition finds a share of ${shareBeyond} beyond it`,
    };
  }
  return effect.verdict === "unresolved" && failed && !isAgainst(effect.reason)
    ? { ...changes, sentence: `${changes.sentence}; the effect cannot tell: ${effect.sentence}` }
    : effect;
}

/** The check of an effect that the run does not have. */
export function withoutEffect(bound: Bound): CheckItem {
  return {
    ...itemOf(bound),
    verdict: "unresolved",
    reason: "no-effect",
    effect: noFigures,
    sentence: `no effect of ${quoted(bound.downstream)} on ${quoted(bound.base)}: the feature was not moved, or nobody else tells what ${quoted(bound.base)} is about (add a judge)`,
  };
}

function itemOf({
  text,
  base,
  downstream,
  low,
  high,
}: Bound): Omit<CheckItem, "verdict" | "reason" | "effect" | "sentence"> {
  return {
    kind: "bound",
    measure: "effect",
    bound: text,
    ...{ base, downstream, low, high },
    moreImages: null,
    stratum: null,
    present: noFigures,
    absent: noFigures,
    share: null,
    mark: null,
    dismissed: false,
  };
}

function figuresText({ feature, value, ci, count }: CellEffect): string {
  const interval = ci === null ? "" : ` (${range(ci[0], ci[1])})`;
  return `effect of ${quoted(feature)} ${signed(value)}${interval} on ${count} edited images`;
}

function outcome(
  { state, reason, witness, moved, count, total, followed, joint, unedited }: CellEffect,
  { base, low, high }: Bound,
  maxRareUse: number,
): string {
  const bound = low === -high ? `±${high}` : `${low} to ${high}`;
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
      return `within ${bound}, but no feature at all moves ${quoted(base)}, so nothing can be said`;
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
