import { type CheckItem, noFigures } from "../../results/check-item.ts";
import type { CellEffect } from "../../results/matrix-schema.ts";
import type { RunData } from "../../results/run-data.ts";
import {
  againstChanges,
  againstShare,
  effectCheckWords,
  noEffectCheckWords,
  untoldByEffect,
} from "../../words/check-effect.ts";
import { concepts } from "../cells/concepts.ts";
import { type EffectOptions, effectOf } from "../effects/effect.ts";
import type { MovedFeatures } from "../effects/movements.ts";
import { uncheckedEffect } from "../effects/unchecked.ts";
import { isAgainst } from "../effects/verdict.ts";
import { type Bound, openItem } from "./bound.ts";

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
    ...openItem(bound, "effect"),
    verdict: verdicts[state],
    reason,
    effect: figures,
    sentence: effectCheckWords(effect, bound, options.maxRareUse),
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
    return { ...contradicted, sentence: againstChanges(effect, changes) };
  }
  if (effect.verdict === "passed" && shareBeyond !== undefined) {
    return { ...contradicted, sentence: againstShare(effect, shareBeyond) };
  }
  return effect.verdict === "unresolved" && failed && !isAgainst(effect.reason)
    ? { ...changes, sentence: untoldByEffect(effect, changes) }
    : effect;
}

/** The check of an effect that the run does not have. */
export function withoutEffect(bound: Bound): CheckItem {
  return {
    ...openItem(bound, "effect"),
    reason: "no-effect",
    effect: noFigures,
    sentence: noEffectCheckWords(bound),
  };
}
