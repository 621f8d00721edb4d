import { z } from "zod";
import { platform } from "#platform";
import { modelFolder } from "../model-folder.ts";
import { type TrainedModel, trainedSchema } from "../trained.ts";

const split = z.enum(["development", "test"]);
const correlation = z.strictObject({ a: z.string(), b: z.string(), phi: z.number() });

/** How the models of the benchmark were trained and what they are audited on; fixed before the first run. */
const recipeSchema = z.strictObject({
  /** Share of training faces in which the planted feature equals the noisy label. */
  strengths: z.array(z.number()),
  seeds: z.array(z.number().int()),
  controlSeeds: z.array(z.number().int()),
  labelNoise: z.number(),
  decoyStrength: z.number(),
  /** Factors on red, green and blue of a tinted picture: the shortcut that is hard to see. */
  tint: z.tuple([z.number(), z.number(), z.number()]),
  pairs: z.array(z.strictObject({ split, target: z.string(), feature: z.string() })),
  audit: z.strictObject({
    /** Pictures of an audit. */
    images: z.number().int(),
    /** Faces that the true effects are measured on. */
    truth: z.number().int(),
    /** Correlations between the labels of the audit's pictures. */
    correlations: z.strictObject({ development: z.array(correlation), test: z.array(correlation) }),
    /** Coefficients c of the composed models f + c·g: below 0, g is used against the target. */
    composed: z.array(z.number()),
  }),
});

type Recipe = z.infer<typeof recipeSchema>;

/** The benchmark's folder: recipe, models, workspace. */
export interface Benchmark {
  readonly folder: string;
  readonly workspace: string;
  readonly recipe: Recipe;
  readonly models: readonly TrainedModel[];
}

/** Reads the benchmark's folder; the repository's own by default. Errors: CfalignError("input") where the models are not. */
export async function readBenchmark(folder = defaultFolder()): Promise<Benchmark> {
  const { at, json } = await modelFolder(folder, "planted benchmark: expected its models");
  return {
    folder,
    workspace: at("cfalign.json"),
    recipe: recipeSchema.parse(await json("recipe.json")),
    models: z.array(trainedSchema).parse(await json("models.json")),
  };
}

function defaultFolder(): string {
  return platform.files.join(platform.files.packageFolder(), "zoo", "planted-faces");
}
