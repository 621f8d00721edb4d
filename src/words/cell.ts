import type { Cell, CellEffect, NoEffect } from "../results/matrix-schema.ts";

/** Why a cell has no answer. */
const reasonWords: Readonly<Record<NonNullable<Cell["reason"]>, string>> = {
  "too-few": "too few images to tell",
  straddles: "the interval holds both effects that matter and effects that do not",
  multiplicity: "an effect by itself, but not once all cells that were asked about are corrected for",
  "base-unreachable": "the classifier itself could hardly be moved",
  "cut-short": "with the images that the limit of the search stopped, the figures say otherwise",
  saturated: "its predictions are so near 0 or 1 that nothing moves them",
  blind: "the autoencoder loses this feature",
  contradicted: "what moves with the classifier and what moves it disagree",
  "not-moved": "the feature could not be taken out or put in",
  "moves-others": "the feature moves others that the classifier uses, and cannot be told from them",
  "told-by-editor":
    "no effect, but told only by the network that made the edits, or by a probe, which reads what they change",
  unchecked: "no effect, but the feature is named by CLIP, and nobody has checked it",
  "rare-use": "no use on average, but too few images to exclude rare use",
};

/** What would tell where a cell has no answer. */
const remedyWords: Readonly<Record<NonNullable<Cell["reason"]>, string>> = {
  "too-few": "more images",
  straddles: "more images",
  multiplicity: "more images, or fewer cells that are asked about",
  "base-unreachable": "a path (option direction), which reaches further, or interventions",
  "cut-short": "a longer way (option max-shift), or a path (option direction)",
  saturated: "images on which it is less sure",
  blind: "an autoencoder that keeps the feature",
  contradicted: "its pictures: look whether more than the feature changed, and try another editor",
  "not-moved": "labels of the feature, or a witness that tells it",
  "moves-others": "images in which the feature comes without the others",
  "told-by-editor": "another classifier of the feature, which shares nothing with this one",
  unchecked: "forty pictures judged on the Label page of cfalign serve",
  "rare-use": "more images",
};

/** What would tell of a cell that is unresolved. */
export function remedyOf({ reason, moreImages }: Pick<Cell, "reason" | "moreImages">): string {
  if (reason === null) return "its pictures: the judge does not see the feature go";
  return moreImages === null ? remedyWords[reason] : `about ${moreImages} more images of its row`;
}

/** Whether an image has a feature. */
export function presenceWords(present: boolean | undefined): string {
  return present === undefined ? "perhaps with" : present ? "with" : "without";
}

/** State of a cell in a few words. */
export function stateWords(cell: Cell): string {
  if (cell.base === cell.downstream) return "the classifier itself";
  if (cell.sameConcept) return "same concept";
  if (cell.count === 0 && cell.present.count === 0) return "no images";
  if (cell.state === null) return "not judged";
  if (cell.state !== "unresolved") return cell.state;
  return cell.reason === null ? "unresolved" : `unresolved: ${reasonWords[cell.reason]}`;
}

/** What an effect says by itself, in a few words. */
export function effectWords({ state, reason, joint }: Pick<CellEffect, "state" | "reason" | "joint">): string {
  if (joint !== null) return `${state}, together with unedited images`;
  return reason === null ? state : `${state}: ${reasonWords[reason]}`;
}

/** Why a cell has no effect. */
export function noEffectWords({ base, downstream }: Pick<Cell, "base" | "downstream">, why: NoEffect): string {
  switch (why) {
    case "none-made":
      return "The run was made without interventions: no feature was taken out or put in.";
    case "same-concept":
      return `Both are about one concept: taking it out is no question to ${base}.`;
    case "no-witness":
      return `No witness: nobody but ${base} tells its own feature, or it could not be moved. A judge of it would answer this.`;
    case "not-moved":
      return `${downstream} was not moved: too few pictures have it or lack it, or nothing tells it by itself.`;
    case "own-witness":
      return `No witness: ${base} itself is the only one that tells ${downstream}.`;
    case "one-softmax":
      return "Both are classes of one softmax: they move together by construction.";
  }
}

/** After the state of a cell: what speaks against what was found, or nothing. */
export function rejectedWords({ rejected }: Pick<Cell, "rejected">): string {
  return rejected ? ", rejected by the judge" : "";
}

/** What made edits. */
export function editorWords(editors: CellEffect["editors"]): string {
  const names = { pattern: "patterns", spectrum: "spectra", counterfactual: "counterfactuals" };
  return editors.map((editor) => names[editor]).join(" and ");
}
