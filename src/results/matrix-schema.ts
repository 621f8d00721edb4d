import { z } from "zod";
import type { Perturbation } from "../alignment/rows.ts";
import type { Editor } from "../interventions/rows.ts";
import { saliencyMethods } from "../options/run.ts";

const number = z.number().nullable();
const interval = z.tuple([z.number(), z.number()]).nullable();
/** Images on which the downstream feature is present, or absent: mean RC, and what moved (means; the base change is positive when the base fell). */
const stratum = z.object({
  mean: number,
  ci: interval,
  count: z.number().int(),
  baseChange: number,
  change: number,
  /** Images with |RC| > 0.5, and the largest share of all images of which that may hold (one-sided, Clopper–Pearson); null of no image. */
  rareUse: z.object({ count: z.number().int(), atMost: z.number() }).nullable(),
});

/** What made an edit. */
export const editor = z.enum(["pattern", "spectrum", "counterfactual"] satisfies Editor[]);

/** State of a cell (docs/statistics.md). */
const cellState = z.enum(["found", "clear", "unresolved"]);
/** Why a cell is unresolved (docs/statistics.md). */
export const unresolvedReason = z.enum([
  "too-few",
  "straddles",
  "multiplicity",
  "rare-use",
  "base-unreachable",
  "blind",
  "saturated",
  "cut-short",
  "contradicted",
  "not-moved",
  "moves-others",
  "told-by-editor",
  "unchecked",
]);

/** What the interventions of one side did on average: the classifier's prediction before and after, and the fall of the feature as its witness tells it. */
const effectSide = z
  .object({
    count: z.number().int(),
    before: z.number(),
    after: z.number(),
    feature: z.number(),
    /** What the witness of the classifier's own concept says of the same pictures. */
    own: z.object({ name: z.string(), before: z.number(), after: z.number() }),
  })
  .nullable();

/** What happens to a classifier's prediction when a feature alone goes (docs/statistics.md). */
export const cellEffect = z.object({
  feature: z.string(),
  /** β: fall of the prediction per unit that the witness says went, beside all other features that moved. */
  value: z.number(),
  ci: interval,
  /** Two-sided, of H0: |β| ≤ minEffect, with the bias of edits; not corrected for the number of cells. */
  pValue: number,
  /** The same without regard to what else moved: falls over movements of the feature's own interventions. */
  total: number,
  /** Interventions, and on how many the witness saw the feature move. */
  count: z.number().int(),
  moved: z.number().int(),
  removed: effectSide,
  added: effectSide,
  /** On how many images of these the prediction followed, an image that two editors edited counted once, by more than three tenths of what the witness says went (other features aside), with the exact interval of their share. */
  answered: z.object({ count: z.number().int(), ci: z.tuple([z.number(), z.number()]) }),
  /** The same by more than half, and the largest share of images that so few allow (one-sided, at the confidence of the matrix). */
  followed: z.object({ count: z.number().int(), most: z.number() }),
  /** Classifier that told the feature. */
  witness: z.string(),
  /** What made the edits behind it (docs/effects.md). */
  editors: z.array(editor),
  /** Whether some were made by the very classifier that told the feature: no other network tells it, and the effect is never clear. */
  toldByEditor: z.boolean(),
  /** The same effect from pictures that nobody edited: the prediction regressed on those of all witnesses; null where they do not say. */
  unedited: z.object({ value: z.number(), ci: z.tuple([z.number(), z.number()]), count: z.number().int() }).nullable(),
  /** Edits and unedited pictures together, where the interval crosses an end of ±minEffect and both settle what the effect says; null elsewhere. */
  joint: z.object({ value: z.number(), ci: z.tuple([z.number(), z.number()]) }).nullable(),
  /** What the effect says by itself. */
  state: cellState,
  reason: unresolvedReason
    .extract([
      ...(["too-few", "straddles", "not-moved", "moves-others", "base-unreachable", "rare-use"] as const),
      ...(["told-by-editor", "unchecked"] as const),
    ])
    .nullable(),
});

