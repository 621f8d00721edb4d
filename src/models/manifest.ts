import { z } from "zod";
import { isReserved, targetNames } from "../engine/target-names.ts";
import { interpolations } from "../platform/interpolation.ts";

const size = z.number().int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 lower-case hexadecimal digits");
const text = z.string().min(1);
const ownName = "expected another name than those that every object of JavaScript has, such as __proto__: rename it";
const name = text.refine((given) => !isReserved(given), ownName);
const expectedFractions = "expected numbers from 0 to 1";
const expectedBox = "expected a whole number of pixels, or width and height";
const isDistinct = (names: readonly string[]): boolean => new Set(names).size === names.length;

/**
 * How pixels in [0, 1] become what a model was trained on: resized, channels put in order, scaled to `range`, then
 * (x − mean) / std per channel. Fields that came later have no default here, because the hash of a model holds all of them.
 */
const inputFields = z.strictObject({
  width: size,
  height: size,
  /** How a picture of another shape becomes one of width × height, "stretch": see `placements`. */
  fit: z.enum(["stretch", "cover", "contain"]).optional(),
  /** The box that `fit` is about, where its centre is cut out or padded afterwards: one number for a square. */
  resizeTo: z.union([size, z.strictObject({ width: size, height: size })], expectedBox).optional(),
  /** Pixels that the picture does not reach, 0: one number, or one per channel in the order R, G, B. */
  fill: z
    .union([z.number(), z.array(z.number())], expectedFractions)
    .refine((values) => [values].flat().every((value) => value >= 0 && value <= 1), expectedFractions)
    .optional(),
  channels: z.union([z.literal(1), z.literal(3)], "expected 1 or 3").default(3),
  range: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, "expected two numbers, the lower first")
    .default([0, 1]),
  /** In the order of the model's channels, as `std`. */
  mean: z.array(z.number()).optional(),
  std: z.array(z.number().refine((value) => value !== 0, "expected a number other than 0")).optional(),
  /** PIL's filters. */
  resize: z.enum(interpolations).default("bilinear"),
  /** Whether shrinking averages over every pixel, true. */
  antialias: z.boolean().optional(),
  /** Whether resized values beyond [0, 1] stay or are cut, as PIL and OpenCV cut those of 8-bit pictures, "keep". */
  overshoot: z.enum(["keep", "cut"]).optional(),
  /** Order of the model's channels, "rgb". */
  order: z.enum(["rgb", "bgr"]).optional(),
  /** Order of the model's axes, "nchw". */
  layout: z.enum(["nchw", "nhwc"]).optional(),
  /** Name of the graph's input, when it has several. */
  name: text.optional(),
});
/** The input of a model, as its manifest describes it. */
export type InputSpec = z.infer<typeof inputFields>;

/** Fields of an input that have to fit each other. */
export const inputSchema = inputFields.superRefine((input, context) => {
  for (const field of ["mean", "std", "fill"] as const) {
    const values = input[field];
    if (Array.isArray(values) && values.length !== input.channels) {
      const message = `expected ${input.channels} numbers, one per channel`;
      context.addIssue({ code: "custom", path: [field], message });
    }
  }
  if (input.order === "bgr" && input.channels !== 3) {
    context.addIssue({ code: "custom", path: ["order"], message: "expected bgr only with 3 channels" });
  }
});

const fileSchema = z.strictObject({
  /** Relative to the manifest. */
  file: text,
  sha256: sha256.optional(),
  /** Name of the graph's output, when it has several. */
  output: text.optional(),
});

