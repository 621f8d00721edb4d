import { z } from "zod";

const size = z.number().int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 lower-case hexadecimal digits");
const text = z.string().min(1);

/** How pixels in [0, 1] become what a model was trained on: resized, scaled to `range`, then (x − mean) / std per channel. */
export const inputSchema = z.strictObject({
  width: size,
  height: size,
  channels: z.union([z.literal(1), z.literal(3)], "expected 1 or 3").default(3),
  range: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, "expected two numbers, the lower first")
    .default([0, 1]),
  mean: z.array(z.number()).optional(),
  std: z.array(z.number().refine((value) => value !== 0, "expected a number other than 0")).optional(),
  /** As PIL resizes: shrinking averages over every pixel. */
  resize: z.enum(["bilinear", "bicubic", "nearest"]).default("bilinear"),
  /** Name of the graph's input, when it has several. */
  name: text.optional(),
});
export type InputSpec = z.infer<typeof inputSchema>;

const perChannel = (input: InputSpec, context: z.core.$RefinementCtx): void => {
  for (const field of ["mean", "std"] as const) {
    const values = input[field];
    if (values !== undefined && values.length !== input.channels) {
      const message = `expected ${input.channels} numbers, one per channel`;
      context.addIssue({ code: "custom", path: [field], message });
    }
  }
};
const input = inputSchema.superRefine(perChannel);

const fileSchema = z.strictObject({
  /** Relative to the manifest. */
  file: text,
  sha256: sha256.optional(),
  /** Name of the graph's output, when it has several. */
  output: text.optional(),
});

const classifierSchema = z.strictObject({
  kind: z.literal("classifier"),
  name: text,
  file: text,
  sha256: sha256.optional(),
  input,
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
  targets: z
    .array(text)
    .min(1)
    .refine((names) => new Set(names).size === names.length, "expected distinct names"),
});
/** Manifest of a classifier file. */
export const classifierManifestSchema = classifierSchema.refine(
  ({ output, targets }) => output.activation !== "softmax" || targets.length > 1,
  { path: ["output", "activation"], message: "expected another than softmax for one target, of which it is always 1" },
);
export type ClassifierManifest = z.infer<typeof classifierManifestSchema>;

/** Manifest of an autoencoder: two files. */
export const autoencoderManifestSchema = z.strictObject({
  kind: z.literal("autoencoder"),
  name: text,
  encoder: fileSchema,
  decoder: fileSchema,
  /** What the encoder takes and the decoder gives back. */
  input,
  /** Clamp decoded images to [0, 1], true. */
  clamp: z.boolean().default(true),
});
export type AutoencoderManifest = z.infer<typeof autoencoderManifestSchema>;
