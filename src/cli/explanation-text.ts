import type { Explanation } from "../index.ts";
import type { Output } from "./output.ts";
import { figure, textTable } from "./table.ts";

/** Downstream classifiers listed; the others hardly moved. */
const shown = 12;

/** One image's counterfactual for a terminal: the base, then the predictions that moved most. */
export function explanationText(explanation: Explanation, style: Pick<Output, "bold" | "dim">): string {
  const { image, base, stopReason, evaluations, gradients, basePrediction, alignment, dominantTerm } = explanation;
  const moved = alignment
    .filter(({ downstream }) => downstream !== base)
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
  const rows = moved
    .slice(0, shown)
    .map(({ downstream, before, after, relativeChange }) => [
      downstream,
      figure(before),
      figure(after),
      figure(relativeChange),
    ]);
  const rest = moved.length > shown ? [style.dim(`… and ${moved.length - shown} that moved less`)] : [];
  return [
    `${style.bold(image)}: ${base} ${figure(basePrediction.before)} → ${figure(basePrediction.after)} (${stopReason}, ${wayText(explanation)}, ${evaluations} evaluations, ${gradients} ${gradients === 1 ? "gradient" : "gradients"})`,
    ...(dominantTerm === null ? [] : [`the direction is almost all ${dominantTerm}`]),
    textTable([["downstream", "before", "after", "relative change"], ...rows]),
    ...rest,
    ...(explanation.withoutRelativeChange === null
      ? []
      : [`no relative change: ${explanation.withoutRelativeChange} (--min-base-change)`]),
    "",
  ].join("\n");
}

/** How far a counterfactual is from its reconstruction: in the paper's units where there are any, and as a share of the distance between images. */
function wayText({ lambda, shift, displacement, length }: Explanation): string {
  const bends = displacement !== null && length !== null && length > 1.001 * displacement;
  return [
    ...(lambda === null ? [] : [`λ ${lambda.toPrecision(4)}`]),
    `shift ${figure(shift)}`,
    ...(displacement === null ? [] : [`${figure(displacement)} of the distance between images`]),
    ...(bends ? [`${figure(length)} along the way`] : []),
  ].join(", ");
}
