import { z } from "zod";
import { stopReasons } from "../counterfactual/types.ts";
import { labelVerdicts } from "./label-verdict.ts";
import { repairSchema } from "./repair-schema.ts";
import { verdicts } from "./verdict.ts";

/** A list that readers may not change, as everything that is computed here. */
const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const interval = z.tuple([z.number(), z.number()]).readonly();

/** Relative change over a fixed set of images; `used` of its `images` had a base change above the filter. */
const figures = z.object({
  images: z.number().int(),
  used: z.number().int(),
  /** Those whose base fell as much, but that are in no mean: the search's limit stopped them before the drop, where most arrived. */
  apart: z.number().int().default(0),
  /** Mean RC (Eq. 3). */
  mean: z.number().nullable(),
  /** Mean |RC|. */
  meanAbsolute: z.number().nullable(),
  ci: interval.nullable(),
});
/** Over all images, and by presence of the feature on the reconstruction. */
const strata = z.object({ all: figures, present: figures, absent: figures });
/** The same with the images that are counted apart, where there are such. */
const effect = strata.extend({ withCut: strata.optional() });
/** Images with the feature that are used before and after, without those that the target corrects (wrongly positive by label, now no longer). */
const coverage = z.object({ corrected: z.number().int(), before: z.number().int(), after: z.number().int() });
const means = z.object({ mean: z.number(), meanAbsolute: z.number() });
const beforeAfter = z.object({ before: effect, after: effect.nullable() });

const performance = z.object({
  threshold: z.number(),
  count: z.number().int(),
  accuracy: z.number(),
  auroc: z.number().nullable(),
  groups: list(
    z.object({ positive: z.boolean(), feature: z.boolean(), count: z.number().int(), accuracy: z.number() }),
  ),
  worstGroup: z.number().nullable(),
});

const feature = z.object({
  against: z.string(),
  /** c of Eq. 5; 0 where nothing was fitted. */
  coefficient: z.number(),
  /** Guess of the linear regime, where the descent began; null where nothing was fitted. */
  guess: z.number().nullable(),
  /** Coefficients of descents with other minibatches, the first included. */
  fits: list(z.number()),
  /** Their standard deviation; null for fewer than two. */
  spread: z.number().nullable(),
  verdict: z.enum(verdicts),
  reason: z.string(),
  splits: z.object({ train: beforeAfter, validation: beforeAfter, test: beforeAfter }),
  /** What the verdict's coverage was counted on; null where nothing was fitted. */
  coverage: z.object({ train: coverage, validation: coverage, test: coverage }).nullable(),
  /** On test: mean of |RC| before − |RC| after over the images used under both, and what both are there. */
  reduction: z
    .object({ value: z.number(), ci: interval, count: z.number().int(), before: means, after: means })
    .nullable(),
  /** On train, every coefficient of a grid; null where it was not needed. */
  grid: list(
    z.object({ coefficient: z.number(), effect, coverage, halves: z.boolean(), helps: z.boolean() }),
  ).nullable(),
});

/** The learning curve of the first descent. Arrays inside are by feature, in the order of `against`. */
const descent = z.object({
  steps: list(
    z.object({
      step: z.number().int(),
      coefficients: list(z.number()),
      meanRelativeChange: list(z.number().nullable()),
      used: z.number().int(),
    }),
  ),
  /** Looks at the averaged coefficients; `loss` is that of validation, null where too few present images were left. */
  checks: list(
    z.object({
      step: z.number().int(),
      coefficients: list(z.number()),
      loss: z.number().nullable(),
      splits: z.object({ train: list(effect), validation: list(effect), test: list(effect) }),
    }),
  ),
  /** Step of the look whose coefficients were taken. */
  chosen: z.number().int(),
  ended: z.enum(["patience", "steps"]),
});

