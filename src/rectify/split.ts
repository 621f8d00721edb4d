import { createRandom } from "../base/random.ts";

/** What an image is used for: to fit the coefficient, to stop in time, to report. */
export type Split = "train" | "validation" | "test";
/** Every split, in the order reports list them. */
export const splits: readonly Split[] = ["train", "validation", "test"];

/** Share of the images below which a hash falls into train, and into train or validation. */
const shares = { train: 0.5, validation: 0.75 };

/** The split of an image: half train, a quarter validation, a quarter test, by its bytes and the seed alone, whatever comes with it. */
export function splitOf(seed: number, sha256: string): Split {
  const place = createRandom(`${seed}/split/${sha256}`).uniform();
  return place < shares.train ? "train" : place < shares.validation ? "validation" : "test";
}
