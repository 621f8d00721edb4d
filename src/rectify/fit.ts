import type { Random } from "../base/random.ts";
import { mean } from "../statistics/moments.ts";
import { type Coverage, coverageOf, keepsCoverage } from "./coverage.ts";
import { type Descent, type DescentOptions, descend, largestCoefficient, replaced } from "./descent.ts";
import { type Effect, effectOf, hasMoved, type Move, usedChange } from "./effect.ts";
import type { Split } from "./split.ts";
import { halves } from "./verdict.ts";

/** Measures f + Σ c·g on images of the fixed set, by their places in it: RC to every feature. */
export type Measure = (coefficients: readonly number[], images: readonly number[]) => Promise<readonly Move[]>;

/** The fixed set of a target, and how it is measured. */
export interface FitRequest {
  readonly measure: Measure;
  /** Moves under the original target, by image. */
  readonly before: readonly Move[];
  /** By feature and image, whether the feature was present on the reconstruction. */
  readonly present: readonly (readonly boolean[])[];
  /** By image, whether f + Σ c·g corrects it: such images are not missed when they cannot be used. */
  readonly corrected: (coefficients: readonly number[]) => readonly boolean[];
  /** Features whose coefficients are fitted; the others stay as they start. */
  readonly open: readonly number[];
  /** Images by split. */
  readonly splits: Readonly<Record<Split, readonly number[]>>;
  readonly minBaseChange: number;
  /** Smallest relative change that matters. */
  readonly minEffect: number;
}

export interface FitOptions extends DescentOptions {
  readonly minibatch: number;
  /** Images per split at a look. */
  readonly checkImages: number;
  /** Draws the minibatches. */
  readonly random: Random;
  /** Whether every look is on all three splits. */
  readonly curve: boolean;
  /** Told every step. */
  progress?(step: number): void;
}

/** Effects by feature. */
export type Effects = readonly Effect[];

/** One look of a descent, on all three splits; only validation decides. */
export interface CurvePoint {
  readonly step: number;
  readonly coefficients: readonly number[];
  readonly splits: Readonly<Record<Split, Effects>>;
}

/** One descent; `curve` is empty unless it was asked for. */
export interface Fit {
  readonly descent: Descent;
  readonly curve: readonly CurvePoint[];
}

/**
 * Fits the coefficients of f + Σ c·g on minibatches of train (Eq. 6), stopped by validation: the loss is mean |RC|, the
 * largest over features, and inadmissible are coefficients under which fewer than 80 % of the present images are used.
 */
export async function fitCoefficients(
  start: readonly number[],
  request: FitRequest,
  options: FitOptions,
): Promise<Fit> {
  const { measure, present, open, splits, minBaseChange } = request;
  const looked = (split: Split): readonly number[] => splits[split].slice(0, options.checkImages);
  const effects = (images: readonly number[], moves: readonly Move[]): Effects => effectsOf(request, images, moves);
  const validation = looked("validation");
  const nextBatch = minibatches(splits.train, options.minibatch, options.random);
  const curve: CurvePoint[] = [];
  const descent = await descend(
    start,
    options,
    async (coefficients, step) => {
      options.progress?.(step);
      const moves = await measure(coefficients, nextBatch());
      return {
        used: moves.filter((move) => hasMoved(move, minBaseChange) && !move.apart).length,
        meanRelativeChange: present.map((_, feature) => {
          if (!open.includes(feature)) return null;
          const used = moves.flatMap((move) => usedChange(move, feature, minBaseChange) ?? []);
          return used.length === 0 ? null : mean(used);
        }),
      };
    },
    async (coefficients, step) => {
      const moved = await measure(coefficients, validation);
      const after = effects(validation, moved);
      if (options.curve) {
        const [train, test] = [looked("train"), looked("test")];
        const moves = await measure(coefficients, [...train, ...test]);
        const [onTrain, onTest] = [moves.slice(0, train.length), moves.slice(train.length)];
        const found = { train: effects(train, onTrain), validation: after, test: effects(test, onTest) };
        curve.push({ step, coefficients, splits: found });
      }
      const losses = open.map((feature) => {
        const kept = keepsCoverage(coverageAt(request, feature, { coefficients, images: validation, moves: moved }));
        return kept ? (after[feature] as Effect).all.meanAbsolute : null;
      });
      return losses.some((loss) => loss === null) ? undefined : Math.max(...(losses as number[]));
    },
  );
  return { descent, curve };
}

