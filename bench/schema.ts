import { z } from "zod";
import { worldNames } from "./worlds/worlds.ts";

const world = z.enum(worldNames);
const number = z.number().nullable();
const interval = z.tuple([z.number(), z.number()]).nullable();
const withInterval = z.strictObject({ value: number, ci: interval });

/** How often something happened: its share with Clopper and Pearson's interval, null where nothing was counted. */
const rate = z.strictObject({ count: z.number().int(), of: z.number().int(), share: number, ci: interval });

/** How often the product's own states (found, clear, unresolved) are wrong. */
const stateErrors = z.strictObject({
  models: z.number().int(),
  /** Of the cells with a true effect of at least 0.1: those called clear. */
  falseClear: rate,
  /** Of the models: those with a found cell whose true effect is at most 0.03. */
  falseFound: rate,
  /** Of the cells with a true effect of at least 0.1: those found with its sign, and with the other. */
  found: rate,
  wrongSign: rate,
  /** Of all cells: those that nothing is said of, by why. */
  unresolved: rate.extend({ reasons: z.record(z.string(), z.number().int()) }),
});

const score = z.strictObject({
  world,
  name: z.string(),
  /** An oracle knows how the training set was poisoned. */
  role: z.enum(["method", "baseline", "oracle"]),
  /** Mean over the models of the AUROC among their own features; null where nothing was planted that counts. */
  auroc: withInterval,
  /** AUROC over the cells of all models. */
  pooledAuroc: number,
  /** Area under precision and recall, all cells. */
  auprc: number,
  /** Share of the positives above the score that 5 % of the negatives exceed. */
  tprAt5: number,
  /** Pearson correlation of the signed score with the true effect. */
  pearson: withInterval,
  /** Of neighbouring strengths of a pair and seed, the share where the stronger has the larger score. */
  rising: number,
  /** Share of models without any true effect beyond 0.03 that have a *found* cell; null for what finds nothing by itself. */
  falseAlarms: number,
  /** Of the cells with a true effect of at least 0.1: share of those whose score has its sign, where the feature is used for the target and against it. */
  signs: z.strictObject({ for: number, against: number }),
  /** null for what has no states. */
  stateErrors: stateErrors.nullable(),
  /** AUROC of the headline minus this one's, the same pairs and pictures left out of both. */
  behind: withInterval,
});

const family = z.strictObject({
  family: z.enum(["trained", "composed"]),
  models: z.number().int(),
  /** Cells with a true effect of at least 0.1, up to 0.03, and between the two, which are left out. */
  cells: z.strictObject({
    positive: z.number().int(),
    /** Of the positive: those whose feature is used against the target. */
    against: z.number().int(),
    negative: z.number().int(),
    between: z.number().int(),
  }),
  scores: z.array(score),
});

const perModel = z.strictObject({
  name: z.string(),
  family: z.enum(["trained", "composed"]),
  kind: z.enum(["planted", "decoy", "control", "composed"]),
  target: z.string(),
  feature: z.string().nullable(),
  strength: number,
  /** True effect of the feature that was planted. */
  effect: number,
  /** Counterfactuals that were made, and those that moved the base by more than 0.3. */
  counterfactuals: z.number().int(),
  used: z.number().int(),
  /** AUROC among the model's features, by method. */
  auroc: z.record(z.string(), number),
  /** What each method says of the planted feature. */
  planted: z.record(z.string(), number),
});

/** What `cfalign bench planted --json` prints. */
export const plantedSchema = z.strictObject({
  world,
  split: z.enum(["development", "test"]),
  quick: z.boolean(),
  /** Pictures of the audit, and those behind each score of the methods. */
  images: z.strictObject({ audit: z.number().int(), perModel: z.number().int(), truth: z.number().int() }),
  headline: z.string(),
  /** Of the trained family, decoys included: the headline. */
  scores: z.array(score),
  families: z.array(family),
  /** Where counterfactuals of the alignment went. */
  direction: z.enum(["gradient", "smoothed", "path"]),
  /** Of trained models, by the cells of an alignment matrix with as many images as the run asked for. */
  stateErrors: stateErrors.extend({ images: z.number().int() }),
  /** The same without the decomposition, by relative changes alone. */
  aloneErrors: stateErrors.extend({ images: z.number().int() }),
  /** The same by the verdicts of a matrix with interventions, as many pictures a feature and side. */
  verdictErrors: stateErrors.extend({ images: z.number().int() }),
  /** Decoys that make no use of their feature (true effect up to 0.03), of all; controls likewise. */
  unused: z.strictObject({
    decoys: z.tuple([z.number().int(), z.number().int()]),
    controls: z.tuple([z.number().int(), z.number().int()]),
  }),
  /** Planted models behind the power curve. */
  powerModels: z.number().int(),
  /** AUROC by the number of pictures that a method may see, planted models. */
  power: z.array(z.strictObject({ images: z.number().int(), auroc: z.record(z.string(), number) })),
  /** AUROC where no picture has the planted feature. */
  unvaried: z.record(z.string(), number),
  /** Explained share of the direction with all concepts and without the planted one: medians over models with a true effect of 0.3 or more, and controls without one innocent concept. */
  missingConcept: z.strictObject({ all: number, withoutPlanted: number, withoutInnocent: number }),
  models: z.array(perModel),
  seconds: z.number(),
});

export type PlantedResult = z.infer<typeof plantedSchema>;
export type StateErrors = z.infer<typeof stateErrors>;
export type PlantedScore = z.infer<typeof score>;
