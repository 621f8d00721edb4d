import { z } from "zod";

/** A counterfactual kept for the report: frames from the reconstruction to the counterfactual (and the input), with every prediction along the way. File `pictures/<name>.json`. */
export const keptCounterfactual = z.object({
  image: z.string(),
  base: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  /** File beside this one: a WebP with the frames side by side: input, then one per `shares`. */
  sprite: z.string().regex(/^[\w-]+\.webp$/),
  /** λ of each frame as a share of the counterfactual's λ: 0 is the reconstruction, 1 the counterfactual. */
  shares: z.array(z.number()),
  /** Predictions of base and every downstream classifier (and judge) at `shares`, by name. */
  predictions: z.record(z.string(), z.array(z.number())),
});
export type KeptCounterfactual = z.infer<typeof keptCounterfactual>;
