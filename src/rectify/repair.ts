import { createRandom } from "../base/random.ts";
import type { Classifier } from "../models/types.ts";
import { composed } from "./compose.ts";
import { apartAmong, type Move } from "./effect.ts";
import { type Found, findCoefficients } from "./find-coefficients.ts";
import { firstGuess } from "./first-guess.ts";
import { at, type FitRequest } from "./fit.ts";
import type { Split } from "./split.ts";
import type { TargetCase } from "./target-case.ts";
import type { TargetContext } from "./target-context.ts";

/** Coefficients for a target, and what the target does with them. */
export interface Repair {
  readonly found: Found;
  /** f + Σ c·g. */
  readonly rectified: Classifier;
  /** Moves under the rectified target, by image of the split: to the features on train, to every column on the others. */
  readonly after: Readonly<Record<Split, readonly Move[]>>;
}

/** Finds the coefficients of a target and measures it with them. */
export async function findRepair(
  subject: TargetCase,
  request: FitRequest,
  { autoencoder, settings, progress }: TargetContext,
): Promise<Repair> {
  const { target, against, columns, set } = subject;
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
  const found = await findCoefficients(starts, request, {
    settings,
    random,
    progress: (share) => progress(0.2 + 0.7 * share),
  });

  const rectified = composed(target, against, found.coefficients);
  // Train was measured when the coefficients were found.
  const { validation, test } = set.places;
  const held = await set.measure(rectified, [...validation, ...test], columns);
  const all = apartAmong([...found.train, ...held], settings.drop);
  const tested = all.length - test.length;
  const after = {
    train: all.slice(0, splits.train.length),
    validation: all.slice(splits.train.length, tested),
    test: all.slice(tested),
  };
  return { found, rectified, after };
}
