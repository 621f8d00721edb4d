import { platform } from "#platform";
import { exportClassifier } from "../models/composed-export.ts";
import { conceptOf } from "../models/concept.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { createRandom } from "../random.ts";
import { meanEstimate } from "../statistics/mean-estimate.ts";
import { mean, variance } from "../statistics/moments.ts";
import type { Resamples } from "../statistics/resamples.ts";
import type { Interval } from "../statistics/studentized.ts";
import { composed } from "./compose.ts";
import { type Coverage, keptShare } from "./coverage.ts";
import { type Effect, effectOf, type Move } from "./effect.ts";
import { type Found, findCoefficients } from "./find-coefficients.ts";
import { firstGuess } from "./first-guess.ts";
import { at, type CurvePoint, coverageAt, type FitRequest } from "./fit.ts";
import { type FixedSet, fixedSet } from "./fixed-set.ts";
import { correctedBy, hasLabels, labelChecks, thresholdWithoutLabels } from "./label-check.ts";
import { judgeByLabels } from "./label-verdict.ts";
import { ledger, paired } from "./ledger.ts";
import type { RectifySettings } from "./options.ts";
import type { Pool } from "./pool.ts";
import type { RectifiedTarget } from "./schema.ts";
import type { Split } from "./split.ts";
import { halves, isOpen, isTooFew, judge, worst } from "./verdict.ts";

/** What one target is rectified with. */
export interface TargetContext {
  /** Should remember gradients: every trial of a coefficient asks for the same ones. */
  readonly autoencoder: Autoencoder;
  readonly pool: Pool;
  readonly settings: RectifySettings;
  readonly resamples: Resamples;
  readonly downstream: readonly Classifier[];
  readonly out: string;
  /** Told what share of the target is done. */
  progress(share: number): void;
  readonly signal: AbortSignal;
}

/** Moves of the whole fixed set before, and by split after. */
interface Measured {
  readonly before: readonly Move[];
  readonly after: Readonly<Record<Split, readonly Move[]>>;
}

/** Fits, judges and saves one target against some features (Eqs. 5, 6). */
export async function rectifyTarget(
  target: Classifier,
  against: readonly Classifier[],
  context: TargetContext,
): Promise<RectifiedTarget> {
  const { settings, pool, progress } = context;
  const set = await fixedSet(target, pool, context);
  // Features first: a feature's place is its column.
  const columns = [...new Map([...against, ...context.downstream].map((shown) => [shown.name, shown])).values()];
  const before = await set.measure(target, [...set.images.keys()], columns);
  progress(0.1);

  const present = against.map(set.present);
  const effect = (split: Split, moves: readonly Move[], feature: number): Effect =>
    effectOf(
      moves,
      feature,
      at(present[feature] as readonly boolean[], set.places[split]),
      settings.minBaseChange,
      (values) => intervalOf(values, context),
    );
  const trainBefore = against.map((_, feature) => effect("train", at(before, set.places.train), feature));
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
  const found = open.length === 0 ? undefined : await find(target, against, set, request, context);
  const rectified = composed(target, against, found?.coefficients ?? against.map(() => 0));
  const measured = found === undefined ? undefined : await measureAfter(rectified, set, before, found, columns);
  progress(0.97);

  const features = against.map(({ name }, feature): RectifiedTarget["features"][number] => {
    const fitted = open.includes(feature) ? found : undefined;
    const of = (split: Split) => ({
      before: effect(split, at(before, set.places[split]), feature),
      after: measured === undefined ? null : effect(split, measured.after[split], feature),
    });
    const cells = { train: of("train"), validation: of("validation"), test: of("test") };
    const reduction = measured === undefined ? null : reductionOf(measured, set, feature, context);
    const { before: testBefore, after: testAfter } = cells.test;
    const coverage =
      measured === undefined || found === undefined ? null : coverageOfSplits(request, measured, found, feature);
    const trainAfter = cells.train.after;
    const own =
      trainAfter === null || coverage === null
        ? []
        : [{ coefficient: found?.coefficients[feature] ?? 0, effect: trainAfter, coverage: coverage.train }];
    const losing = [...own, ...(fitted?.grids.get(feature) ?? [])]
      .filter(({ coefficient, effect }) => halves(cells.train.before, effect, coefficient, settings.minEffect))
      .sort((a, b) => keptShare(b.coverage) - keptShare(a.coverage))[0];
    const judgement = judge({
      trainBefore: trainBefore[feature] as Effect,
      helps: fitted?.helps.get(feature) ?? false,
      ...(losing === undefined ? {} : { losing }),
      minEffect: settings.minEffect,
      ...(testAfter === null || coverage === null
        ? {}
        : { test: { before: testBefore, after: testAfter, coverage: coverage.test, reduction } }),
    });
    const fits = fitted?.fits.map((coefficients) => coefficients[feature] as number) ?? [];
    return {
      against: name,
      coefficient: found?.coefficients[feature] ?? 0,
      guess: fitted?.start[feature] ?? null,
      fits,
      spread: fits.length < 2 ? null : Math.sqrt(variance(fits)),
      ...judgement,
      splits: cells,
      coverage,
      reduction,
      grid: fitted?.grids.get(feature) ?? null,
    };
  });
  const { verdict, reason } = worst(features);
  const performance = found === undefined ? [] : labelChecks(target, rectified, against, pool.images);
  const threshold = performance[0]?.after.threshold ?? thresholdWithoutLabels(target, rectified, pool.images);
  return {
    target: target.name,
    rectified: found === undefined ? null : rectified.name,
    verdict,
    reason,
    byLabels:
      found === undefined ? { verdict: "not compared", reason: "nothing was fitted" } : judgeByLabels(performance),
    images: { train: set.places.train.length, validation: set.places.validation.length, test: set.places.test.length },
    labelled: hasLabels(target, pool.images),
    features,
    descent: found === undefined ? null : descentOf(found),
    cells: measured === undefined ? [] : cellsOf(target, against, columns, set, measured, context),
    performance,
    model: verdict === "rectified" ? await save(target, rectified, threshold, context) : null,
    counterfactuals: set.made(),
  };
}

