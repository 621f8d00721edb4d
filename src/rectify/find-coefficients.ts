import type { Random } from "../base/random.ts";
import { keepsCoverage } from "./coverage.ts";
import { replaced } from "./descent.ts";
import type { Effect, Move } from "./effect.ts";
import {
  at,
  coverageAt,
  type Effects,
  effectsOf,
  type Fit,
  type FitRequest,
  fitCoefficients,
  type GridPoint,
  grid,
} from "./fit.ts";
import type { RectifySettings } from "./options.ts";
import { halves } from "./verdict.ts";

/** Coefficients of one target, and how they were found. */
export interface Found {
  /** By feature, with three decimals, so that the printed expression is exactly what was measured. */
  readonly coefficients: readonly number[];
  /** Where the first descent began. */
  readonly start: readonly number[];
  readonly first: Fit;
  /** Coefficients of every descent, the first included. */
  readonly fits: readonly (readonly number[])[];
  /** By feature, on train; absent where the descent had found one that helps. */
  readonly grids: ReadonlyMap<number, readonly GridPoint[]>;
  /** By feature, whether some coefficient helps on train. */
  readonly helps: ReadonlyMap<number, boolean>;
  /** Moves on train under the coefficients. */
  readonly train: readonly Move[];
}

/** Share of the progress that the descents are; grids are the rest. */
const descending = 0.6;

/**
 * Descents with starts and minibatches of their own, of which the first counts. A feature that it does not help
 * is looked for on a grid; the grid point that helps most, if one does, takes its place.
 */
export async function findCoefficients(
  starts: readonly (readonly number[])[],
  request: FitRequest,
  options: {
    readonly settings: RectifySettings;
    readonly random: Random;
    /** Told what share is done. */
    progress(share: number): void;
  },
): Promise<Found> {
  const { settings, random, progress } = options;
  const { open, splits, measure } = request;
  const descents: Fit[] = [];
  for (const [index, start] of starts.entries()) {
    const fit = await fitCoefficients(start, request, {
      ...settings,
      random: random.fork(`fit ${index}`),
      curve: index === 0,
      progress: (step) => progress((descending * (index + step / settings.maxSteps)) / starts.length),
    });
    descents.push(fit);
  }
  const [start, first] = [starts[0] as readonly number[], descents[0] as Fit];
  const fits = descents.map(({ descent }) => descent.coefficients);

  const effects = (moves: readonly Move[]): Effects => effectsOf(request, splits.train, moves);
  const before = effects(at(request.before, splits.train));
  let coefficients: readonly number[] = first.descent.coefficients.map(rounded);
  const helping = (moves: readonly Move[], feature: number): boolean => {
    const coefficient = coefficients[feature] as number;
    return (
      halves(before[feature] as Effect, effects(moves)[feature] as Effect, coefficient, request.minEffect) &&
      keepsCoverage(coverageAt(request, feature, { coefficients, images: splits.train, moves }))
    );
  };
  let train = await measure(coefficients, splits.train);
  const grids = new Map<number, readonly GridPoint[]>();
  const found = new Map<number, boolean>();
  for (const [index, feature] of open.entries()) {
    if (helping(train, feature)) {
      found.set(feature, true);
      continue;
    }
    const share = (1 - descending) / open.length;
    const points = await grid(coefficients, feature, request, (done) => progress(descending + share * (index + done)));
    grids.set(feature, points);
    const best = points.filter((point) => point.helps).sort((a, b) => left(a) - left(b))[0];
    found.set(feature, best !== undefined);
    if (best === undefined) continue;
    coefficients = replaced(coefficients, feature, best.coefficient);
    train = await measure(coefficients, splits.train);
  }
  return { coefficients, start, first, fits, grids, helps: found, train };
}

function left({ effect }: GridPoint): number {
  return effect.all.meanAbsolute ?? Infinity;
}

function rounded(coefficient: number): number {
  return Number(coefficient.toFixed(3));
}
