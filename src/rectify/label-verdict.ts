import { labelWords, noLabelWords } from "../words/label-verdict.ts";
import type { LabelCheck } from "./label-check.ts";

/** What labels say of a rectified target. "mixed": more images are right, but the worst group is worse off. */
export const labelVerdicts = ["better", "no difference known", "mixed", "worse", "not compared"] as const;

/** The verdict by labels beside that on relative change: neither overrules the other. */
export interface LabelJudgement {
  readonly verdict: (typeof labelVerdicts)[number];
  readonly reason: string;
}

/** Error of the test that as many images are right as before. */
const alpha = 0.05;

/**
 * Whether a rectified target predicts its label better on test, original and rectified each at its best threshold on validation: by the exact McNemar
 * test on the images that one of them gets right and the other wrong, and by the accuracy of the worst group. The check of the feature whose
 * worst group changed for the worst counts.
 */
export function judgeByLabels(checks: readonly LabelCheck[]): LabelJudgement {
  const judged = checks.map(judgeOne);
  const [first] = judged;
  if (first === undefined) return { verdict: "not compared", reason: noLabelWords };
  return judged.reduce((a, b) => (labelVerdicts.indexOf(b.verdict) > labelVerdicts.indexOf(a.verdict) ? b : a));
}

function judgeOne(check: LabelCheck): LabelJudgement {
  const { before, after, gained, lost } = check;
  const differs = mcNemar(gained, lost) <= alpha;
  const fell = before.worstGroup !== null && after.worstGroup !== null && after.worstGroup < before.worstGroup;
  const verdict = !differs ? "no difference known" : gained < lost ? "worse" : fell ? "mixed" : "better";
  return { verdict, reason: labelWords(check) };
}

/** Two-sided p of the exact McNemar test: of gained + lost changes each would go either way with probability ½. */
export function mcNemar(gained: number, lost: number): number {
  const changes = gained + lost;
  const most = Math.min(gained, lost);
  // Binomial terms from 0 on, each from the one before it, in logarithms so that many changes do not underflow.
  let term = -changes * Math.LN2;
  let tail = Math.exp(term);
  for (let k = 1; k <= most; k++) {
    term += Math.log((changes - k + 1) / k);
    tail += Math.exp(term);
  }
  return Math.min(1, 2 * tail);
}
