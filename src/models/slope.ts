import { logSigmoid, logSumExp, termLogit } from "./prediction.ts";
import type { Term } from "./types.ts";

/** ∂(logit of the term)/∂outputs; with `none`, of the output itself. outputs: those of the term's model on one image. */
export function logitCotangent(term: Term, outputs: ArrayLike<number>): number[] {
  const values = Array.from(outputs);
  if (term.model.activation !== "softmax") return values.map((_, index) => (index === term.target ? 1 : 0));
  // ℓ_t − logsumexp(others)
  const others = logSumExp(values.filter((_, index) => index !== term.target));
  return values.map((value, index) => (index === term.target ? 1 : -Math.exp(value - others)));
}

/** Whether the outputs do not change the cotangent of a term: a softmax weighs its classes by them. */
export const hasFixedCotangent = (term: Term): boolean => term.model.activation !== "softmax";

/** log |c·σ′(ℓ)|: how much the classifier changes with the term's logit. Saturated logits are far below what σ′ can hold. */
export function logSlope(term: Term, outputs: ArrayLike<number>): number {
  const logit = termLogit(term, outputs);
  const { scale } = term.model;
  const slope =
    logit === undefined
      ? -Math.log(Math.abs((scale?.high ?? 1) - (scale?.low ?? 0)))
      : logSigmoid(logit) + logSigmoid(-logit);
  return Math.log(Math.abs(term.coefficient)) + slope;
}

/** Sign of c·σ′(ℓ): that of the coefficient, turned around where the scale of the output falls. */
export function slopeSign({ coefficient, model }: Term): number {
  const falls = (model.scale?.high ?? 1) < (model.scale?.low ?? 0);
  return falls ? -Math.sign(coefficient) : Math.sign(coefficient);
}
