import { z } from "zod";
import {
  baseDecomposition,
  devices,
  expectationOutcome,
  explanationSchema,
  finding,
  gradientMethods,
  matrixSchema,
  modesSchema,
  preflightFacts,
  rectificationSchema,
  saliencyMethods,
  stageNames,
  stalenessSchema,
  statement,
  suiteAuditSchema,
  suiteVersionsSchema,
  summarySchema,
  unresolvedReason,
} from "../index.ts";

/** What a run says, wherever a verb prints it. */
const said = { findings: z.array(finding), summary: summarySchema };

/** `cfalign demo --json` */
export const demoOutput = z.strictObject({
  ...said,
  report: z.string(),
  run: z.string(),
  images: z.string(),
  counterfactuals: z.number().int(),
  seconds: z.number(),
});

/** `cfalign draw --json` */
export const drawOutput = z.strictObject({
  world: z.string(),
  count: z.number().int(),
  seed: z.number().int(),
  out: z.string(),
  correlate: z.array(z.strictObject({ a: z.string(), b: z.string(), phi: z.number() })),
});

const someRows = z.strictObject({ count: z.number().int(), example: z.string().nullable() });

/** `cfalign labels --json` */
export const labelsOutput = z.strictObject({
  format: z.string(),
  metadata: z.string(),
  images: z.number().int(),
  labels: z.array(
    z.strictObject({
      label: z.string(),
      ones: z.number().int(),
      zeros: z.number().int(),
      blank: z.number().int(),
    }),
  ),
  splits: z.record(z.string(), z.number().int()),
  rowsWithoutFile: someRows,
  filesWithoutRow: someRows,
  ambiguousRows: someRows,
  repeatedRows: someRows,
  notes: z.array(z.string()),
});

const kept = { decisionsKept: z.number().nullable(), blind: z.array(z.string()) };
const curvePoint = z.strictObject({ components: z.number().int(), varianceKept: z.number(), ...kept });

/** `cfalign flatten --json` */
export const flattenOutput = z.strictObject({
  manifest: z.string(),
  workspace: z.string().nullable(),
  images: z.number().int(),
  heldOut: z.number().int(),
  latent: z.number().int(),
  components: z.number().int(),
  chosen: curvePoint,
  curve: z.array(curvePoint),
  bare: z.strictObject(kept),
  notes: z.array(z.string()),
});

const readingsOutput = {
  manifest: z.string().nullable(),
  workspace: z.string().nullable(),
  images: z.number().int(),
  heldOut: z.number().int(),
  minAuroc: z.number(),
  readings: z.array(
    z.strictObject({
      label: z.string(),
      ones: z.number().int(),
      zeros: z.number().int(),
      auroc: z.strictObject({ value: z.number(), ci: z.tuple([z.number(), z.number()]) }).nullable(),
      refused: z.enum(["too-few", "not-readable", "not-0-or-1"]).nullable(),
    }),
  ),
  notes: z.array(z.string()),
};

/** `cfalign concepts --json` */
export const conceptsOutput = z.strictObject(readingsOutput);

const aurocOutput = z.strictObject({ value: z.number(), ci: z.tuple([z.number(), z.number()]) }).nullable();

/** `cfalign concepts --text --json` */
export const namedConceptsOutput = z.strictObject({
  ...readingsOutput,
  readings: z.array(
    z.strictObject({
      word: z.string(),
      ones: z.number().int(),
      zeros: z.number().int(),
      pValue: z.number(),
      auroc: aurocOutput,
      judged: z.strictObject({ count: z.number().int(), auroc: aurocOutput }),
      checked: z.boolean(),
      refused: z.enum(["as-control-words", "too-few", "not-readable", "judged-otherwise"]).nullable(),
    }),
  ),
});

/** `cfalign train --json` */
export const trainOutput = z.strictObject({
  ...readingsOutput,
  steps: z.number().int(),
  best: z.number().int(),
  interrupted: z.boolean(),
});

const values = z.array(
  z.strictObject({
    name: z.string(),
    type: z.string(),
    /** A dimension is a size, a symbol, or null; absent where the rank is unknown. */
    dims: z.array(z.union([z.number().int(), z.string(), z.null()])).optional(),
  }),
);

const estimate = z.strictObject({
  macs: z.number().int(),
  activationBytes: z.number().int(),
  memoryBytes: z.number().int(),
  seconds: z.number(),
});

