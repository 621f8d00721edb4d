import type { Cell, Finding } from "../../audit/schema.ts";
import type { Doubts } from "./figures.ts";

/** Stop reasons in plain words. */
export const stopWords: Readonly<Record<string, string>> = {
  dropped: "reached the drop",
  floor: "reached the floor",
  rebounded: "prediction began to rise",
  "shift-limit": "limit on latent distance",
  "lambda-limit": "limit on λ",
  "pixel-limit": "limit on pixel change",
  "not-reached": "drop not reached",
  "no-direction": "no direction",
};

/** Why a cell has no answer. */
const reasonWords: Readonly<Record<string, string>> = {
  "too-few": "too few images to tell",
  straddles: "the interval holds both effects that matter and effects that do not",
  "base-unreachable": "fewer than half of the selected images could be moved",
  blind: "the autoencoder loses this feature",
};

/** State of a cell in a few words. */
export function stateWords(cell: Cell): string {
  if (cell.base === cell.downstream) return "the classifier itself";
  if (cell.sameConcept) return "same concept";
  if (cell.count === 0 && cell.present.count === 0) return "no images";
  if (cell.state === null) return "not judged";
  if (cell.state !== "unresolved") return cell.state;
  return cell.reason === null ? "unresolved" : `unresolved: ${reasonWords[cell.reason] ?? cell.reason}`;
}

/** What speaks against a found cell. */
export function doubtWords({ unconfirmed, withinNoise }: Doubts): string[] {
  return [...(unconfirmed ? ["not confirmed by the judge"] : []), ...(withinNoise ? ["within the noise floor"] : [])];
}

/** Perturbations after which a fall is measured again. */
export const perturbationWords: Readonly<Record<string, string>> = {
  reencoded: "re-encoded",
  jpeg: "as JPEG",
  blurred: "slightly blurred",
  shifted: "shifted by a pixel",
  judge: "for the judge",
};

/** Views of a pair. */
export const pairViewWords: Readonly<Record<Finding["views"][number]["view"], string>> = {
  judge: "the judge",
  decomposition: "share of the direction",
  partial: "regression on predictions",
  "noise-floor": "noise floor, z",
  robustness: "least that a perturbation leaves",
};
