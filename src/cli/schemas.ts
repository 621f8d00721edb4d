import { z } from "zod";
import {
  auditVerdict,
  baseDecomposition,
  checkSchema,
  conceptsMade,
  devices,
  diffSchema,
  explanationSchema,
  finding,
  flattened,
  foundImage,
  gradientFileSchema,
  inspectionSchema,
  labelsSummary,
  matrixSchema,
  modesSchema,
  nameReading,
  preflightFacts,
  rectificationSchema,
  rowResolution,
  saliencySchema,
  stageNames,
  stalenessSchema,
  statement,
  suiteAuditSchema,
  suiteVersionsSchema,
  summarySchema,
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

/** `cfalign labels --json` */
export const labelsOutput = labelsSummary;

/** `cfalign flatten --json` */
export const flattenOutput = flattened;

/** `cfalign concepts --text --json` */
export const namedConceptsOutput = conceptsMade.extend({ readings: z.array(nameReading).readonly() });

/** `cfalign train --json` */
export const trainOutput = conceptsMade.extend({
  steps: z.number().int(),
  best: z.number().int(),
  interrupted: z.boolean(),
});

/** `cfalign concepts --json`; with --train there is a witness of the same columns. */
export const conceptsOutput = conceptsMade.extend({ witness: trainOutput.nullable() });

/** `cfalign inspect --json` */
export const inspectOutput = z.strictObject({ differentiable: z.boolean(), models: z.array(inspectionSchema) });

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
  verdicts: z.array(auditVerdict),
  unnamed: z.array(z.string()),
  choices: z.array(z.string()),
  preflight: z.array(statement),
  stages: z.array(z.strictObject({ stage: z.enum(stageNames), seconds: z.number(), reused: z.boolean() })),
});

/** `cfalign differentiate --json` */
export const differentiateOutput = gradientFileSchema;

/** `cfalign explain --json` */
export const explainOutput = z.strictObject({ counterfactuals: z.array(explanationSchema) });

/** `cfalign saliency --json`. files: paths of what was written; null without --out. */
export const saliencyOutput = z.strictObject({
  maps: z.array(saliencySchema.extend({ files: z.array(z.string()).nullable() })),
});

/** `cfalign align --json` */
export const alignOutput = z.strictObject({
  run: z.string(),
  images: z.number().int(),
  dropped: z.record(z.string(), z.number().int()),
  counterfactuals: z.number().int(),
  /** How the looks at every base ended, with --until-resolved. */
  rows: z.array(rowResolution),
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
  images: z.array(foundImage),
  /** What is known of the cell that --base and --downstream name; null without both. */
  cell: matrixSchema.shape.cells.element.pick({ state: true, reason: true, deciding: true }).nullable(),
});

/** `cfalign check --json` */
export const checkOutput = checkSchema.extend({
  passed: z.boolean(),
  failed: z.number().int(),
  unresolved: z.number().int(),
  dismissed: z.number().int(),
  allowUnresolved: z.boolean(),
});

/** `cfalign diff --json` */
export const diffOutput = diffSchema;

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
