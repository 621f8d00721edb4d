import { auroc } from "../src/statistics/auroc.ts";
import { correlation } from "../src/statistics/correlation.ts";

/** One feature of one subject: what a method says and what is true. */
export interface ScoredCell {
  readonly subject: number;
  /** Signed; undefined where the method has nothing to say. */
  readonly score: number | undefined;
  /** Measured effect on the subject. */
  readonly effect: number;
  /** undefined between the two bounds. */
  readonly positive: boolean | undefined;
}

/** Figures of a method over cells; undefined where there are no positives or no negatives. */
export interface Figures {
  /** Mean over subjects of the AUROC among their own cells. */
  readonly within: number | undefined;
  /** AUROC of all cells together. */
  readonly pooled: number | undefined;
  readonly auprc: number | undefined;
  /** Share of the positives above the score that 5 % of the negatives exceed. */
  readonly tprAt5: number | undefined;
  /** Pearson correlation of the signed score with the true effect, all cells. */
  readonly pearson: number | undefined;
}

/** A cell without a score says nothing: it ranks last. */
function magnitude({ score }: ScoredCell): number {
  return score === undefined ? 0 : Math.abs(score);
}

/** AUROC among the cells of each subject, averaged over the subjects that have both positives and negatives. */
export function withinAuroc(cells: readonly ScoredCell[]): number | undefined {
  const sides = new Map<number, [number[], number[]]>();
  for (const cell of cells) {
    if (cell.positive === undefined) continue;
    let own = sides.get(cell.subject);
    if (own === undefined) {
      own = [[], []];
      sides.set(cell.subject, own);
    }
    own[cell.positive ? 0 : 1].push(magnitude(cell));
  }
  const values = [...sides.values()].flatMap(([positives, negatives]) => auroc(positives, negatives) ?? []);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** All figures of a method. */
export function figuresOf(cells: readonly ScoredCell[]): Figures {
  const positives = cells.filter(({ positive }) => positive === true).map(magnitude);
  const negatives = cells.filter(({ positive }) => positive === false).map(magnitude);
  return {
    within: withinAuroc(cells),
    pooled: auroc(positives, negatives),
    auprc: averagePrecision(positives, negatives),
    tprAt5: shareAbove(positives, negatives, 0.05),
    pearson: pearsonOf(cells),
  };
}

/** Pearson correlation of signed scores with the true effects, of the cells that have a score. */
export function pearsonOf(cells: readonly ScoredCell[]): number | undefined {
  const said = cells.filter(({ score }) => score !== undefined);
  return correlation(
    said.map(({ score }) => score as number),
    said.map(({ effect }) => effect),
  );
}

/** Of the positive cells whose effect has a sign: the share whose score has it too. */
export function rightSigns(cells: readonly ScoredCell[], sign: 1 | -1): number | undefined {
  const used = cells.filter(({ positive, effect }) => positive === true && Math.sign(effect) === sign);
  return used.length === 0
    ? undefined
    : used.filter(({ score }) => score !== undefined && Math.sign(score) === sign).length / used.length;
}

/** Average precision: mean over positives of the precision at their score, ties counted in full. */
export function averagePrecision(positives: readonly number[], negatives: readonly number[]): number | undefined {
  if (positives.length === 0) return undefined;
  const above = (values: readonly number[], score: number): number => values.filter((value) => value >= score).length;
  const precisions = positives.map((score) => {
    const right = above(positives, score);
    return right / (right + above(negatives, score));
  });
  return precisions.reduce((sum, value) => sum + value, 0) / precisions.length;
}

/** Share of the positives above the smallest threshold that at most `share` of the negatives exceed. */
export function shareAbove(
  positives: readonly number[],
  negatives: readonly number[],
  share: number,
): number | undefined {
  if (positives.length === 0 || negatives.length === 0) return undefined;
  const sorted = [...negatives].sort((a, b) => b - a);
  const threshold = sorted[Math.floor(share * negatives.length)] as number;
  return positives.filter((score) => score > threshold).length / positives.length;
}

/** Share of neighbouring strengths of a series whose scores rise. Rows: strength and score of the models of one pair and seed. */
export function rising(
  series: readonly (readonly { readonly strength: number; readonly score: number }[])[],
): number | undefined {
  const steps = series.flatMap((rows) => {
    const sorted = [...rows].sort((a, b) => a.strength - b.strength);
    return sorted.slice(1).map(({ score }, i) => score > (sorted[i]?.score as number));
  });
  return steps.length === 0 ? undefined : steps.filter(Boolean).length / steps.length;
}