/** What a counterfactual did: the target's prediction, and each feature's in the order of `against`. */
const outcome = z.object({
  before: z.number(),
  after: z.number(),
  stopReason: z.enum(stopReasons),
  features: list(z.object({ before: z.number(), after: z.number(), relativeChange: z.number().nullable() })),
});
/** A test image with its counterfactuals under the original and the rectified target. */
const picture = z.object({
  image: z.string(),
  /** The feature that it was chosen for: one of the first of the images with it, or one of those on which most is left. */
  against: z.string(),
  chosen: z.enum(["first", "most-left"]),
  /** Below the run: input, reconstruction and the two counterfactuals side by side, each of this size. */
  file: z.string().regex(/^rectified\/pictures\/\w+\.webp$/),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  original: outcome,
  rectified: outcome,
});

/** One target before and after it was rectified. */
const target = z.object({
  target: z.string(),
  /** The rectified classifier as an expression; null where nothing was fitted. */
  rectified: z.string().nullable(),
  /** On relative change; what labels say stands beside it, and neither overrules the other. */
  verdict: z.enum(verdicts),
  reason: z.string(),
  /** null in files of versions that did not judge by labels. */
  byLabels: z
    .object({ verdict: z.enum(labelVerdicts), reason: z.string() })
    .nullable()
    .default(null),
  /** Images of the fixed set: those the original target calls positive on their reconstruction. */
  images: z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int() }),
  /** Whether labels say which images the target is wrong about; without them every image with the feature counts. */
  labelled: z.boolean(),
  features: list(feature),
  descent: descent.nullable(),
  /** Every column of the target's row on test, before and after; empty where nothing was fitted. */
  cells: list(
    z.object({
      downstream: z.string(),
      /** One of the features, the target's own concept, or what moved along. */
      role: z.enum(["against", "own", "other"]),
      before: effect,
      after: effect,
      change: z.object({ value: z.number(), ci: interval, count: z.number().int(), qValue: z.number() }).nullable(),
      moved: z.boolean(),
    }),
  ),
  /** On test, against labels; one entry per feature, empty without a label of the target's name. */
  performance: list(
    z.object({
      label: z.string(),
      /** Label that makes the groups; null where the feature has none. */
      feature: z.string().nullable(),
      /** The target at 0.5. */
      original: performance,
      /** Original and rectified target, each at its best threshold on validation. */
      before: performance,
      after: performance,
      /** Test images that are right after and were wrong before, and the reverse; absent in files of versions that did not count them. */
      gained: z.number().int().optional(),
      lost: z.number().int().optional(),
    }),
  ),
  /** Files of the rectified classifier, relative to the run; null unless it is rectified. */
  model: z.object({ file: z.string(), manifest: z.string() }).nullable(),
  /** The same files wherever something was fitted, whatever the verdict; null in files of versions that saved none. */
  saved: z.object({ file: z.string(), manifest: z.string() }).nullable().default(null),
  /** For each feature those of a few test images; none where nothing was fitted, and in files of versions that kept none. */
  pictures: list(picture).default([]),
  /** Counterfactuals that were made, without the two of each picture. */
  counterfactuals: z.number().int(),
});

const model = z.object({ name: z.string(), hash: z.string() });

/** `rectification.json`, and what `cfalign rectify --json` prints. */
export const rectificationSchema = z.object({
  format: z.literal("cfalign-rectification"),
  formatVersion: z.literal(1),
  folder: z.string(),
  out: z.string(),
  /** What computed it: SHA-256 over manifests and files. */
  autoencoder: model,
  models: list(model),
  /** What the models ran on and, by model, every device that gave results where it was not the CPU alone; files of older versions lack it. */
  compute: z.object({ device: z.string(), devices: z.record(z.string(), list(z.string())).optional() }).optional(),
  options: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
  /** Images that were read, of which a target used those it calls positive. */
  images: z.number().int(),
  dropped: z.record(z.string(), z.number().int()),
  notes: list(z.string()),
  against: list(z.string()),
  /** Targets that a sum was fitted for. */
  targets: list(target),
  /** By target, what every method made of it, judged by effects; none in files of versions that had the sum alone. */
  repairs: list(repairSchema).default([]),
});

/** What `rectify` did to a run's targets, and how they were judged before and after: its JSON. */
export type Rectification = z.infer<typeof rectificationSchema>;
/** One target before and after it was rectified. */
export type RectifiedTarget = z.infer<typeof target>;
