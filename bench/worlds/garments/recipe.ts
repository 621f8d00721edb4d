import { z } from "zod";
import { platform } from "#platform";
import { modelFolder } from "../model-folder.ts";
import { type TrainedModel, trainedSchema } from "../trained.ts";
import { ARTEFACTS } from "./artefacts.ts";
import { GARMENTS } from "./wardrobe.ts";

const companion = z.strictObject({
  garment: z.enum(GARMENTS),
  artefact: z.enum(ARTEFACTS),
  present: z.number(),
  absent: z.number(),
});

/** What the audit needs of the recipe; the rest of it is zoo/garments.py's. */
const recipeSchema = z.object({
  pairs: z.array(
    z.object({ split: z.enum(["development", "test"]), target: z.enum(GARMENTS), feature: z.enum(ARTEFACTS) }),
  ),
  audit: z.strictObject({
    /** Pictures of an audit. */
    images: z.number().int(),
    /** Pictures that true effects are measured on. */
    truth: z.number().int(),
    /** What goes with what on the audit's pictures. */
    companions: z.strictObject({ development: z.array(companion), test: z.array(companion) }),
    /** Coefficients c of the composed models f + c·g: below 0, g is used against the target. */
    composed: z.array(z.number()),
  }),
});

/** The models of the garments world, and how they are audited. */
export interface GarmentsRecipe extends z.infer<typeof recipeSchema> {
  /** The workspace file. */
  readonly workspace: string;
  readonly models: readonly TrainedModel[];
}

/** Reads the folder of the models; the repository's own by default. Errors: CfalignError("input") where they are not there. */
export async function readGarmentsRecipe(folder = defaultFolder()): Promise<GarmentsRecipe> {
  const { at, json } = await modelFolder(folder, "garments: expected their models");
  return {
    workspace: at("cfalign.json"),
    ...recipeSchema.parse(await json("recipe.json")),
    models: z.array(trainedSchema).parse(await json("models.json")),
  };
}

function defaultFolder(): string {
  return platform.files.join(platform.files.packageFolder(), "zoo", "garments");
}
