import type { Classifier } from "../models/types.ts";
import { beforeAfterPictures } from "./before-after.ts";
import { composed } from "./compose.ts";
import { featureRecord } from "./feature-record.ts";
import type { Found } from "./find-coefficients.ts";
import { at, type CurvePoint, type FitRequest } from "./fit.ts";
import { correctedBy, hasLabels, labelChecks, thresholdWithoutLabels } from "./label-check.ts";
import { judgeByLabels } from "./label-verdict.ts";
import { findRepair } from "./repair.ts";
import { saveRectified } from "./save-rectified.ts";
import type { RectifiedTarget } from "./schema.ts";
import { effectIn, targetCase } from "./target-case.ts";
import { targetCells } from "./target-cells.ts";
import type { TargetContext } from "./target-context.ts";
import { isOpen, isTooFew, worst } from "./verdict.ts";

/** Fits, judges and saves one target against some features (Eqs. 5, 6). */
export async function rectifyTarget(
  target: Classifier,
  against: readonly Classifier[],
  context: TargetContext,
): Promise<RectifiedTarget> {
  const { settings, pool, progress } = context;
  const subject = await targetCase(target, against, context);
  const { set, before, present } = subject;
  progress(0.1);

  const beforeOnTrain = at(before, set.places.train);
  const trainBefore = against.map((_, feature) =>
    effectIn(subject, { split: "train", feature, moves: beforeOnTrain }, context),
  );
  const open = trainBefore.flatMap((effect, feature) =>
    isTooFew(effect.all) || !isOpen(effect, settings.minEffect) ? [] : [feature],
  );
  const corrected = correctedBy(target, pool.images, set.images);
  const request: FitRequest = {
    measure: (coefficients, places) => set.measure(composed(target, against, coefficients), places, against),
    before,
    present,
    corrected: (coefficients) => corrected(composed(target, against, coefficients)),
    open,
    splits: set.places,
    minBaseChange: settings.minBaseChange,
    minEffect: settings.minEffect,
  };
  const repair = open.length === 0 ? undefined : await findRepair(subject, request, context);
  progress(0.97);

  const features = against.map((_, feature) => featureRecord(feature, { subject, request, repair }, context));
  const { verdict, reason } = worst(features);
  const performance = repair === undefined ? [] : labelChecks(target, repair.rectified, against, pool.images);
  const threshold = (rectified: Classifier): number =>
    performance[0]?.after.threshold ?? thresholdWithoutLabels(target, rectified, pool.images);
  const saved =
    repair === undefined ? null : await saveRectified(target, repair.rectified, threshold(repair.rectified), context);
  return {
    target: target.name,
    rectified: repair === undefined ? null : repair.rectified.name,
    verdict,
    reason,
    byLabels:
      repair === undefined ? { verdict: "not compared", reason: "nothing was fitted" } : judgeByLabels(performance),
    images: { train: set.places.train.length, validation: set.places.validation.length, test: set.places.test.length },
    labelled: hasLabels(target, pool.images),
    features,
    descent: repair === undefined ? null : descentOf(repair.found),
    cells: repair === undefined ? [] : targetCells(subject, repair, context),
    performance,
    model: verdict === "rectified" ? saved : null,
    saved,
    pictures: repair === undefined ? [] : await beforeAfterPictures(subject, repair, context),
    counterfactuals: set.made(),
  };
}

function descentOf({ first: { descent, curve } }: Found): NonNullable<RectifiedTarget["descent"]> {
  return {
    steps: descent.steps,
    checks: descent.checks.map((check, index) => ({ ...check, splits: (curve[index] as CurvePoint).splits })),
    chosen: descent.chosen,
    ended: descent.ended,
  };
}
