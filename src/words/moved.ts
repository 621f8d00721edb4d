import { capital, plural, quoted, spelled } from "./figures.ts";

/** What the interventions of a run looked at, and what they did not. */
export interface MovedIn {
  /** Features that were moved, and edited images. */
  readonly features: number;
  readonly images: number;
  /** Edited images of the feature that has most, and how many no effect is clear without. */
  readonly most: number;
  readonly needed: number;
  readonly maxRareUse: number;
  /** Features moved by their spectra, and by counterfactuals, and edited images of these. */
  readonly bySpectra: { readonly features: readonly string[]; readonly images: number };
  readonly byCounterfactuals: { readonly features: readonly string[]; readonly images: number };
  /** Those of them that the editor itself tells, and features that a probe tells. */
  readonly toldByEditor: readonly string[];
  readonly toldByProbes: readonly string[];
  /** Why nothing moves a feature. */
  readonly withoutEditor: Readonly<Record<string, string>>;
  /** Features that were not moved, and bases without effects. */
  readonly left: readonly string[];
  readonly without: readonly string[];
}

/** What the interventions of a run looked at and what they did not, in sentences. */
export function movedWords(moved: MovedIn): string {
  const { features, images, most, needed, maxRareUse, left, without } = moved;
  const few = `With ${plural(most, "edited image")} a feature no effect is clear, since a use on ${Number((100 * maxRareUse).toFixed(2))} % of the images cannot be excluded: ${needed} are needed (option interventions, at least ${Math.ceil(needed / 2)}).`;
  return [
    `${capital(spelled(features))} ${features === 1 ? "feature was" : "features were"} taken out of pictures and put into others (${plural(images, "edited image")}), and all classifiers watched.`,
    ...editorsWords(moved),
    ...(most >= needed ? [] : [few]),
    ...about(
      left,
      (names) =>
        `Not moved, so that nothing is known of their effects: ${names} (ten pictures with them and without them, and a classifier that tells them, are needed).`,
    ),
    ...about(
      without,
      (names) => `No effects on ${names}, whose own feature was not moved or is told by nobody else (a judge would).`,
    ),
  ].join(" ");
}

/** Which features other editors than patterns moved, or could not, and why. */
export function otherEditorsWords({
  bySpectra,
  byCounterfactuals,
  withoutEditor,
}: Pick<MovedIn, "bySpectra" | "byCounterfactuals" | "withoutEditor">): string[] {
  return [
    ...about(
      bySpectra.features,
      (names) =>
        `By their spectra, how strong each fineness of detail is, since no pattern moves them as far: ${names} (${plural(bySpectra.images, "edited image")}).`,
    ),
    ...about(
      byCounterfactuals.features,
      (names) =>
        `By counterfactuals, since nothing else moves them as far: ${names} (${plural(byCounterfactuals.images, "edited image")}).`,
    ),
    ...Object.entries(withoutEditor).map(
      ([feature, why]) =>
        `Neither pattern nor spectrum moves ${quoted(feature)}, and no counterfactual was made of it: ${why}.`,
    ),
  ];
}

/** By whom features were moved and told where not by a pattern and another network. */
function editorsWords({ toldByEditor, toldByProbes, ...others }: MovedIn): string[] {
  return [
    ...otherEditorsWords(others),
    ...about(
      toldByEditor,
      (names) =>
        `Told by the network that made the edit, so that no effect of theirs is clear by this alone: ${names} (a judge would do).`,
    ),
    ...about(
      toldByProbes,
      (names) =>
        `Told by probes alone, which read what edits change, so that no effect of theirs is clear: ${names} (a judge would do).`,
    ),
  ];
}

function about(names: readonly string[], sentence: (names: string) => string): string[] {
  return names.length === 0 ? [] : [sentence(names.map(quoted).join(", "))];
}