/** One cell of the alignment matrix; an empty cell has `count: 0` and null figures. */
const cell = z.object({
  base: z.string(),
  downstream: z.string(),
  /** Mean and median of RC (Eq. 3) over all used images: those with baseChange > minBaseChange that are not counted apart. */
  mean: number,
  median: number,
  standardError: number,
  ci: interval,
  count: z.number().int(),
  ratioOfMeans: z.object({ value: number, ci: interval, count: z.number().int() }),
  present: stratum,
  absent: stratum,
  pValue: number,
  /** False-discovery rate among all testable cells of the run: with more bases or classifiers the same figures have a larger q. */
  qValue: number,
  /** False-discovery rate of calling both means equivalent to 0 (within ±minEffect), among all cells; null with fewer than 20 images in a stratum. */
  clearQValue: number,
  /** The verdict (docs/effects.md); null where the cell is not judged: same concept, classes of one softmax, or the base itself. */
  state: cellState.nullable(),
  reason: unresolvedReason.nullable(),
  /** What relative change and decomposition say without the effect. */
  alignment: z.object({ state: cellState.nullable(), reason: unresolvedReason.nullable() }),
  /** Stratum that decided. */
  stratum: z.enum(["present", "absent"]).nullable(),
  /** The figure that speaks for the cell, the same in the table, the report and the sentences; `stratum` null: over all used images. */
  deciding: z.object({
    stratum: z.enum(["present", "absent"]).nullable(),
    mean: number,
    median: number,
    ci: interval,
    count: z.number().int(),
  }),
  /** About how many more images of the row would resolve the cell; null where more would not, and where it is resolved. */
  moreImages: z.number().int().nullable(),
  /** Base and downstream name the same target. */
  sameConcept: z.boolean(),
  /** RC measured by the judge that has a target of downstream's name, in the same stratum. */
  judge: z.object({ name: z.string(), mean: number, ci: interval, count: z.number().int() }).nullable(),
  /** What the downstream feature does to the base; null where it was not moved, and where nobody else tells the base's own feature. */
  effect: cellEffect.nullable(),
  /** Whether the judge does not see a change that was found: another sign, or below half. */
  rejected: z.boolean(),
});

/** Before what the fall of a base may survive: the perturbations of a run, and the judge of its concept. */
const witnesses = ["reencoded", "jpeg", "blurred", "shifted", "judge"] as const satisfies readonly (
  | Perturbation
  | "judge"
)[];
export type Witness = (typeof witnesses)[number];

const row = z.object({
  base: z.string(),
  selected: z.number().int(),
  eligible: z.number().int(),
  reached: z.number().int(),
  used: z.number().int(),
  dropped: z.record(z.string(), z.number().int()),
  stopReasons: z.record(z.string(), z.number().int()),
  /** Features whose prevalence differs by more than 0.2 between used and dropped images, largest difference first. */
  shifts: z.array(z.object({ feature: z.string(), used: z.number(), dropped: z.number() })),
  /** Share of the fall that is left after a perturbation (with `--robustness`), and that the judge of the concept sees, over images that reached the drop. */
  survival: z.partialRecord(z.enum(witnesses), z.object({ share: z.number(), count: z.number().int() })),
});

const auditRow = z.object({
  classifier: z.string(),
  /** Share of images with the same decision on input and reconstruction. */
  agreement: number,
  meanChange: number,
  count: z.number().int(),
  /** The autoencoder loses the feature. */
  blind: z.boolean(),
  /** On half of the reconstructions a sigmoid is so near an end that a float32 holds no difference: what happens to its logit does not show. */
  saturated: z.boolean(),
});

/** What a direction or a prediction is explained by. */
const concept = {
  /** Name of the feature (its target). */
  concept: z.string(),
  /** Classifier that stands for it. */
  classifier: z.string(),
  /** Columns of the matrix that are about it. */
  downstream: z.array(z.string()),
};

/** A base's latent gradient as a mixture of its concepts' gradients, pooled over its first images. */
export const baseDecomposition = z.object({
  base: z.string(),
  /** Images. */
  count: z.number().int(),
  /** Part of the direction that the concepts explain: where it is low, a feature that none of them knows may be at work. */
  explained: z.object({ value: z.number(), ci: interval }),
  /** Ridge penalty α in units of the mean diagonal of the concepts' Gram matrix, chosen by cross-validation over images. */
  alpha: z.number(),
  /** Of the concepts' Gram matrix with unit diagonal; null where concepts are linearly dependent. */
  conditionNumber: number,
  shares: z.array(
    z.object({
      ...concept,
      /** Length of its part of the direction, of all parts' root of squares: negative where the concept lowers the base, 0 where it hardly points along. The same for a logit of another scale. */
      share: z.number(),
      /** The base's logit per unit of the concept's. */
      weight: z.number(),
      ci: interval,
      /** Variance inflation by the other concepts; null where dependent. */
      inflation: number,
      /** Collinear concepts have the same number. */
      group: z.number().int(),
      /** null for a member of a group of several, which is judged as one. */
      state: cellState.nullable(),
    }),
  ),
  /** Collinear concepts: their shares together. */
  groups: z.array(
    z.object({
      group: z.number().int(),
      concepts: z.array(z.string()),
      share: z.number(),
      ci: interval,
      state: cellState,
    }),
  ),
});