/** The interval of a mean, for at least two values. */
function intervalOf(values: readonly number[], { resamples, settings }: TargetContext): Interval | null {
  return values.length < 2 ? null : meanEstimate(Float64Array.from(values), resamples, settings).ci;
}

async function find(
  target: Classifier,
  against: readonly Classifier[],
  set: FixedSet,
  request: FitRequest,
  { autoencoder, settings, progress }: TargetContext,
): Promise<Found> {
  const { minBaseChange, firstGuess: guessing, checkImages, fits, seed } = settings;
  const { open, splits } = request;
  const random = createRandom(`${seed}/rectify/${target.name}`);
  const starts: (readonly number[])[] = [];
  for (let index = 0; index < fits; index++) {
    // Drawn with replacement, so that the spread over fits is that of other training images.
    const draw = random.fork(`guess ${index}`);
    const drawn = Array.from({ length: checkImages }, () => splits.train[draw.integer(splits.train.length)] as number);
    const options = { autoencoder, search: settings, minBaseChange, open };
    starts.push(guessing ? await firstGuess(target, against, at(set.subjects, drawn), options) : against.map(() => 0));
    progress(0.1 + (0.1 * (index + 1)) / fits);
  }
  return findCoefficients(starts, request, settings, random, (share) => progress(0.2 + 0.7 * share));
}

/** Train was measured when the coefficients were found, for the features; the held-out images are, for every column. */
async function measureAfter(
  rectified: Classifier,
  { places, measure }: FixedSet,
  before: readonly Move[],
  { train }: Found,
  columns: readonly Classifier[],
): Promise<Measured> {
  const held = await measure(rectified, [...places.validation, ...places.test], columns);
  const validation = held.slice(0, places.validation.length);
  return { before, after: { train, validation, test: held.slice(places.validation.length) } };
}

/** How many images with a feature are used before and after, by split. */
function coverageOfSplits(
  request: FitRequest,
  { after }: Measured,
  { coefficients }: Found,
  feature: number,
): Readonly<Record<Split, Coverage>> {
  const of = (split: Split): Coverage =>
    coverageAt(request, feature, coefficients, request.splits[split], after[split]);
  return { train: of("train"), validation: of("validation"), test: of("test") };
}

/** Mean of |RC| before − |RC| after over the test images used under both, and the means themselves. */
function reductionOf(
  { before, after }: Measured,
  { places }: FixedSet,
  feature: number,
  context: TargetContext,
): RectifiedTarget["features"][number]["reduction"] {
  const { minBaseChange } = context.settings;
  const pairs = paired(at(before, places.test), after.test, feature, minBaseChange);
  if (pairs.length < 2) return null;
  const falls = Float64Array.from(pairs, ([was, is]) => Math.abs(was) - Math.abs(is));
  const { value, ci } = meanEstimate(falls, context.resamples, context.settings);
  const means = (of: readonly number[]) => ({ mean: mean(of), meanAbsolute: mean(of.map(Math.abs)) });
  return {
    ...{ value, ci, count: pairs.length },
    before: means(pairs.map(([was]) => was)),
    after: means(pairs.map(([, is]) => is)),
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

function cellsOf(
  target: Classifier,
  against: readonly Classifier[],
  columns: readonly Classifier[],
  set: FixedSet,
  { before, after }: Measured,
  { settings, resamples }: TargetContext,
): RectifiedTarget["cells"] {
  const { test } = set.places;
  const present = columns.map((column) => at(set.present(column), test));
  return ledger(at(before, test), after.test, present, { ...settings, resamples }).map((cell, column) => {
    const shown = columns[column] as Classifier;
    const own = conceptOf(shown) === conceptOf(target);
    return { downstream: shown.name, role: column < against.length ? "against" : own ? "own" : "other", ...cell };
  });
}

/** Saves the rectified classifier below the run; paths come back relative to it. */
async function save(
  target: Classifier,
  rectified: Classifier,
  threshold: number,
  { out, autoencoder }: TargetContext,
): Promise<{ file: string; manifest: string }> {
  const { files } = platform;
  const name = `${target.name.replace(/[^A-Za-z0-9_.-]+/g, "_")}-rectified`;
  const folder = files.join("rectified", name);
  await exportClassifier(rectified, {
    out: files.join(out, folder),
    name,
    target: conceptOf(target),
    image: autoencoder.image,
    threshold,
  });
  return { file: `rectified/${name}/model.onnx`, manifest: `rectified/${name}/model.json` };
}
