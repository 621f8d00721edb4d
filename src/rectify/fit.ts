import type { Random } from "../random.ts";
import { mean } from "../statistics/moments.ts";
import { type Descent, type DescentOptions, descend, largestCoefficient, replaced } from "./descent.ts";
import { type Effect, effectOf, type Move, usedChange } from "./effect.ts";
import type { Split } from "./split.ts";
import { halves, keepsCoverage } from "./verdict.ts";

/** Measures f + Σ c·g on images of the fixed set, by their places in it: RC to every feature. */
export type Measure = (coefficients: readonly number[], images: readonly number[]) => Promise<readonly Move[]>;

/** The fixed set of a target, and how it is measured. */
export interface FitRequest {
  readonly measure: Measure;
  /** Moves under the original target, by image. */
  readonly before: readonly Move[];
  /** By feature and image, whether the feature was present on the reconstruction. */
  readonly present: readonly (readonly boolean[])[];
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
  random: Random,
  extra: { readonly curve: boolean; progress?(step: number): void },
): Promise<Fit> {
  const { measure, before, present, open, splits, minBaseChange } = request;
  const looked = (split: Split): readonly number[] => splits[split].slice(0, options.checkImages);
  const effects = (images: readonly number[], moves: readonly Move[]): Effects => effectsOf(request, images, moves);
  const validation = looked("validation");
  const validationBefore = effects(validation, at(before, validation));
  const nextBatch = minibatches(splits.train, options.minibatch, random);
  const curve: CurvePoint[] = [];
  const descent = await descend(
    start,
    options,
    async (coefficients, step) => {
      extra.progress?.(step);
      const moves = await measure(coefficients, nextBatch());
      return {
        used: moves.filter(({ baseChange }) => baseChange > minBaseChange).length,
        meanRelativeChange: present.map((_, feature) => {
          if (!open.includes(feature)) return null;
          const used = moves.flatMap((move) => usedChange(move, feature, minBaseChange) ?? []);
          return used.length === 0 ? null : mean(used);
        }),
      };
    },
    async (coefficients, step) => {
      const after = effects(validation, await measure(coefficients, validation));
      if (extra.curve) {
        const [train, test] = [looked("train"), looked("test")];
        const moves = await measure(coefficients, [...train, ...test]);
        const [onTrain, onTest] = [moves.slice(0, train.length), moves.slice(train.length)];
        const found = { train: effects(train, onTrain), validation: after, test: effects(test, onTest) };
        curve.push({ step, coefficients, splits: found });
      }
      const losses = open.map((feature) => {
        const effect = after[feature] as Effect;
        return keepsCoverage(validationBefore[feature] as Effect, effect) ? effect.all.meanAbsolute : null;
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
  interval?: Parameters<typeof effectOf>[4],
): Effects {
  return present.map((flags, feature) => effectOf(moves, feature, at(flags, images), minBaseChange, interval));
}

/** One coefficient of a grid: what it leaves on train. */
export interface GridPoint {
  readonly coefficient: number;
  readonly effect: Effect;
  /** Whether mean |RC| is at most half, by a repair and not by dilution. */
  readonly halves: boolean;
  /** The same with enough present images still used. */
  readonly helps: boolean;
}

const gridStep = 0.25;

/** Every coefficient from −2 to 2 in steps of 0.25 for one feature, the others as they are, on train. */
export async function grid(
  coefficients: readonly number[],
  feature: number,
  request: FitRequest,
): Promise<readonly GridPoint[]> {
  const { train } = request.splits;
  const before = effectsOf(request, train, at(request.before, train))[feature] as Effect;
  const points: GridPoint[] = [];
  for (let coefficient = -largestCoefficient; coefficient <= largestCoefficient; coefficient += gridStep) {
    const moves =
      coefficient === 0 && coefficients.every((value, other) => other === feature || value === 0)
        ? at(request.before, train)
        : await request.measure(replaced(coefficients, feature, coefficient), train);
    const effect = effectsOf(request, train, moves)[feature] as Effect;
    const half = halves(before, effect, coefficient, request.minEffect);
    points.push({ coefficient, effect, halves: half, helps: half && keepsCoverage(before, effect) });
  }
  return points;
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