/** `cfalign inspect --json` */
export const inspectOutput = z.strictObject({
  differentiable: z.boolean(),
  models: z.array(
    z.strictObject({
      file: z.string(),
      sha256: z.string(),
      opset: z.number().int(),
      producer: z.string(),
      metadata: z.record(z.string(), z.string()),
      inputs: values,
      outputs: values,
      operators: z.array(z.strictObject({ op: z.string(), domain: z.string(), count: z.number().int() })),
      parameters: z.number().int(),
      weightBytes: z.number().int(),
      missing: z.array(
        z.strictObject({
          op: z.string(),
          domain: z.string(),
          node: z.string(),
          input: z.number().int(),
          path: z.array(z.string()),
        }),
      ),
      triedAt: z.record(z.string(), z.array(z.number().int())).nullable(),
      forward: estimate.nullable(),
      gradient: estimate.nullable(),
      ran: z.boolean(),
      problem: z.string().nullable(),
      /** Of --device; null without it, or where nothing was run. */
      onDevice: z
        .strictObject({
          device: z.enum(devices),
          problem: z.string().nullable(),
          onCpu: z.array(
            z.strictObject({ op: z.string(), count: z.number().int(), pass: z.enum(["forward", "gradient"]) }),
          ),
        })
        .nullable(),
      differentiable: z.boolean(),
      /** It ran, and has no gradient: it is audited by pairs of pictures. */
      forwardOnly: z.boolean(),
      /** "weights": exact gradients; "values": straight through the rounding, within its range; "integers": none. */
      quantization: z.enum(["none", "weights", "values", "integers"]),
    }),
  ),
});

/** `cfalign inspect --devices --json` */
export const devicesOutput = z.strictObject({
  devices: z.array(
    z.strictObject({
      device: z.enum(devices),
      installed: z.boolean(),
      accelerator: z.boolean().nullable(),
      about: z.string().nullable(),
      works: z.boolean(),
      problem: z.string().nullable(),
    }),
  ),
  /** What `--device auto` tries here. */
  auto: z.enum(devices),
});

/** `cfalign import --json` */
export const importOutput = z.strictObject({
  kind: z.enum(["classifier", "autoencoder"]),
  manifest: z.string(),
  fields: z.array(z.strictObject({ field: z.string(), value: z.unknown(), from: z.string(), guessed: z.boolean() })),
});

/** `cfalign preflight --json` */
export const preflightOutput = preflightFacts.extend({
  runs: z.boolean(),
  alignSeconds: z.number().nullable(),
  statements: z.array(statement),
});

/** `cfalign init --json` */
export const initOutput = z.strictObject({
  workspace: z.string(),
  replaced: z.boolean(),
  models: z.array(importOutput),
  notes: z.array(z.string()),
  preflight: preflightOutput,
});

/** `cfalign audit --json` */
export const auditOutput = z.strictObject({
  workspace: z.string(),
  run: z.string(),
  report: z.string(),
  /** The command that holds what was found; null where nothing was resolved. */
  check: z.string().nullable(),
  bounds: z.array(z.string()),
  verdicts: z.array(
    z.strictObject({
      classifier: z.string(),
      feature: z.string(),
      state: z.enum(["found", "clear", "unresolved"]),
      column: z.string().nullable(),
      effect: z.number().nullable(),
      ci: z.tuple([z.number(), z.number()]).nullable(),
      moved: z.number().int(),
      answered: z.number().int(),
      sentence: z.string(),
      remedy: z.string().nullable(),
    }),
  ),
  unnamed: z.array(z.string()),
  choices: z.array(z.string()),
  preflight: z.array(statement),
  stages: z.array(z.strictObject({ stage: z.enum(stageNames), seconds: z.number(), reused: z.boolean() })),
});

/** `cfalign differentiate --json` */
export const differentiateOutput = z.strictObject({
  path: z.string(),
  dataPath: z.string().nullable(),
  bytes: z.number().int(),
  method: z.enum(gradientMethods),
  wrt: z.string(),
  score: z.string(),
  target: z.number().int().nullable(),
  inputs: values,
  outputs: values,
});

/** `cfalign explain --json` */
export const explainOutput = z.strictObject({ counterfactuals: z.array(explanationSchema) });

/** `cfalign saliency --json` */
export const saliencyOutput = z.strictObject({
  maps: z.array(
    z.strictObject({
      image: z.string(),
      classifier: z.string(),
      method: z.enum(saliencyMethods),
      prediction: z.number(),
      /** [channels, height, width] */
      shape: z.array(z.number().int()),
      sum: z.number(),
      largest: z.number(),
      /** Of integrated gradients only. */
      completenessGap: z.number().nullable(),
      /** Paths of what was written; null without --out. */
      files: z.array(z.string()).nullable(),
    }),
  ),
});