/** RC to every feature over some images of the fixed set. */
export function effectsOf(
  { present, minBaseChange }: Pick<FitRequest, "present" | "minBaseChange">,
  images: readonly number[],
  moves: readonly Move[],
): Effects {
  return present.map((flags, feature) => effectOf(moves, feature, { present: at(flags, images), minBaseChange }));
}

/** Moves of some images of the fixed set under some coefficients. */
export interface Trial {
  readonly coefficients: readonly number[];
  readonly images: readonly number[];
  readonly moves: readonly Move[];
}

/** How many images that have a feature are used in a trial. */
export function coverageAt(
  { before, present, corrected, minBaseChange }: FitRequest,
  feature: number,
  { coefficients, images, moves }: Trial,
): Coverage {
  const flags = [present[feature] as readonly boolean[], corrected(coefficients)].map((all) => at(all, images));
  const [there = [], righted = []] = flags;
  return coverageOf({ before: at(before, images), after: moves }, there, righted, minBaseChange);
}

/** One coefficient of a grid: what it leaves on train. */
export interface GridPoint {
  readonly coefficient: number;
  readonly effect: Effect;
  readonly coverage: Coverage;
  /** Whether mean |RC| is at most half, by a repair and not by dilution. */
  readonly halves: boolean;
  /** The same with enough present images still used. */
  readonly helps: boolean;
}

const gridStep = 0.25;
/** Distance of the points between two of the grid. */
const fineStep = 0.05;
/** Share of the progress that the grid itself is. */
const coarseShare = 0.8;

/**
 * Every coefficient from −2 to 2 in steps of 0.25 for one feature, the others as they are, on train. Where none helps,
 * those in steps of 0.05 as well between two of which mean RC changes its sign, or one keeps the images and the other
 * halves mean |RC|: what helps may be a narrow range. In order; `progress` is told what share is done.
 */
export async function grid(
  coefficients: readonly number[],
  feature: number,
  request: FitRequest,
  progress: (share: number) => void,
): Promise<readonly GridPoint[]> {
  const { train } = request.splits;
  const before = effectsOf(request, train, at(request.before, train))[feature] as Effect;
  const point = async (coefficient: number): Promise<GridPoint> => {
    const tried = replaced(coefficients, feature, coefficient);
    const moves = tried.every((value) => value === 0) ? at(request.before, train) : await request.measure(tried, train);
    const effect = effectsOf(request, train, moves)[feature] as Effect;
    const coverage = coverageAt(request, feature, { coefficients: tried, images: train, moves });
    const half = halves(before, effect, coefficient, request.minEffect);
    return { coefficient, effect, coverage, halves: half, helps: half && keepsCoverage(coverage) };
  };
  const coarse = Array.from(
    { length: 2 * Math.round(largestCoefficient / gridStep) + 1 },
    (_, index) => index * gridStep - largestCoefficient,
  );
  const points: GridPoint[] = [];
  for (const coefficient of coarse) {
    points.push(await point(coefficient));
    progress((coarseShare * points.length) / coarse.length);
  }
  if (points.some(({ helps }) => helps)) return points;
  const fine = points.flatMap((left, index) => {
    const right = points[index + 1];
    return right !== undefined && mayHelpBetween(left, right) ? inside(left.coefficient, right.coefficient) : [];
  });
  for (const [index, coefficient] of fine.entries()) {
    points.push(await point(coefficient));
    progress(coarseShare + ((1 - coarseShare) * (index + 1)) / fine.length);
  }
  return points.sort((a, b) => a.coefficient - b.coefficient);
}

/** Whether a coefficient between two neighbours may help although neither does. */
function mayHelpBetween(a: GridPoint, b: GridPoint): boolean {
  const crosses = (a.effect.all.mean ?? 0) * (b.effect.all.mean ?? 0) < 0;
  return crosses || (keepsCoverage(a.coverage) && b.halves) || (keepsCoverage(b.coverage) && a.halves);
}

/** Coefficients between two of the grid. */
function inside(low: number, high: number): readonly number[] {
  const count = Math.round((high - low) / fineStep) - 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => Number((low + (index + 1) * fineStep).toFixed(3)));
}

/** Batches from one shuffle after another; a rest smaller than a batch is left to the next. */
function minibatches(images: readonly number[], size: number, random: Random): () => readonly number[] {
  let waiting: number[] = [];
  return () => {
    if (waiting.length < size) waiting = random.shuffle(images);
    return waiting.splice(0, size);
  };
}

/** Items at some places. */
export function at<T>(items: readonly T[], places: readonly number[]): T[] {
  return places.map((place) => items[place] as T);
}
