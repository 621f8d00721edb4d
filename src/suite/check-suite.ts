import { type Bound, parseBound } from "../audit/compare/bound.ts";
import { boundsOf, type Check, type CheckOptions } from "../audit/compare/check.ts";
import { checkEffect, withoutEffect } from "../audit/compare/check-effect.ts";
import { coveredBounds } from "../audit/compare/covered.ts";
import { parseRenames } from "../audit/compare/renames.ts";
import type { EffectOptions } from "../audit/effects/effect.ts";
import { expectationOutcomes } from "../audit/expectations/expectation-outcome.ts";
import { type MatrixOptions, resolveOptions } from "../audit/options.ts";
import { CfalignError } from "../base/errors.ts";
import { type CheckItem, noFigures } from "../results/check-item.ts";
import type { RunData } from "../results/run-data.ts";
import { coverageNote } from "../words/check.ts";
import { regressionWords } from "../words/suite.ts";
import type { Answers } from "./answers.ts";
import { type AskedEffects, askedEffects, unansweredOf } from "./asked-effects.ts";
import { auditSuite, suiteNotes, whyNone } from "./audit-suite.ts";
import { effectOnFigure, type PictureFigure, pairsWith, predictedBy } from "./effect-on-figure.ts";
import type { Suite } from "./open-suite.ts";
import { suiteRun } from "./suite-run.ts";

export interface CheckSuiteOptions extends Omit<CheckOptions, "baseline" | "marks" | "named"> {
  /** What another classifier said of the same suite: every bound is also checked for a regression against it, paired by picture. */
  readonly baseline?: Answers;
}

/**
 * Holds the effects of a suite's features on classifiers against bounds, as `checkRun` does those of a run: *passed* where the effect is clear of the bound, *failed* where its
 * interval lies beyond, else *unresolved*. Against a baseline the difference of the two effects is estimated on the same pairs. Errors: CfalignError("usage") as there, and for bounds
 * on what a suite does not tell.
 */
export function checkSuite(
  suite: Suite,
  answers: Answers,
  bounds: readonly string[],
  options: CheckSuiteOptions = {},
): Check {
  const { baseline, map = [], expected = [], progress, ...statistics } = options;
  const asked = resolveOptions(statistics);
  const run = { ...suiteRun(suite, answers), interventions: [] };
  const ranges = expected.flatMap(boundsOf);
  if (bounds.length === 0 && ranges.length === 0)
    throw new CfalignError("usage", (named) => `${named("bounds")}: expected at least one, got none`, {
      option: "bounds",
    });
  const { bounds: fromBounds, coverage } = coveredBounds(
    run,
    bounds.map(parseBound).map(ofEffect),
    expected,
    "the suite with this classifier",
  );
  const parsed = [...fromBounds, ...ranges];
  const intervals = parsed.length * (baseline === undefined ? 1 : 2);
  const judge: Judge = {
    confidence: 1 - (1 - asked.confidence) / intervals,
    // What one feature may hide is not multiplied by how many are asked about.
    ...{ ofShares: asked.confidence, maxRareUse: asked.maxRareUse, minEffect: asked.minEffect },
  };
  const now = askedEffects(suite, answers);
  const old =
    baseline === undefined ? undefined : { answers: baseline, names: oldNames(suite, { baseline, run, map }) };
  return {
    ...asked,
    intervalConfidence: judge.confidence,
    checks: parsed.flatMap((bound, done) => {
      progress?.(done, parsed.length);
      const one = now.find(({ classifier }) => classifier.name === bound.base) as AskedEffects;
      const none = whyNone(one, bound.downstream, now);
      const isTold = none === null;
      const moved = isTold || none === "own-witness" ? one.moved : undefined;
      const item = checkEffect(run, moved, bound, {
        ...judge,
        unanswered: unansweredOf(suite, one, bound.downstream),
      });
      return [
        item !== undefined && (isTold || item.verdict === "failed") ? item : withoutEffect(bound),
        ...(old === undefined ? [] : [regression({ suite, run, answers, one, isTold }, old, bound, judge)]),
      ];
    }),
    expectations: expected.length === 0 ? [] : outcomesOf(suite, answers, { ...statistics, expected }),
    notes: [...coverage.map(coverageNote), ...suiteNotes(suite, answers, now)],
  };
}

interface Judge extends Pick<EffectOptions, "confidence" | "maxRareUse"> {
  readonly ofShares: number;
  readonly minEffect: number;
}

function ofEffect(bound: Bound): Bound {
  if (bound.measure === "any" || bound.measure === "effect") return { ...bound, measure: "any" };
  throw new CfalignError(
    "usage",
    (named) =>
      `${named("bounds")} "${bound.text}": expected a bound on an effect, which is all that a suite tells, got one on ${bound.measure}`,
    { option: "bounds" },
  );
}