/** `cfalign align --json` */
export const alignOutput = z.strictObject({
  run: z.string(),
  images: z.number().int(),
  dropped: z.record(z.string(), z.number().int()),
  counterfactuals: z.number().int(),
  /** How the looks at every base ended, with --until-resolved. */
  rows: z.array(
    z.strictObject({
      base: z.string(),
      images: z.number().int(),
      settled: z.boolean(),
      unresolved: z.array(
        z.strictObject({
          downstream: z.string(),
          reason: unresolvedReason.nullable(),
          moreImages: z.number().int().nullable(),
        }),
      ),
    }),
  ),
  notes: z.array(z.string()),
  ...said,
});

/** `cfalign decompose --json` */
export const decomposeOutput = z.strictObject({
  run: z.string(),
  decomposition: z.array(baseDecomposition),
  /** Paths; empty without --pictures. */
  pictures: z.array(z.string()),
});

/** `cfalign matrix --json` */
export const matrixOutput = matrixSchema.extend(said);

/** `cfalign find --json` */
export const findOutput = z.strictObject({
  count: z.number().int(),
  images: z.array(
    z.strictObject({
      image: z.string(),
      base: z.string(),
      downstream: z.string(),
      relativeChange: z.number(),
      baseChange: z.number(),
      change: z.number(),
      stratum: z.enum(["present", "absent"]).nullable(),
    }),
  ),
  /** What is known of the cell that --base and --downstream name; null without both. */
  cell: matrixSchema.shape.cells.element.pick({ state: true, reason: true, deciding: true }).nullable(),
});

const stratumName = z.enum(["present", "absent"]);
const interval = z.tuple([z.number(), z.number()]);
const levels = {
  minBaseChange: z.number(),
  minEffect: z.number(),
  maxRareUse: z.number(),
  confidence: z.number(),
  resamples: z.number().int(),
  seed: z.number().int(),
};

const checkFigures = z.strictObject({
  mean: z.number().nullable(),
  ci: interval.nullable(),
  count: z.number().int(),
});

/** `cfalign check --json` */
export const checkOutput = z.strictObject({
  passed: z.boolean(),
  failed: z.number().int(),
  unresolved: z.number().int(),
  dismissed: z.number().int(),
  allowUnresolved: z.boolean(),
  ...levels,
  /** Of each interval, after Bonferroni. */
  intervalConfidence: z.number(),
  /** What became of every relation of --expect. */
  expectations: z.array(expectationOutcome),
  checks: z.array(
    z.strictObject({
      kind: z.enum(["bound", "regression"]),
      bound: z.string(),
      base: z.string(),
      downstream: z.string(),
      measure: z.enum(["effect", "rc", "share"]),
      low: z.number(),
      high: z.number(),
      verdict: z.enum(["passed", "failed", "unresolved"]),
      reason: z.enum([...unresolvedReason.options, "no-direction", "collinear", "shrinkage", "no-effect"]).nullable(),
      moreImages: z.number().int().nullable(),
      stratum: stratumName.nullable(),
      present: checkFigures,
      absent: checkFigures,
      share: checkFigures.nullable(),
      effect: checkFigures.nullable(),
      mark: z
        .strictObject({
          verdict: z.enum(["accepted", "dismissed"]).nullable(),
          comment: z.string(),
          holds: z.boolean(),
        })
        .nullable(),
      dismissed: z.boolean(),
      sentence: z.string(),
    }),
  ),
  notes: z.array(z.string()),
});

const inBoth = z.strictObject({ before: z.string(), after: z.string() });
const unpairedNames = z.strictObject({ before: z.array(z.string()), after: z.array(z.string()) });
const diffState = z.strictObject({
  state: z.enum(["found", "clear", "unresolved"]).nullable(),
  reason: unresolvedReason.nullable(),
  stratum: stratumName.nullable(),
  rejected: z.boolean(),
});
const diffFigures = z.strictObject({
  before: z.number().nullable(),
  after: z.number().nullable(),
  difference: z.number().nullable(),
  ci: interval.nullable(),
  count: z.number().int(),
});

/** `cfalign diff --json` */
export const diffOutput = z.strictObject({
  ...levels,
  rows: z.array(
    z.strictObject({
      base: inBoth,
      both: z.number().int(),
      beforeOnly: z.number().int(),
      afterOnly: z.number().int(),
    }),
  ),
  cells: z.array(
    z.strictObject({
      base: inBoth,
      downstream: inBoth,
      before: diffState,
      after: diffState,
      present: diffFigures,
      absent: diffFigures,
      outcome: z.enum(["removed", "introduced", "unchanged", "unresolved"]).nullable(),
      reason: z.enum(["weaker", "stronger", "too-few", "straddles", "rejected"]).nullable(),
      stratum: stratumName.nullable(),
      sentence: z.string().nullable(),
    }),
  ),
  unpaired: z.strictObject({ bases: unpairedNames, downstream: unpairedNames }),
  notes: z.array(z.string()),
});

