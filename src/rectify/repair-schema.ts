import { z } from "zod";

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();
const estimate = z.object({ value: z.number(), ci: z.tuple([z.number(), z.number()]).readonly() });

/** How a classifier may be repaired. */
export const repairMethods = ["last-layer", "last-two", "project", "sum"] as const;
export type RepairMethod = (typeof repairMethods)[number];

/** What came of a repair, best first. */
export const repairVerdicts = ["repaired", "nothing to repair", "better", "unresolved", "worse"] as const;

/** What a feature does to a classifier, by interventions. */
const effect = z.object({
  feature: z.string(),
  witness: z.string(),
  value: z.number(),
  ci: z.tuple([z.number(), z.number()]).readonly().nullable(),
  state: z.string(),
  reason: z.string().nullable(),
  /** Edited pictures. */
  count: z.number().int(),
});
export type RepairEffect = z.infer<typeof effect>;

const group = estimate.extend({ group: z.number().int(), count: z.number().int() });
const figures = z.object({
  count: z.number().int(),
  accuracy: estimate,
  auroc: estimate.nullable(),
  groups: list(group),
  worstGroup: group.nullable(),
  calibrationError: z.number(),
  brier: estimate,
});

/** A classifier on pictures of one part: what features do to it, and how well it predicts. */
const looked = z.object({ effects: list(effect), figures: figures.nullable() });
export type Looked = z.infer<typeof looked>;

const judged = looked.extend({
  verdict: z.enum(repairVerdicts),
  reason: z.string(),
  /** Change of the worst group's accuracy on the same pictures; null where a group is too small. */
  worstGroupChange: estimate.nullable(),
});
export type JudgedRepair = z.infer<typeof judged>;

/** What a method made of a classifier. */
const made = z.object({
  method: z.enum(repairMethods),
  /** Why there is no file; null where there is one. */
  refused: z.string().nullable(),
  /** Below the folder of the rectification. */
  file: z.string().nullable(),
  manifest: z.string().nullable(),
  /** What was done, in a sentence. */
  done: z.string().nullable(),
  /** The node that was changed; null for a sum. */
  node: z.string().nullable(),
  penalty: z.number().nullable(),
  perGroup: z.number().int().nullable(),
  fits: z.number().int().nullable(),
  /** Edited pictures among those that it was fitted to. */
  edited: z.number().int(),
  /** Whether a few nodes were added beside the layer, so that the file grew a little. */
  beside: z.boolean().default(false),
});
export type MadeRepair = z.infer<typeof made>;

/** A judged picture with a feature taken out or put in, and what the classifiers say of both. */
const shownEdit = z.object({
  image: z.string(),
  feature: z.string(),
  side: z.enum(["remove", "add"]),
  /** Below the folder of the rectification: the picture and the edited one side by side, each of this size. */
  file: z.string().regex(/^rectified\/pictures\/\w+\.webp$/),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  witness: z.object({ name: z.string(), before: z.number(), after: z.number() }),
  /** The target as it is, of no method, then every repair. */
  predictions: list(z.object({ method: z.enum(repairMethods).nullable(), before: z.number(), after: z.number() })),
});
export type ShownEdit = z.infer<typeof shownEdit>;

export const repairSchema = z.object({
  target: z.string(),
  against: list(z.string()),
  /** Concepts of `against`, by which effects are called. */
  features: list(z.string()),
  /** Who says which class a picture is of, and whether it has a feature: its labels, or a classifier; null where nobody does. */
  told: z.object({ class: z.string().nullable(), features: list(z.string().nullable()) }),
  pictures: z.object({ fitted: z.number().int(), chosen: z.number().int(), judged: z.number().int() }),
  groups: list(
    z.object({ name: z.string(), fitted: z.number().int(), chosen: z.number().int(), judged: z.number().int() }),
  ),
  notes: list(z.string()),
  /** The original on judged pictures. */
  before: looked.nullable(),
  methods: list(made.extend({ chosen: looked.nullable(), judged: judged.nullable() })),
  recommended: z.enum(repairMethods).nullable(),
  /** Judged pictures before and after by method; none in files of versions that kept none. */
  shown: list(shownEdit).default([]),
  /** Which file to deploy, and what it costs. */
  advice: z.string(),
});
export type RepairRecord = z.infer<typeof repairSchema>;
