import { z } from "zod";

const interval = z.tuple([z.number(), z.number()]);

/** Counterfactuals of one classifier that change alike. */
const mode = z.object({
  /** What it is, in words. */
  sentence: z.string(),
  /** Counterfactuals, their share of all that were grouped, and its exact interval. */
  count: z.number().int(),
  share: z.number(),
  ci: interval,
  /** How much of it comes back in resamples of the pictures (Jaccard similarity), from 0 to 1. */
  stability: z.number(),
  /** How far the classifier fell, on average. */
  fall: z.number(),
  /** Part of these falls that the effects of the moved features explain; null for a classifier without effects. */
  accounted: z.object({ value: z.number(), ci: interval.nullable() }).nullable(),
  /** Part of what is not accounted for that these hold, 0 where effects explain more than all of their falls; null without effects, and where nothing is left. */
  unaccountedShare: z.number().nullable(),
  /** Whether something that no feature names is at work; null without effects. */
  unnamed: z.boolean().nullable(),
  /** Where the mean change is. */
  place: z.string(),
  /** What the features did, those that explain most first. */
  features: z.array(
    z.object({
      feature: z.string(),
      /** Who tells it. */
      classifier: z.string(),
      /** Mean change of its prediction, after − before. */
      change: z.number(),
      ci: interval.nullable(),
      /** Part of these falls that the feature's effect explains; null where it has none. */
      explains: z.number().nullable(),
    }),
  ),
  /** The images, the clearest first: of the half that changes most those whose change is most like the mean. */
  images: z.array(z.string()),
});

/** What `modes --json` prints of one classifier. */
export const modesSchema = z.object({
  base: z.string(),
  /** Counterfactuals that were grouped, and those of which the run keeps no picture. */
  count: z.number().int(),
  withoutPicture: z.number().int(),
  /** Counterfactuals that a mode has at least. */
  smallest: z.number().int(),
  confidence: z.number(),
  /** Those that hold most of what is not accounted for first, else the largest. */
  modes: z.array(mode),
});

/** What lowers a classifier, in kinds (docs/effects.md). */
export type Modes = z.infer<typeof modesSchema>;
/** One kind: counterfactuals that change alike. */
export type Mode = Modes["modes"][number];
