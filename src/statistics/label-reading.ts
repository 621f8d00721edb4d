import { z } from "zod";
import { type AurocEstimate, aurocEstimate } from "./auroc.ts";

/** One column of labels, and whether it can be read from pictures, as it is printed. */
export const labelReading = z.strictObject({
  label: z.string(),
  ones: z.number().int(),
  zeros: z.number().int(),
  /** On held-out pictures; null where there were too few to try. */
  auroc: aurocEstimate.nullable(),
  /** Why it is not among the targets; null where it is. */
  refused: z.enum(["too-few", "not-readable", "not-0-or-1"]).nullable(),
});
/** One column of labels, and whether it can be read from pictures. */
export type LabelReading = Readonly<z.infer<typeof labelReading>>;

/** Images of either kind. */
export interface LabelCounts {
  readonly ones: number;
  readonly zeros: number;
}

/** Fewer images of either kind cannot be learned from, or judged on. */
export const leastToFit = 10;
export const leastToJudge = 5;

/** How many images a label has of either kind. */
export function countsOf(labels: readonly (0 | 1)[]): LabelCounts {
  const ones = labels.reduce<number>((sum, label) => sum + label, 0);
  return { ones, zeros: labels.length - ones };
}

/** Whether there are images enough of either kind to learn from and to judge on. */
export function enough(own: readonly (0 | 1)[], heldOut: readonly (0 | 1)[]): boolean {
  const [fitted, judged] = [countsOf(own), countsOf(heldOut)];
  return Math.min(fitted.ones, fitted.zeros) >= leastToFit && Math.min(judged.ones, judged.zeros) >= leastToJudge;
}

/**
 * The reading of a column before anything is fitted: refused where it holds other numbers than 0 and 1, or too few of either.
 * values: one a picture, undefined where there is none; the first `heldOut` are those that are judged on.
 */
export function readingBefore(label: string, values: readonly (number | undefined)[], heldOut: number): LabelReading {
  const known = (part: readonly (number | undefined)[]) =>
    part.filter((value): value is 0 | 1 => value === 0 || value === 1);
  const reading = { label, ...countsOf(known(values)), auroc: null, refused: null };
  if (values.some((value) => value !== undefined && value !== 0 && value !== 1)) {
    return { ...reading, refused: "not-0-or-1" };
  }
  const fits = enough(known(values.slice(heldOut)), known(values.slice(0, heldOut)));
  return fits ? reading : { ...reading, refused: "too-few" };
}

/** A reading after it was judged: refused unless the whole interval lies above. */
export function readingAfter(reading: LabelReading, auroc: AurocEstimate, minAuroc: number): LabelReading {
  return { ...reading, auroc, refused: auroc.ci[0] < minAuroc ? "not-readable" : null };
}