/** Ridge regression of a base's logit on the logits of its concepts over all images, all standardized. */
const partial = z.object({
  base: z.string(),
  count: z.number().int(),
  explained: z.number(),
  alpha: z.number(),
  coefficients: z.array(z.object({ ...concept, coefficient: z.number() })),
});

/**
 * How alike the saliency maps of two classifiers are, mean over the images that both have a map of: rows and columns in the
 * order of `names`, which are the bases and then the downstream classifiers, each once. null where no image says.
 */
const saliencySimilarity = z.object({
  method: z.enum(saliencyMethods),
  /** Cosine and rank correlation of the magnitudes, mean |value| over the channels. */
  cosine: z.array(z.array(number)),
  rank: z.array(z.array(number)),
  names: z.array(z.string()),
  /** Images. */
  count: z.number().int(),
});

/** How much of a base's falls along its own counterfactuals the moved features explain (docs/effects.md). */
const accounted = z.object({
  base: z.string(),
  /** Σ β·w over Σ y: y the falls of the base, w those of the features as their witnesses tell them, β their effects on it. */
  value: z.number(),
  ci: interval,
  /** Counterfactuals behind it. */
  count: z.number().int(),
  /** Whether it is as much as can be asked for; if not, something that none of the features names lowers the base. */
  enough: z.boolean(),
  /** Where it is not enough: the counterfactuals that show it, with the fall of the base and what is explained of it, the most unexplained first; at most 12. */
  images: z.array(z.object({ image: z.string(), fall: z.number(), explained: z.number() })),
});

/** The levels that figures were judged at. */
export const levels = {
  minBaseChange: z.number(),
  minEffect: z.number(),
  maxRareUse: z.number(),
  confidence: z.number(),
  resamples: z.number().int(),
  seed: z.number().int(),
};

/** What `matrix --json` prints. */
export const matrixSchema = z.object({
  bases: z.array(z.string()),
  downstream: z.array(z.string()),
  ...levels,
  cells: z.array(cell),
  rows: z.array(row),
  audit: z.array(auditRow),
  /** Classifiers that read the latent that counterfactuals move in. */
  probes: z.array(z.string()),
  /** Classifiers that a model of texts named, and nobody has checked: nothing is called clear of them. Absent where there are none. */
  unchecked: z.array(z.string()).optional(),
  /** Share of the reconstructions' values at or beyond the ends of [0, 1], where the decoder's clamp puts them. */
  clampedShare: number,
  /** Pearson correlations, rows in the order of `bases`, columns of `downstream`; null where undefined. */
  predictionCorrelation: z.array(z.array(number)),
  labelCorrelation: z.array(z.array(number)),
  /** null for a run without `--decompose`. */
  decomposition: z.array(baseDecomposition).nullable(),
  /** null for a run that names no concepts. */
  partial: z.array(partial).nullable(),
  /** Effects of features that always move together, told as one; null for a run without interventions. */
  effectGroups: z.array(z.object({ base: z.string(), features: z.array(z.string()), effect: cellEffect })).nullable(),
  /** Of every base with effects; null for a run without interventions. */
  accountedFor: z.array(accounted).nullable(),
  /** null for a run without `--saliency`. */
  saliencySimilarity: saliencySimilarity.nullable(),
});

