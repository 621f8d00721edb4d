import { z } from "zod";

/** Files, at most, that edits are tried on and patterns fitted to: the first of the order. */
export const mostReached = 200;

/** What a preflight measured of one target. */
const targetFacts = z.strictObject({
  name: z.string(),
  /** Pictures that it calls positive. */
  positives: z.number().int(),
  meanPrediction: z.number(),
  /** Share of its decisions that the reconstructions keep. */
  agreement: z.number().nullable(),
  /** The same, positive and negative pictures weighed alike; null where there are too few of both. */
  kept: z.number().nullable(),
  /** Pictures on which it, or it on their reconstruction, is no finite number; they count in nothing else. */
  notFinite: z.number().int(),
  /** The autoencoder loses it. */
  blind: z.boolean(),
});

/** What a preflight measured of one classifier file. */
const modelFacts = z.strictObject({
  name: z.string(),
  role: z.enum(["classifier", "probe", "judge"]),
  activation: z.enum(["sigmoid", "softmax", "none"]),
  /** Why it does not run on pictures; null where it does. */
  forwardProblem: z.string().nullable(),
  /** Why its gradient does not run; null where it does, and for judges, which need none. */
  gradientProblem: z.string().nullable(),
  /** Whether the same pictures have the same outputs when they are shown again; null where it does not run. */
  repeats: z.boolean().nullable(),
  /** Seconds for one picture: its outputs, and a gradient through the decoder; null where it does not run. */
  forwardSeconds: z.number().nullable(),
  gradientSeconds: z.number().nullable(),
  /** Empty where it does not run. */
  targets: z.array(targetFacts),
});

/** What a preflight measured. */
export const preflightFacts = z.strictObject({
  workspace: z.string(),
  images: z.strictObject({
    folder: z.string(),
    /** Files in it, those that were looked at, and those of them that cannot be used. */
    files: z.number().int(),
    looked: z.number().int(),
    unusable: z.number().int(),
    /** Pictures of another shape than the autoencoder's that are stretched to it. */
    stretched: z.number().int(),
  }),
  autoencoder: z.strictObject({
    name: z.string(),
    latentDims: z.array(z.number().int()),
    /** The latent is a map: it has a place for every part of the picture. */
    spatial: z.boolean(),
    flattened: z.boolean(),
    /** There is none: the latent is the picture itself, or a basis of pictures where it is flattened. */
    pixels: z.boolean(),
    /** Seconds for one picture. */
    encodeSeconds: z.number(),
    decodeSeconds: z.number(),
  }),
  models: z.array(modelFacts),
  /** By column of the table that a judge or a probe tells: whether patterns move it. */
  reach: z.array(
    z.strictObject({
      feature: z.string(),
      witness: z.string(),
      /** The witness reads the pixels that edits change. */
      probe: z.boolean(),
      /** Edits that were tried, and those on which the witness saw it go or come. */
      edits: z.number().int(),
      seen: z.number().int(),
      /** On at least half of either side. */
      moved: z.boolean(),
    }),
  ),
});
/** What a preflight measured, before anything is judged. */
export type PreflightFacts = z.infer<typeof preflightFacts>;
export type ModelFacts = PreflightFacts["models"][number];
