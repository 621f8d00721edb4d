import { meanEstimate } from "../statistics/mean-estimate.ts";
import { mean, variance } from "../statistics/moments.ts";
import { type Coverage, keptShare } from "./coverage.ts";
import { at, coverageAt, type FitRequest } from "./fit.ts";
import { paired } from "./ledger.ts";
import type { Repair } from "./repair.ts";
import type { RectifiedTarget } from "./schema.ts";
import type { Split } from "./split.ts";
import { effectIn, type TargetCase } from "./target-case.ts";
import type { TargetContext } from "./target-context.ts";
import { halves, judge } from "./verdict.ts";

type FeatureRecord = RectifiedTarget["features"][number];

/** A target, what its features were fitted on, and the outcome. */
export interface FittedTarget {
  readonly subject: TargetCase;
  readonly request: FitRequest;
  /** undefined where there was no feature to fit a coefficient for. */
  readonly repair: Repair | undefined;
}

/** One feature of a target: its coefficient, what that does on every split, and the verdict. */
export function featureRecord(
  feature: number,
  { subject, request, repair }: FittedTarget,
  context: TargetContext,
): FeatureRecord {
  const { minEffect } = context.settings;
  const coefficient = repair?.found.coefficients[feature] ?? 0;
  const fitted = request.open.includes(feature) ? repair?.found : undefined;
  const of = (split: Split) => ({
    before: effectIn(subject, { split, feature, moves: at(subject.before, subject.set.places[split]) }, context),
    after: repair === undefined ? null : effectIn(subject, { split, feature, moves: repair.after[split] }, context),
  });
  const splits = { train: of("train"), validation: of("validation"), test: of("test") };
  const reduction = repair === undefined ? null : reductionOf(feature, subject, repair, context);
  const coverage = repair === undefined ? null : coverageOfSplits(feature, request, repair);
  const { before: trainBefore, after: trainAfter } = splits.train;
  const { before: testBefore, after: testAfter } = splits.test;
  const own =
    trainAfter === null || coverage === null ? [] : [{ coefficient, effect: trainAfter, coverage: coverage.train }];
  const losing = [...own, ...(fitted?.grids.get(feature) ?? [])]
    .filter((point) => halves(trainBefore, point.effect, point.coefficient, minEffect))
    .sort((a, b) => keptShare(b.coverage) - keptShare(a.coverage))[0];
  const judgement = judge({
    trainBefore,
    helps: fitted?.helps.get(feature) ?? false,
    ...(losing === undefined ? {} : { losing }),
    minEffect,
    ...(testAfter === null || coverage === null
      ? {}
      : { test: { before: testBefore, after: testAfter, coverage: coverage.test, reduction } }),
  });
  const fits = fitted?.fits.map((coefficients) => coefficients[feature] as number) ?? [];
  return {
    against: subject.against[feature]?.name as string,
    coefficient,
    guess: fitted?.start[feature] ?? null,
    fits,
    spread: fits.length < 2 ? null : Math.sqrt(variance(fits)),
    ...judgement,
    splits,
    coverage,
    reduction,
    grid: fitted?.grids.get(feature) ?? null,
  };
}

/** How many images with a feature are used before and after, by split. */
function coverageOfSplits(
  feature: number,
  request: FitRequest,
  { found: { coefficients }, after }: Repair,
): Readonly<Record<Split, Coverage>> {
  const of = (split: Split): Coverage =>
    coverageAt(request, feature, { coefficients, images: request.splits[split], moves: after[split] });
  return { train: of("train"), validation: of("validation"), test: of("test") };
}

/** Mean of |RC| before − |RC| after over the test images used under both, and the means themselves. */
function reductionOf(
  feature: number,
  { before, set }: TargetCase,
  { after }: Repair,
  { settings, resamples }: TargetContext,
): FeatureRecord["reduction"] {
  const pairs = paired(at(before, set.places.test), after.test, feature, settings.minBaseChange);
  if (pairs.length < 2) return null;
  const falls = Float64Array.from(pairs, ([was, is]) => Math.abs(was) - Math.abs(is));
  const { value, ci } = meanEstimate(falls, resamples, settings);
  const means = (of: readonly number[]) => ({ mean: mean(of), meanAbsolute: mean(of.map(Math.abs)) });
  return {
    ...{ value, ci, count: pairs.length },
    before: means(pairs.map(([was]) => was)),
    after: means(pairs.map(([, is]) => is)),
  };
}
