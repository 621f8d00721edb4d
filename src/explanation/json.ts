import { z } from "zod";
import { type Alignment, alignmentSchema } from "../alignment/align.ts";
import { leastBaseChange } from "../alignment/relative-change.ts";
import { type SearchFigures, searchFigures } from "../counterfactual/types.ts";
import { smallFall } from "../words/search.ts";

const { trace, ...figures } = searchFigures.shape;

/** One image's counterfactual with what every downstream classifier says of it: floats unrounded, null for what has no value. */
export const explanationSchema = z.strictObject({
  image: z.string(),
  ...figures,
  alignment: z.array(alignmentSchema).readonly(),
  /** Fall of the base from which there is a relative change. */
  minBaseChange: z.number(),
  /** Why no downstream classifier has a relative change, in words; null where they have. */
  withoutRelativeChange: z.string().nullable(),
  trace,
});
/** An explanation as JSON, without its pictures. */
export type ExplanationJson = Readonly<z.infer<typeof explanationSchema>>;

/** What is written beside the pictures, and printed under --json. */
export function explanationJson(explanation: ExplanationJson): ExplanationJson {
  return explanationSchema.strip().parse(explanation);
}

/** An explanation of what a search found on an image. */
export function explained(
  image: string,
  figures: SearchFigures,
  { alignment, least = leastBaseChange }: { readonly alignment: readonly Alignment[]; readonly least?: number },
): ExplanationJson {
  const { base, basePrediction } = figures;
  const fall = basePrediction.before - basePrediction.after;
  return {
    image,
    ...figures,
    alignment,
    minBaseChange: least,
    withoutRelativeChange: fall > least ? null : smallFall(base, fall, least),
  };
}