/** What is said first: one plain sentence per cell that is found, or contradicted. */
export const finding = z.object({
  kind: z.enum(["relies-on", "ignores-own-concept", "contradicted"]),
  /**
   * "confirmed": a found cell that a view of what the classifier uses (decomposition, partial regression) confirms, and that the judge
   * does not reject; "open": the others; "contradicted": no found cell, relative change and decomposition disagree; "rejected": the judge of the downstream's name says otherwise, so that it
   * counts for nothing; "own-concept": a classifier that does not rely on its own; "expected": a found cell whose relation was
   * expected, whatever the views say of it, unless the judge rejects it.
   */
  group: z.enum(["confirmed", "open", "contradicted", "own-concept", "expected", "rejected"]),
  base: z.string(),
  downstream: z.string(),
  /** The whole sentence in plain text. */
  sentence: z.string(),
  /** Whether its group is "rejected". */
  unconfirmed: z.boolean(),
  /** What qualifies it: "the judge rejects it", "31 % of the used images have eyeglasses, and 62 % of the dropped ones", … */
  qualifiers: z.array(z.string()),
  /** Of the feature on the classifier, where that is what was found; its interval, and the edited images behind it. */
  effect: z.object({ value: z.number(), ci: z.tuple([z.number(), z.number()]), count: z.number().int() }).nullable(),
  /** Of the deciding stratum, with its interval and images; null only beside an effect. */
  relativeChange: number,
  ci: interval,
  count: z.number().int(),
  stratum: z.enum(["present", "absent"]).nullable(),
  /**
   * What each other view that the run has says of the pair: the judge (its relative change), latent decomposition (a share), partial regression
   * (a coefficient), robustness (least share of the base's fall that is left). `confirms` is null where the view does not decide.
   */
  views: z.array(
    z.object({
      view: z.enum(["relative-change", "judge", "decomposition", "partial", "robustness"]),
      value: z.number(),
      confirms: z.boolean().nullable(),
    }),
  ),
});

const whole = z.number().int();

/** What became of a relation that was expected: in how many of its cells it is what. */
export const expectationOutcome = z.object({
  /** As it was written. */
  relation: z.string(),
  cells: whole,
  found: whole,
  /** Found, but outside of the range that was expected: an ordinary finding. */
  beyond: whole,
  rejected: whole,
  clear: whole,
  unresolved: whole,
  sentence: z.string(),
});
export type ExpectationOutcome = z.infer<typeof expectationOutcome>;

/** What came out of a run as a whole. */
export const summarySchema = z.object({
  /** The outcome in one sentence. Findings that were expected, or that the judge rejects, are not in it, and an unresolved cell is no all-clear. */
  headline: z.string(),
  /** What was done: images looked at, chosen, and on how many the fall was reached. */
  method: z.string(),
  /** How many cells are clear, and how many unresolved. */
  states: z.string(),
  /** What the moved features do not explain, a sentence a classifier; no all-clear of these. */
  unnamed: z.array(z.object({ base: z.string(), sentence: z.string() })),
  /** How the findings are sorted. */
  order: z.string(),
  /** Bases in all, those with a finding that is confirmed, and the others with one that stays open. */
  bases: z.object({ all: whole, confirmed: whole, open: whole }),
  /** Findings by group. */
  groups: z.object({
    confirmed: whole,
    open: whole,
    contradicted: whole,
    "own-concept": whole,
    expected: whole,
    rejected: whole,
  }),
  cells: z.object({ found: whole, clear: whole, unresolved: whole }),
  /** What was expected, in the order of its file; empty where nothing was. */
  expectations: z.array(expectationOutcome),
  counts: z.object({
    /** Images of the folder, those that the classifiers saw, and those that at least one base was run on. */
    listed: whole,
    lookedAt: whole,
    chosen: whole,
    /** Over all bases, as in the rows: made, could reach the drop, reached it, entered the means. */
    counterfactuals: whole,
    eligible: whole,
    reached: whole,
    used: whole,
  }),
});
/** What a run says as a whole: counts, headline, and what could not be told. */
export type Summary = z.infer<typeof summarySchema>;

/** One base and one downstream classifier: verdict, effect, relative change, and the figures beneath them. */
export type Cell = z.infer<typeof cell>;
/** What a feature does to a classifier (docs/effects.md). */
export type CellEffect = z.infer<typeof cellEffect>;
/** Why a cell has no effect. */
export type NoEffect =
  /** The run has no interventions. */
  | "none-made"
  | "same-concept"
  /** Nobody else tells the base's own feature, or it was not moved. */
  | "no-witness"
  /** The downstream feature was not moved: too few pictures with it or without it, or nobody tells it by itself. */
  | "not-moved"
  /** The base itself is the witness of the downstream feature. */
  | "own-witness"
  | "one-softmax";

export type Row = z.infer<typeof row>;
export type AuditRow = z.infer<typeof auditRow>;
/** All cells of a run, with what the run was and what was judged with: `matrix --json`. */
export type Matrix = z.infer<typeof matrixSchema>;
/** What one base's own direction is made of: the share of every concept, with its interval and state (docs/decomposition.md). */
export type BaseDecomposition = z.infer<typeof baseDecomposition>;
/** How much of a base's falls along its own counterfactuals the moved features explain. */
export type AccountedFor = z.infer<typeof accounted>;
export type PartialRegression = z.infer<typeof partial>;
/** A found cell, or several that say the same, as a sentence with its figures. */
export type Finding = z.infer<typeof finding>;