/** Names of the baseline's classifiers by those of now. Errors: CfalignError("usage") for names that are not there. */
function oldNames(
  suite: Suite,
  { baseline, run, map }: { readonly baseline: Answers; readonly run: RunData; readonly map: readonly string[] },
): (name: string) => string {
  const renames = parseRenames(map, suiteRun(suite, baseline), run);
  const old = new Map([...renames].map(([before, after]) => [after, before]));
  return (name) => old.get(name) ?? name;
}

interface Now {
  readonly suite: Suite;
  readonly run: RunData;
  readonly answers: Answers;
  readonly one: AskedEffects;
  readonly isTold: boolean;
}

/** How much farther from the middle of the bound an effect is than the baseline's, on the pairs that both answered. */
function regression(
  { suite, answers, one, isTold }: Now,
  old: { readonly answers: Answers; readonly names: (name: string) => string },
  bound: Bound,
  judge: Judge,
): CheckItem {
  const name = old.names(bound.base);
  const columns = {
    now: answers.classifiers.indexOf(one.classifier),
    old: old.answers.classifiers.findIndex((each) => each.name === name),
  };
  if (columns.old < 0) {
    const known = old.answers.classifiers.map((each) => each.name).join(", ");
    throw new CfalignError(
      "usage",
      (named) =>
        `${named("baseline")}: expected a target "${name}", got ${known}: say with ${named("map")} old=new what it was called`,
      { option: "baseline" },
    );
  }
  const [is, was] = [predictedBy(answers, columns.now), predictedBy(old.answers, columns.old)];
  const pairs = pairsWith(one.pairs, was);
  const about = { allowed: [-judge.minEffect, judge.minEffect], ...judge } as const;
  const effectBy = (figure: PictureFigure) =>
    isTold ? effectOnFigure(suite, one, { ...about, pairs, feature: bound.downstream, figure }) : undefined;
  const [young, aged] = [effectBy(is), effectBy(was)];
  if (young === undefined || aged === undefined) return { ...withoutEffect(bound), kind: "regression" };
  const middle = (bound.low + bound.high) / 2;
  // Linear in the pictures, with |β − middle| − |β′ − middle| of the two effects; 1 where one lies on the middle.
  const [isAbove, wasAbove] = [young, aged].map(({ value }) => (value < middle ? -1 : 1)) as [number, number];
  const worse = effectBy((picture) => isAbove * is(picture) - wasAbove * was(picture));
  const offset = middle * (isAbove - wasAbove);
  const ci = worse?.ci == null ? null : ([worse.ci[0] - offset, worse.ci[1] - offset] as const);
  const value = (worse?.value ?? 0) - offset;
  return regressionItem(
    bound,
    { value, ci, count: pairs.filter(({ feature }) => feature === bound.downstream).length },
    {
      notMoved: young.reason === "not-moved",
      reach: judge.minEffect,
    },
  );
}

function regressionItem(
  { text, base, downstream, low, high }: Bound,
  {
    value,
    ci,
    count,
  }: { readonly value: number; readonly ci: readonly [number, number] | null; readonly count: number },
  { notMoved, reach }: { readonly notMoved: boolean; readonly reach: number },
): CheckItem {
  const [verdict, reason] = notMoved
    ? (["unresolved", "not-moved"] as const)
    : ci === null
      ? (["unresolved", "too-few"] as const)
      : ci[0] > reach
        ? (["failed", null] as const)
        : ci[1] < reach
          ? (["passed", null] as const)
          : (["unresolved", "straddles"] as const);
  const effect = { mean: value, ci, count };
  return {
    ...{ kind: "regression", measure: "effect", bound: text, base, downstream, low, high, verdict, reason },
    ...{ moreImages: null, stratum: null, present: noFigures, absent: noFigures, share: null, mark: null },
    effect,
    dismissed: false,
    sentence: regressionWords({ verdict, reason, downstream, effect, middle: (low + high) / 2, reach }),
  };
}

/** What became of what was expected, by the effects. */
function outcomesOf(
  suite: Suite,
  answers: Answers,
  { expected = [], ...statistics }: MatrixOptions & Pick<CheckSuiteOptions, "expected">,
): Check["expectations"] {
  return expectationOutcomes(
    {
      cells: auditSuite(suite, answers, statistics).cells.map(({ classifier, feature, state, effect }) => ({
        ...{ base: classifier, downstream: feature, state, effect },
        ...{ rejected: false, deciding: { mean: null, ci: null } },
      })),
    },
    expected,
  );
}
