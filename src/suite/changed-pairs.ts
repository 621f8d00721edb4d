import { platform } from "#platform";
import type { Check } from "../audit/compare/check.ts";
import type { Side } from "../interventions/rows.ts";
import type { Answers } from "./answers.ts";
import { predictedBy } from "./effect-on-figure.ts";
import { readPixels, type Suite } from "./open-suite.ts";
import type { SuitePicture } from "./pairs.ts";

/** A picture of a pair, with what is predicted of it. */
export interface ChangedPicture {
  readonly png: Uint8Array;
  readonly prediction: number;
  /** By the baseline; null without one. */
  readonly baseline: number | null;
}

/** A pair on which a classifier's prediction moved far. */
export interface ChangedPair {
  readonly classifier: string;
  readonly feature: string;
  readonly change: Side;
  readonly image: string;
  readonly before: ChangedPicture;
  readonly after: ChangedPicture;
}

/** Against whom pairs are held, and how many are wanted. */
export interface ChangedPairsOptions {
  /** What another classifier said of the same suite: then those come first whose movement differs most from its. */
  readonly baseline?: Answers;
  /** `old=new`, where a classifier has another name in the baseline. */
  readonly map?: readonly string[];
  /** Pairs at most, 24. */
  readonly most?: number;
}

/** The pairs of a check's cells on which a classifier moved most, or, against a baseline, moved most otherwise than that one: largest first. */
export async function changedPairs(
  suite: Suite,
  answers: Answers,
  { checks }: Pick<Check, "checks">,
  { baseline, map = [], most = 24 }: ChangedPairsOptions = {},
): Promise<readonly ChangedPair[]> {
  const oldNames = new Map(map.map((text) => [text.slice(text.indexOf("=") + 1), text.slice(0, text.indexOf("="))]));
  const cells = new Map(
    checks.map(({ base, downstream }) => [JSON.stringify([base, downstream]), { base, downstream }]),
  );
  const found = [...cells.values()].flatMap(({ base, downstream }) => {
    const now = predictedBy(
      answers,
      answers.classifiers.findIndex(({ name }) => name === base),
    );
    const old = baseline?.classifiers.findIndex(({ name }) => name === (oldNames.get(base) ?? base)) ?? -1;
    const was = baseline === undefined || old < 0 ? undefined : predictedBy(baseline, old);
    return suite.pairs
      .filter(({ feature }) => feature === downstream)
      .map((pair) => {
        const moved = now(pair.after) - now(pair.before);
        const by = Math.abs(was === undefined ? moved : moved - (was(pair.after) - was(pair.before)));
        return { base, pair, now, was, by };
      });
  });
  const first = found
    .filter(({ by }) => !Number.isNaN(by))
    .toSorted((a, b) => b.by - a.by)
    .slice(0, most);
  return Promise.all(
    first.map(async ({ base, pair: { feature, change, image, before, after }, now, was }): Promise<ChangedPair> => {
      const shown = async (picture: SuitePicture): Promise<ChangedPicture> => ({
        png: await platform.encodeImage(await readPixels(suite, picture), "png"),
        prediction: now(picture),
        baseline: was === undefined ? null : was(picture),
      });
      return { classifier: base, feature, change, image, before: await shown(before), after: await shown(after) };
    }),
  );
}
