import type { Advice, FeatureReading } from "../../label/feature-reading.ts";
import type { Answers } from "../../label/questions.ts";
import { decimal, plural, range } from "../parts/numbers.ts";

const advice: Readonly<Record<Advice, string>> = {
  "more-of-both":
    "Go on: the probe needs ten pictures of either kind to learn from, and five of either to be judged by.",
  "more-that-have-it": "More pictures that have it are needed: sort by likely first.",
  "more-that-have-not": "More pictures that lack it are needed: sort as they come.",
  "go-on": "Go on until the interval lies above 0.75.",
  enough: "Enough: the feature is read. More pictures make the probe better.",
  "not-readable":
    "Stop: it is not read from these pictures. It may be too small, or named alike on pictures that differ; a workspace with an autoencoder may read it.",
};

/** How well a feature is read, and what to do next. */
export function readingWords(
  { auroc, judged, advice: next }: FeatureReading,
  read: Answers["state"]["read"],
): { readonly told: string; readonly next: string } {
  if (read.failure !== null)
    return { told: `The pictures could not be read: ${read.failure}.`, next: "Labels are kept." };
  if (read.done < read.total) {
    return {
      told: `Pictures are being read: ${read.done} of ${read.total}. Until then they come at random.`,
      next: "",
    };
  }
  if (auroc === null) return { told: "The probe has seen too few pictures.", next: advice[next] };
  const pictures = plural(judged.has + judged.hasNot, "picture");
  return {
    told: `The probe reads it with AUROC ${decimal(auroc.value)} (${range(auroc.ci)}) on ${pictures} that it does not learn from.`,
    next: advice[next],
  };
}
