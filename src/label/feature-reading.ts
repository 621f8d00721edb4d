import { fitReading } from "../prepare/concepts/fit-concept.ts";
import { type AurocEstimate, aurocInterval } from "../statistics/auroc.ts";
import { leastToFit, leastToJudge } from "../statistics/label-reading.ts";
import { type LogisticFit, logits } from "../statistics/logistic.ts";
import type { Mark } from "./label-table.ts";

/** Pictures as numbers, by place in their order. */
export interface Codes {
  /** [pictures, size] */
  readonly rows: Float64Array;
  readonly size: number;
  /** Whether a picture could be read. */
  readonly usable: readonly boolean[];
}

/** Pictures of either kind that were looked at. */
export interface Seen {
  readonly has: number;
  readonly hasNot: number;
}

/** What to do next with a feature. */
export type Advice =
  /** Too few of one kind or both, to learn from or to judge by. */
  | "more-of-both"
  | "more-that-have-it"
  | "more-that-have-not"
  /** It is read, but not surely well enough. */
  | "go-on"
  /** It is surely read well enough, as `concepts` asks of a column. */
  | "enough"
  /** Many were looked at, and it is surely not read. */
  | "not-readable";

/** How well a feature is read by now. */
export interface FeatureReading {
  readonly seen: Seen;
  /** Those among them that no probe learns from. */
  readonly judged: Seen;
  /** On these; null where they or those learned from are too few. */
  readonly auroc: AurocEstimate | null;
  readonly advice: Advice;
}

/** A reading, and how surely each picture has the feature. */
export interface ReadFeature extends FeatureReading {
  /** Logits by picture; undefined before twenty pictures, of both kinds, were looked at. */
  readonly scores: readonly number[] | undefined;
}

/** Labels before a probe is tried. */
export const leastLabels = 20;
/** AUROC that the whole interval has to lie above, as in `concepts`. */
const wanted = 0.75;
/** Labels that a probe learns from at most, so that it answers at once; `concepts` learns from all. */
const mostLearned = 500;
/** Labels after which what is surely not read is given up. */
const manyLabels = 150;

/**
 * Fits a probe to the labels of pictures beyond the first `heldOut`, and judges it on those: they are drawn at random whatever the probe is least sure of, and
 * `concepts` holds out the same ones. marks: by picture. codes: absent while pictures are still being read.
 */
export function readFeature(
  marks: readonly Mark[],
  { codes, heldOut }: { readonly codes: Codes | undefined; readonly heldOut: number },
): ReadFeature {
  const labelled = marks.flatMap((mark, at) =>
    mark === null || codes?.usable[at] === false ? [] : [{ at, label: mark }],
  );
  const [judged, learned] = [labelled.filter(({ at }) => at < heldOut), labelled.filter(({ at }) => at >= heldOut)];
  const counts = { seen: countsOf(labelled), judged: countsOf(judged) };
  const own = countsOf(learned);
  const fit =
    codes === undefined || labelled.length < leastLabels || Math.min(own.has, own.hasNot) === 0
      ? undefined
      : probeOf(learned.slice(0, mostLearned), codes);
  if (fit === undefined || codes === undefined) {
    return { ...counts, auroc: null, advice: adviceOf(own, counts.judged, null), scores: undefined };
  }
  const scores = logits(fit, codes.rows);
  const scoresOf = (label: Mark) => judged.flatMap((one) => (one.label === label ? [scores[one.at] as number] : []));
  const auroc = aurocInterval(scoresOf(1), scoresOf(0)) ?? null;
  return { ...counts, auroc, advice: adviceOf(own, counts.judged, auroc), scores };
}

interface Labelled {
  readonly at: number;
  readonly label: 0 | 1;
}

function probeOf(learned: readonly Labelled[], { rows, size }: Codes): LogisticFit {
  const features = new Float64Array(learned.length * size);
  for (const [i, { at }] of learned.entries()) features.set(rows.subarray(at * size, (at + 1) * size), i * size);
  return fitReading({ features, size, labels: learned.map(({ label }) => label) }).fit;
}

function countsOf(labelled: readonly Labelled[]): Seen {
  const has = labelled.filter(({ label }) => label === 1).length;
  return { has, hasNot: labelled.length - has };
}

function adviceOf(learned: Seen, judged: Seen, auroc: AurocEstimate | null): Advice {
  const short = (kind: keyof Seen): boolean => learned[kind] < leastToFit || judged[kind] < leastToJudge;
  if (short("has")) return short("hasNot") ? "more-of-both" : "more-that-have-it";
  if (short("hasNot")) return "more-that-have-not";
  if (auroc === null) return "go-on";
  if (auroc.ci[0] >= wanted) return "enough";
  const all = learned.has + learned.hasNot + judged.has + judged.hasNot;
  return all >= manyLabels && auroc.ci[1] < wanted ? "not-readable" : "go-on";
}
