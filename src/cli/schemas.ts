import { z } from "zod";
import { finding, gradientMethods, matrixSchema, rectificationSchema, stopReasons } from "../index.ts";

const beforeAfter = { before: z.number(), after: z.number() };

/** `cfalign demo --json` */
export const demoOutput = z.strictObject({
  findings: z.array(finding),
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

const values = z.array(
  z.strictObject({
    name: z.string(),
    type: z.string(),
    /** A dimension is a size, a symbol, or null; absent where the rank is unknown. */
    dims: z.array(z.union([z.number().int(), z.string(), z.null()])).optional(),
  }),
);

/** `cfalign inspect --json` */
export const inspectOutput = z.strictObject({
  differentiable: z.boolean(),
  models: z.array(
    z.strictObject({
      file: z.string(),
      sha256: z.string(),
      opset: z.number().int(),
      producer: z.string(),
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
      problem: z.string().nullable(),
      differentiable: z.boolean(),
    }),
  ),
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
export const explainOutput = z.strictObject({
  counterfactuals: z.array(
    z.strictObject({
      image: z.string(),
      base: z.string(),
      lambda: z.number().nullable(),
      shift: z.number(),
      stopReason: z.enum(stopReasons),
      evaluations: z.number().int(),
      basePrediction: z.strictObject(beforeAfter),
      dominantTerm: z.string().nullable(),
      alignment: z.array(
        z.strictObject({ downstream: z.string(), ...beforeAfter, relativeChange: z.number().nullable() }),
      ),
      trace: z.array(z.strictObject({ lambda: z.number().nullable(), prediction: z.number() })),
    }),
  ),
});

/** `cfalign align --json` */
export const alignOutput = z.strictObject({
  run: z.string(),
  images: z.number().int(),
  dropped: z.record(z.string(), z.number().int()),
  counterfactuals: z.number().int(),
  notes: z.array(z.string()),
});

/** `cfalign matrix --json` */
export const matrixOutput = matrixSchema;

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
});

/** `cfalign report --json` */
export const reportOutput = z.strictObject({
  path: z.string(),
  bytes: z.number().int(),
  pictures: z.number().int(),
  omittedPictures: z.number().int(),
});

/** `cfalign merge --json` */
export const mergeOutput = z.strictObject({ runs: z.array(z.string()), out: z.string() });

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
