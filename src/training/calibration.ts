import { type AurocEstimate, aurocInterval } from "../statistics/auroc.ts";
import { balancedLoss, logisticRegression } from "../statistics/logistic.ts";
import { median } from "../statistics/moments.ts";

/** Logits become slope·logit + term. */
export interface Line {
  readonly slope: number;
  readonly term: number;
}

/** Logits of one target with labels. */
export interface Judged {
  readonly logits: readonly number[];
  readonly labels: readonly (0 | 1)[];
}

/** Half of all logits are no larger, whatever the labels: beyond it nothing moves a prediction. */
const mostLogit = 5;
const leastSlope = 1e-3;
/** Penalty of the slope: hardly any. */
const penalty = 1e-6;

const hasBoth = ({ labels }: Judged): boolean => labels.includes(0) && labels.includes(1);
const along = ({ slope, term }: Line, logits: readonly number[]): number[] =>
  logits.map((logit) => slope * logit + term);

/**
 * The temperature (as its inverse, the slope) and the offset that pictures outside the training ask for, the two kinds weighed alike (Platt). Separable
 * labels ask for a slope without end: half of the logits are no larger than log(n + 1), the certainty that n pictures of the
 * rarer kind give, and never larger than 5.
 */
export function calibrationOf(judged: Judged): Line {
  const { logits, labels } = judged;
  if (!hasBoth(judged)) return { slope: 1, term: 0 };
  const fit = logisticRegression({ features: Float64Array.from(logits), size: 1, labels }, penalty);
  const line = { slope: Math.max(fit.weights[0] as number, leastSlope), term: fit.intercept };
  const ones = labels.filter((label) => label === 1).length;
  const rarer = Math.min(ones, labels.length - ones);
  const usual = median(along(line, logits).map(Math.abs));
  const share = Math.min(1, Math.min(mostLogit, Math.log(rarer + 1)) / usual);
  return { slope: share * line.slope, term: share * line.term };
}

/** Held-out logits of one target as they were at some moment of the training, one a picture, and the labels that there are. */
export interface Answers {
  readonly logits: readonly number[];
  readonly labels: readonly (number | undefined)[];
}

/** By target. */
export type Moment = readonly Answers[];

/** The pictures that have a label. */
export function labelled({ logits, labels }: Answers): Judged {
  const known = labels.flatMap((label, i) =>
    label === 0 || label === 1 ? [{ label, logit: logits[i] as number }] : [],
  );
  return { logits: known.map(({ logit }) => logit), labels: known.map(({ label }) => label) } as Judged;
}

/** Mean loss over targets after calibration; targets of which only one kind is there do not count. */
export function calibratedLoss(moment: Moment): number {
  const losses = moment
    .map(labelled)
    .filter(hasBoth)
    .map((judged) => balancedLoss(along(calibrationOf(judged), judged.logits), judged.labels));
  return losses.reduce((total, loss) => total + loss, 0) / Math.max(1, losses.length);
}

/**
 * AUROC of every target on the held-out pictures, though they also say when to stop: each half of them is judged as the other half would have stopped
 * and calibrated. undefined where a kind has fewer than two pictures.
 */
export function crossJudged(moments: readonly Moment[]): readonly (AurocEstimate | undefined)[] {
  const half = (parity: number): Moment[] =>
    moments.map((moment) =>
      moment.map(({ logits, labels }) => {
        const own = <T>(values: readonly T[]) => values.filter((_, i) => i % 2 === parity);
        return { logits: own(logits), labels: own(labels) };
      }),
    );
  const halves = [half(0), half(1)] as const;
  const scored = (own: readonly Moment[], other: readonly Moment[]): readonly Judged[] => {
    const losses = other.map(calibratedLoss);
    const best = losses.indexOf(Math.min(...losses));
    return (own[best] as Moment).map((answers, target) => {
      const line = calibrationOf(labelled(other[best]?.[target] as Answers));
      const { logits, labels } = labelled(answers);
      return { logits: along(line, logits), labels };
    });
  };
  const [first, second] = [scored(...halves), scored(halves[1], halves[0])];
  return first.map((judged, target) => {
    const all = [judged, second[target] as Judged];
    const of = (kind: 0 | 1) => all.flatMap(({ logits, labels }) => logits.filter((_, i) => labels[i] === kind));
    return aurocInterval(of(1), of(0));
  });
}
