import { z } from "zod";
import { type AurocEstimate, aurocEstimate, aurocInterval } from "../../statistics/auroc.ts";
import { enough } from "../../statistics/label-reading.ts";
import { type LogisticFit, logits } from "../../statistics/logistic.ts";
import { twoNormals } from "../../statistics/two-normals.ts";
import { fitLikely } from "../concepts/fit-likely.ts";

/** One word, and whether it names something that can be read from pictures, as it is printed. */
export const nameReading = z.strictObject({
  word: z.string(),
  /** Pictures that the model of texts says have it and lack it. */
  ones: z.number().int(),
  zeros: z.number().int(),
  /** How far its scores spread among those of control words, as a p-value; at most 0.05 is asked for. */
  pValue: z.number(),
  /** Of the probe against what the model of texts says, on held-out pictures; null where they were not tried. */
  auroc: aurocEstimate.nullable(),
  /** Of the scores against labels of the table by the same name; null below two of a kind. */
  judged: z.strictObject({ count: z.number().int(), auroc: aurocEstimate.nullable() }).readonly(),
  /** Whether enough pictures were judged, and agree. */
  checked: z.boolean(),
  /** Why it is not among the targets; null where it is. */
  refused: z.enum(["as-control-words", "too-few", "not-readable", "judged-otherwise"]).nullable(),
});
/** One word, and whether it names something that can be read from pictures. */
export type NameReading = Readonly<z.infer<typeof nameReading>>;

/** What is known of the pictures and one word, by picture. */
export interface NamedPictures {
  readonly word: string;
  readonly scores: readonly number[];
  readonly pValue: number;
  /** [pictures, size]: what the probe reads. */
  readonly features: Float64Array;
  readonly size: number;
  /** Labels of the table; undefined where nobody has looked. */
  readonly judged: readonly (number | undefined)[];
  /** The first so many are held out. */
  readonly heldOut: number;
  /** AUROC that intervals have to lie above. */
  readonly minAuroc: number;
}

/** Judged pictures from which a name counts as checked. */
export const enoughJudged = 40;
const mostByChance = 0.05;

/** Fits a probe to what scores say of the pictures: each as likely as a mixture of two normal distributions has it, and as the table says where somebody has looked. */
export function readName(pictures: NamedPictures): {
  readonly reading: NameReading;
  readonly fit: LogisticFit | undefined;
} {
  const { word, scores, judged, pValue, heldOut, minAuroc } = pictures;
  const likely = twoNormals(scores).posterior;
  const says = likely.map((value): 0 | 1 => (value > 0.5 ? 1 : 0));
  const ones = says.filter((label) => label === 1).length;
  const labels = judged.flatMap((label, i) =>
    label === 0 || label === 1 ? [{ label, score: scores[i] as number }] : [],
  );
  const of = (wanted: 0 | 1) => labels.flatMap(({ label, score }) => (label === wanted ? [score] : []));
  const agreement = aurocInterval(of(1), of(0)) ?? null;
  const isJudged = labels.length >= enoughJudged && agreement !== null;
  const checked = isJudged && agreement.ci[0] >= minAuroc;
  const begun = {
    word,
    ones,
    zeros: says.length - ones,
    pValue,
    judged: { count: labels.length, auroc: agreement },
    checked,
  };
  const refuse = (refused: NonNullable<NameReading["refused"]>, auroc: AurocEstimate | null = null) => ({
    reading: { ...begun, auroc, checked: false, refused },
    fit: undefined,
  });
  if (isJudged && !checked) return refuse("judged-otherwise");
  // What people have checked needs no null of words.
  if (!checked && pValue > mostByChance) return refuse("as-control-words");
  if (!enough(says.slice(heldOut), says.slice(0, heldOut))) return refuse("too-few");
  const known = likely.map((value, i) => (judged[i] === 0 || judged[i] === 1 ? (judged[i] as number) : value));
  const { features, size } = pictures;
  const { fit } = fitLikely({ features: features.subarray(heldOut * size), size, likely: known.slice(heldOut) });
  const found = logits(fit, features.subarray(0, heldOut * size));
  const auroc = aurocInterval(
    found.filter((_, i) => says[i] === 1),
    found.filter((_, i) => says[i] === 0),
  ) as AurocEstimate;
  if (auroc.ci[0] < minAuroc) return refuse("not-readable", auroc);
  return { reading: { ...begun, auroc, refused: null }, fit };
}