const classifierFields = z.strictObject({
  kind: z.literal("classifier"),
  name,
  input: inputSchema,
  output: z.strictObject({
    activation: z.enum(["sigmoid", "softmax", "none"]),
    /** With `none`: outputs that mean predictions 0 and 1; affine, not clamped. */
    scale: z
      .strictObject({ low: z.number(), high: z.number() })
      .refine(({ low, high }) => low !== high, "expected low and high to differ")
      .optional(),
    /** Name of the graph's output, when it has several. */
    name: text.optional(),
  }),
  /** What the file's outputs mean, in order; null for one that means nothing. Names may hold anything and repeat, see `targetNames`. */
  targets: z
    .array(name.nullable())
    .min(1)
    .refine((names) => names.some((name) => name !== null), "expected a name at least")
    .refine(
      (targets) => isDistinct(targetNames(targets).filter((name) => name !== null)),
      "expected no name that another one has once its place is appended",
    ),
});
const { kind: ofClassifier, name: ofModel, ...meaning } = classifierFields.shape;
const classifierSchema = z.strictObject({
  ...{ kind: ofClassifier, name: ofModel },
  file: text,
  sha256: sha256.optional(),
  ...meaning,
  /** Hash of the model whose inner values this classifier reads, mostly an autoencoder: of that one it is no independent witness. */
  probeOf: text.optional(),
  /** How it is differentiated, by the rules of its operators: "differences" along directions of a flat latent, for a file without such rules. */
  gradient: z.literal("differences").optional(),
  /** Targets whose labels are what a model of texts says of pictures (CLIP), which nobody has checked. */
  unchecked: z.array(name).min(1).optional(),
});
/** Manifest of a classifier file. */
export const classifierManifestSchema = withFittingTargets(classifierSchema);
export type ClassifierManifest = z.infer<typeof classifierManifestSchema>;

/** Manifest of a classifier that a server answers for. */
export const servedManifestSchema = withFittingTargets(
  z.strictObject({
    ...{ kind: ofClassifier, name: ofModel },
    /** Of the model in the Open Inference Protocol: `http://host:8000/v2/models/NAME`. */
    url: z.url({ protocol: /^https?$/, error: "expected a URL that begins with http:// or https://" }),
    ...meaning,
  }),
);
export type ServedManifest = z.infer<typeof servedManifestSchema>;

/** With what a head asks of the names of outputs. */
function withFittingTargets<T extends z.ZodType<Pick<z.infer<typeof classifierFields>, "output" | "targets">>>(
  schema: T,
): T {
  return schema
    .refine(({ output, targets }) => output.activation !== "softmax" || targets.length > 1, {
      path: ["output", "activation"],
      message: "expected another than softmax for one target, of which it is always 1",
    })
    .refine(({ output, targets }) => output.activation !== "softmax" || !targets.includes(null), {
      path: ["targets"],
      message: "expected a name for every class of a softmax, as each takes its part of the sum",
    });
}

/** Manifest of an autoencoder: two files. */
export const autoencoderManifestSchema = z.strictObject({
  kind: z.literal("autoencoder"),
  name,
  encoder: fileSchema,
  decoder: fileSchema,
  /** What the encoder takes and the decoder gives back. */
  input: inputSchema.refine(({ overshoot }) => overshoot === undefined, {
    path: ["overshoot"],
    message: "expected nothing, as pictures brought to an autoencoder's size are always cut to [0, 1]",
  }),
  /** Clamp decoded images to [0, 1], true. */
  clamp: z.boolean().default(true),
  /**
   * Default of the option `maxShift`, where its latent asks for another than 0.4. It says how the model is used, not what it is: no part of
   * its hash, and in a run as the option.
   */
  maxShift: z.number().positive().optional(),
  /** Its latent is the picture itself, maybe smaller: what stands in a workspace without an autoencoder. */
  pixels: z.literal(true).optional(),
  /** How a whitened basis of one's own pictures came in front of another autoencoder. */
  flattened: z
    .strictObject({
      /** Manifest of that autoencoder, relative to this one. */
      from: text,
      /** Pictures that the basis is of, and the hash of their list. */
      images: z.number().int().positive(),
      imageList: text,
      seed: z.number().int(),
      components: z.number().int().positive(),
      /** Share of the variance of held-out latents that the basis keeps. */
      varianceKept: z.number(),
    })
    .optional(),
});
export type AutoencoderManifest = z.infer<typeof autoencoderManifestSchema>;
