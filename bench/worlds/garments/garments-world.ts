import { platform } from "#platform";
import { CfalignError } from "../../../src/base/errors.ts";
import { openWorkspace, predict } from "../../../src/index.ts";
import { readAuditImages } from "../../audit-images.ts";
import { featuresOf } from "../../subjects.ts";
import type { World, WorldOptions } from "../../world.ts";
import { composedSubjects } from "../composed.ts";
import { trainedSubjects } from "../trained.ts";
import { ARTEFACTS } from "./artefacts.ts";
import { drawGarments } from "./draw-garments.ts";
import { readGarmentsRecipe } from "./recipe.ts";
import { trueEffect } from "./true-effect.ts";
import { readWardrobe } from "./wardrobe.ts";

/** Where Debian puts the photographs. */
export const photographs = "/usr/share/datasets/fashion-mnist";

/**
 * Photographs with artefacts drawn by code, and the heads that were trained on others of them: the pictures of the audit and of the truth are of the
 * data set's test part. What a garment itself does to a model cannot be drawn, so that artefacts alone are cells. data: folder of Fashion-MNIST's four files.
 */
export async function openGarmentsWorld(
  { split, seed, threads, models }: WorldOptions,
  data: string = photographs,
): Promise<World> {
  const recipe = await readGarmentsRecipe(models);
  if (!(await platform.files.isDirectory(data))) {
    throw new CfalignError(
      "input",
      `garments: expected the photographs of Fashion-MNIST in "${data}", found no such folder: install Debian's package dataset-fashion-mnist`,
      { where: data },
    );
  }
  const wardrobe = await readWardrobe(data, "t10k");
  const workspace = await openWorkspace(recipe.workspace, threads === undefined ? {} : { threads });
  const { images, truth, companions } = recipe.audit;
  const drawn = { count: images, seed: `audit/${split}/${seed}`, companions: companions[split] };
  const shown = { count: truth, seed: "truth" };
  return {
    workspace,
    subjects: [
      ...trainedSubjects(recipe.models, workspace, split),
      ...composedSubjects(
        recipe.pairs.filter((pair) => pair.split === split),
        { workspace, model: "garments-a", coefficients: recipe.audit.composed },
      ),
    ],
    features: featuresOf(workspace),
    identity: { drawn, shown },
    truthCount: truth,
    async auditImages(folder) {
      const { files } = platform;
      if (!(await files.isDirectory(folder))) {
        const aside = `${folder}.part`;
        await drawGarments({ wardrobe, ...drawn, out: aside });
        await files.rename(aside, folder);
      }
      return readAuditImages(folder);
    },
    async trueEffects(classifiers, { features, progress }) {
      const effects = new Map<string, readonly number[]>();
      const wanted = ARTEFACTS.filter((artefact) => features?.includes(artefact) ?? true);
      for (const artefact of wanted) {
        const of = await trueEffect({
          wardrobe,
          ...shown,
          artefact,
          predict: async (pictures) =>
            (await predict(pictures, classifiers)).map((row) => row.map(({ prediction }) => prediction)),
        });
        effects.set(artefact, of);
        progress(effects.size, wanted.length);
      }
      return effects;
    },
  };
}
