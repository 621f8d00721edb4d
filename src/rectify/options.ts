import { maxLambdaOverData, searchOptions } from "../counterfactual/search-options.ts";
import type { SearchOptions } from "../counterfactual/types.ts";
import { CfalignError } from "../errors.ts";
import type { Classifier } from "../models/types.ts";
import type { Workspace } from "../models/workspace.ts";

/** How coefficients are fitted and judged, as it stands in `rectification.json`. */
export interface RectifySettings extends SearchOptions {
  /** Seed of the order of images, of the splits and of the minibatches. */
  readonly seed: number;
  /** Positive images per target; null for all. */
  readonly limit: number | null;
  readonly minBaseChange: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly minibatch: number;
  readonly maxSteps: number;
  readonly checkEvery: number;
  readonly patience: number;
  readonly checkImages: number;
  readonly fits: number;
  readonly firstGuess: boolean;
  readonly minEffect: number;
  readonly confidence: number;
  readonly resamples: number;
}

/**
 * Defaults as on the command line. η and μ are unpublished. dRC/dc is about 1 for classifiers of similar steepness (in the
 * linear regime ‖∇g‖²/‖∇f‖²), and heavy-ball iteration on a curvature of 1 is critically damped at μ = (1 − √η)²: 0.47 for
 * η = 0.1. Larger η wanders more, because a minibatch of ten has a standard error of about 0.1; smaller takes longer.
 */
export const defaultSettings = {
  seed: 1,
  limit: 400,
  minBaseChange: 0.3,
  learningRate: 0.1,
  momentum: 0.5,
  minibatch: 10,
  maxSteps: 60,
  checkEvery: 5,
  patience: 3,
  checkImages: 60,
  fits: 5,
  firstGuess: true,
  minEffect: 0.1,
  confidence: 0.95,
  resamples: 2000,
} as const;

/** Options of `rectify`; those of the search have the defaults of the command line. */
export interface RectifyOptions extends Partial<SearchOptions> {
  readonly workspace: Workspace;
  /** Classifiers to repair: classifiers or expressions. */
  readonly targets: readonly (string | Classifier)[];
  /** Classifiers of the features that the targets should not use; one coefficient each (Eq. 5). */
  readonly against: readonly (string | Classifier)[];
  /** Classifiers of the ledger; every target of every classifier file by default. */
  readonly downstream?: readonly (string | Classifier)[];
  /** Folder for `rectification.json` and the rectified models; an aligned run may be in it. */
  readonly out: string;
  /** Seed of the order of images, of the splits and of the minibatches, 1. */
  readonly seed?: number;
  /** Positive images per target, 400; null for all. */
  readonly limit?: number | null;
  /** Fall of the target's prediction from which an image is used, 0.3. */
  readonly minBaseChange?: number;
  /** η of Eq. 6, 0.1. */
  readonly learningRate?: number;
  /** μ of Eq. 6, 0.5. */
  readonly momentum?: number;
  /** Images per step, 10. */
  readonly minibatch?: number;
  /** Steps at most, 60. */
  readonly maxSteps?: number;
  /** Steps between two looks at the validation images, 5. */
  readonly checkEvery?: number;
  /** Looks without improvement after which the descent ends, 3. */
  readonly patience?: number;
  /** Images per split at a look, 60; figures at the end are of all. */
  readonly checkImages?: number;
  /** Descents with minibatches of their own, which show the spread of the coefficient, 5; the first one counts. */
  readonly fits?: number;
  /** Start at the guess of the linear regime (default) rather than at 0. */
  readonly firstGuess?: boolean;
  /** Smallest relative change that matters, 0.1. */
  readonly minEffect?: number;
  /** Coverage of the intervals, 0.95. */
  readonly confidence?: number;
  /** Bootstrap resamples, 2000. */
  readonly resamples?: number;
  /** Ends the work: CfalignError("interrupted"). */
  readonly signal?: AbortSignal;
}

/** Settings with defaults filled in and checked. Errors: CfalignError("usage") that names the option. */
export function rectifySettings(options: RectifyOptions): RectifySettings {
  const given = Object.fromEntries(
    Object.keys(defaultSettings)
      .map((key) => [key, options[key as keyof typeof defaultSettings]])
      .filter(([, value]) => value !== undefined),
  );
  const settings: RectifySettings = {
    ...searchOptions({ ...options, maxLambda: options.maxLambda ?? maxLambdaOverData }),
    ...defaultSettings,
    ...given,
  };
  if (settings.limit !== null) expectWhole(settings, "limit", 1);
  expectWhole(settings, "seed", 0);
  for (const name of ["minibatch", "maxSteps", "checkEvery", "patience", "checkImages", "fits"] as const) {
    expectWhole(settings, name, 1);
  }
  expectWhole(settings, "resamples", 100);
  expect(settings, "learningRate", "a number above 0", (value) => value > 0 && Number.isFinite(value));
  expect(settings, "momentum", "a number from 0 to below 1", (value) => value >= 0 && value < 1);
  for (const name of ["minBaseChange", "minEffect"] as const) {
    expect(settings, name, "a number of at least 0", (value) => value >= 0);
  }
  expect(settings, "confidence", "a share from 0.5 to below 1", (value) => value >= 0.5 && value < 1);
  return settings;
}

type NumberSetting = {
  [K in keyof RectifySettings]: RectifySettings[K] extends number | null ? K : never;
}[keyof RectifySettings];

function expectWhole(settings: RectifySettings, name: NumberSetting, least: number): void {
  const whole = (value: number): boolean => Number.isSafeInteger(value) && value >= least;
  expect(settings, name, `a whole number, ${least} or more`, whole);
}

function expect(
  settings: RectifySettings,
  name: NumberSetting,
  expected: string,
  holds: (value: number) => boolean,
): void {
  const value = settings[name] as number;
  if (!holds(value)) throw new CfalignError("usage", `${name}: expected ${expected}, got ${value}`, { where: name });
}
