import type { TrainingProgress, Witness } from "../index.ts";
import { readingsText } from "./readings-text.ts";

/** How far a training is. */
export function trainingWords({ stage, done, total, loss }: TrainingProgress): string {
  const words = `${stage === "reading" ? "picture" : "step"} ${done} of ${total}`;
  return loss === undefined ? words : `${words}, loss ${loss.toFixed(3)}`;
}

/** Every label with its AUROC, and how the training ended. */
export function witnessText(witness: Witness): string {
  const { steps, best, interrupted } = witness;
  const ended = interrupted
    ? `interrupted after ${steps} steps: the best network so far was kept, that of step ${best}`
    : `${steps} steps; the best network was that of step ${best}`;
  return `${readingsText(witness)}\n${ended}`;
}
