import { z } from "zod";
import type { Workspace } from "../../src/index.ts";
import type { Subject } from "../subjects.ts";
import type { Split } from "../world.ts";

/** A trained model: a head of the file `planted`. */
export const trainedSchema = z.strictObject({
  name: z.string(),
  split: z.enum(["development", "test"]),
  /** planted: noisy labels, the feature goes with them; decoy: it goes with clean labels, which leave no use for it; control: noisy labels alone. */
  kind: z.enum(["planted", "decoy", "control"]),
  target: z.string(),
  feature: z.string().optional(),
  strength: z.number().optional(),
  seed: z.number().int(),
});

export type TrainedModel = z.infer<typeof trainedSchema>;

/** The heads of a split, as subjects. */
export function trainedSubjects(models: readonly TrainedModel[], workspace: Workspace, split: Split): Subject[] {
  return models
    .filter((model) => model.split === split)
    .map(({ name, kind, target, feature, strength, seed }) => ({
      classifier: workspace.classifier(`planted/${name}`),
      family: "trained",
      kind,
      target,
      feature,
      strength,
      seed,
      cluster: `${target}/${feature ?? "control"}`,
    }));
}