/** `cfalign report --json`; findings and summary are those of a run, null for a rectification or a comparison. */
export const reportOutput = z.strictObject({
  path: z.string(),
  bytes: z.number().int(),
  pictures: z.number().int(),
  omittedPictures: z.number().int(),
  mapped: z.number().int(),
  findings: said.findings.nullable(),
  summary: said.summary.nullable(),
});

/** `cfalign report --format json`: what a run finds, and what it comes from */
export const summaryOutput = z.strictObject({
  /** Name of the run's folder. */
  title: z.string(),
  ...said,
  provenance: z.strictObject({
    versions: z.record(z.string(), z.string()),
    /** SHA-256 of the list of images. */
    imageList: z.string(),
    models: z.array(z.object({ name: z.string(), hash: z.string() })),
  }),
});

/** `cfalign figure --json` */
export const figureOutput = z.strictObject({
  /** As it was given. */
  path: z.string(),
  kind: z.string(),
  format: z.enum(["svg", "png", "pdf"]),
  /** On paper, in millimetres. */
  width: z.number(),
  height: z.number(),
  /** The counterfactual that it shows; null where it shows none. */
  base: z.string().nullable(),
  image: z.string().nullable(),
  bytes: z.number().int(),
});

/** `cfalign modes --json`. labels: the table, where one was asked for. */
export const modesOutput = modesSchema.extend({ labels: z.string().nullable() });

/** `cfalign merge --json` */
export const mergeOutput = z.strictObject({ runs: z.array(z.string()), out: z.string() });

/** `cfalign merge --further --json`: the shards that have to look further */
export const furtherOutput = z.strictObject({ runs: z.array(z.string()), further: z.array(z.string()) });

/** `cfalign merge --status --json` */
export const statusOutput = z.array(
  z.strictObject({
    run: z.string(),
    state: z.enum(["missing", "unfinished", "asked", "finished"]),
    /** "2/8" */
    shard: z.string().nullable(),
    images: z.number().int(),
    counterfactuals: z.number().int(),
  }),
);

/** `cfalign submit --json`. jobs: what sbatch said, with --submit. */
export const submitOutput = z.strictObject({
  tasks: z.array(z.number().int()),
  script: z.string(),
  jobs: z.string().nullable(),
});

/** `cfalign align --listing-only --json` */
export const listingOutput = z.strictObject({ listing: z.string(), images: z.number().int() });

/** `cfalign suite write --json` and `suite merge --json` */
export const suiteOutput = z.strictObject({
  suite: z.string(),
  pairs: z.number().int(),
  features: z.array(
    z.strictObject({ name: z.string(), witness: z.string(), removed: z.number().int(), added: z.number().int() }),
  ),
  notes: z.array(z.string()),
});

/** `cfalign suite audit --json` */
export const suiteAuditOutput = suiteAuditSchema;

/** `cfalign suite list --json` */
export const suiteListOutput = z.array(z.string());

/** `cfalign suite check --json` */
export const suiteCheckOutput = z.strictObject({
  suite: z.string(),
  pairs: z.number().int(),
  whole: z.boolean(),
  problems: z.array(z.strictObject({ file: z.string(), problem: z.string() })),
  /** How a classifier that was given differs from the suite's own on unedited pictures; null where none was, or the suite has none of its question. */
  classifiers: z.array(z.strictObject({ classifier: z.string(), staleness: stalenessSchema.nullable() })).nullable(),
});

/** `cfalign diff --suite --json` */
export const suiteVersionsOutput = suiteVersionsSchema;

/** `cfalign rectify --json` */
export const rectifyOutput = rectificationSchema;

/** Any verb under --json when it fails, on stderr. */
export const errorOutput = z.strictObject({
  error: z.strictObject({
    code: z.enum(["usage", "input", "runtime", "internal", "interrupted"]),
    message: z.string(),
    where: z.string().nullable(),
  }),
});

/** `cfalign serve --json`: an address, or a folder of files. */
export const serveOutput = z.strictObject({
  url: z.string().nullable(),
  static: z.string().nullable(),
  files: z.number().int(),
  bytes: z.number().int().nullable(),
});
