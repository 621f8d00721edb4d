import { z } from "zod";
import { platform } from "#platform";
import { dropArrays, keepArrays, keptArrays } from "../results/kept-arrays.ts";
import type { Moment } from "./calibration.ts";
import type { DescentMemory, TrainingTask } from "./descent.ts";

/** Part of the key: to be raised where the same training goes another way. */
const format = 1;

const toldSchema = z.object({
  done: z.number().int(),
  loss: z.number(),
  steps: z.number().int(),
  best: z.object({ loss: z.number(), look: z.number().int(), step: z.number().int() }),
});

/**
 * Where a training stands, in two files `stem`.bin and `stem`.json until it is over. from: options that it depends on besides its pictures and labels. What is
 * damaged, or of another training, is none.
 */
export async function descentMemory(
  stem: string,
  { pictures, targets, learned, heldOut }: TrainingTask,
  from: object,
): Promise<DescentMemory & { drop(): Promise<void> }> {
  const about = { format, from, targets, labels: pictures.labels, heldOut: heldOut.length, learned: learned.length };
  const hashes = [pictures.pixels, new TextEncoder().encode(JSON.stringify(about))].map((part) =>
    platform.sha256(part),
  );
  const key = (await Promise.all(hashes)).join("-");
  const labels = targets.map((target) => heldOut.map((picture) => pictures.labels[picture]?.[target]));
  /** Logits of a look, target by target. */
  const momentOf = (look: Float32Array): Moment =>
    labels.map((own, target) => ({
      logits: [...look.subarray(target * heldOut.length, (target + 1) * heldOut.length)],
      labels: own,
    }));
  return {
    async find() {
      const kept = await keptArrays(stem, key);
      if (kept === undefined) return undefined;
      const { steps, best, ...told } = toldSchema.parse(kept.told);
      const [numbers, running, first, second, bestNumbers, ...looks] = kept.arrays as Float32Array[];
      return {
        ...told,
        numbers: numbers as Float32Array,
        running: running as Float32Array,
        state: { first: first as Float32Array, second: second as Float32Array, steps },
        looks: looks.map(momentOf),
        best: { ...best, numbers: bestNumbers as Float32Array },
      };
    },
    keep({ numbers, running, state, done, loss, looks, best: { numbers: bestNumbers, ...best } }) {
      const { first, second, steps } = state;
      const seen = looks.map((moment) => Float32Array.from(moment.flatMap(({ logits }) => logits)));
      const arrays = [numbers, running, first, second, bestNumbers, ...seen];
      return keepArrays(stem, key, { told: { done, loss, steps, best }, arrays });
    },
    drop: () => dropArrays(stem),
  };
}
