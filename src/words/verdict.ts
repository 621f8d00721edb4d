import type { Cell, Matrix, NoEffect } from "../results/matrix-schema.ts";
import { plural, quoted, range, signed } from "./figures.ts";

/** A column of labels: pictures with it and without it, and how well a probe reads it, or why none does. */
interface ProbeReading {
  readonly label: string;
  readonly ones: number;
  readonly zeros: number;
  readonly auroc: { readonly value: number; readonly ci: readonly [number, number] } | null;
  readonly refused: string | null;
  /** Whether a CLIP counts them, by words in place of labels. */
  readonly byWords?: boolean | undefined;
}

/** What a verdict on a cell is told from, beside the cell. */
export interface VerdictAbout {
  readonly reading: ProbeReading;
  /** Of the column that is about the classifier itself, where there is one. */
  readonly own: ProbeReading | undefined;
  readonly matrix: Matrix;
  /** Why there is no effect; null where there is one. */
  readonly none: NoEffect | null;
}

/** Why an answer is open, and what would give it. */
export interface Open {
  readonly what: string;
  readonly remedy: string;
}

/** Why no probe reads a column, and what would give one. */
export function refusal({ ones, zeros, auroc, refused, byWords }: ProbeReading): Open {
  switch (refused) {
    case "not-readable":
      return {
        what: `no probe reads it surely from the pictures (AUROC ${(auroc?.value ?? 0).toFixed(2)}, from ${(auroc?.ci[0] ?? 0).toFixed(2)})`,
        remedy: "more labelled pictures, or labels with fewer mistakes",
      };
    case "too-few":
      return {
        what: `${byWords ? "CLIP says that " : ""}${plural(ones, "picture")} have it and ${zeros} lack it`,
        remedy: "more pictures of the rarer kind, at least 20",
      };
    case "not-0-or-1":
      return { what: "its column holds other numbers than 0 and 1", remedy: "0 and 1 in its column" };
    case "as-control-words":
      return {
        what: "its words spread the pictures no further than words that have nothing to do with them",
        remedy: "other words for it, or labels",
      };
    case "judged-otherwise":
      return {
        what: "its words say otherwise than those who judged pictures of it",
        remedy: "other words for it, or labels",
      };
    default:
      return { what: "it was not moved", remedy: "more pictures with it and without it" };
  }
}

/** A feature that was found, without figures. */
export function usesSentence(classifier: string, feature: string): string {
  return `${quoted(classifier)} uses ${quoted(feature)}.`;
}

/** measured: what is known all the same, in parentheses. */
export function untoldSentence(classifier: string, feature: string, what: string, measured = ""): string {
  return `Whether ${quoted(classifier)} uses ${quoted(feature)} cannot be told${measured}: ${what}.`;
}

/**
 * A probe is a sum of the pixels that an edit adds to: it sees a feature go that is still there for everybody else, such as one that stands anywhere. What was
 * found is found all the same, since the classifier answered.
 */
const byProbeAlone = {
  what: "only a probe says that it went, which reads the very pixels that the edit changes",
  remedy: "a witness that shares nothing with the edit: a classifier of it, trained on pictures, under judges",
};

const byEditorAlone = {
  what: "only the network that made the edits says that it went",
  remedy: "another classifier of it, under judges",
};

/** "0.12, 95 % interval 0.08–0.16"; where unedited images settled what it says, what both say together. */
export function effectFigures({ effect }: Cell, { confidence }: Pick<Matrix, "confidence">): string {
  const percent = Number((confidence * 100).toFixed(2));
  const interval = effect?.ci == null ? "" : `, ${percent} % interval ${range(effect.ci[0], effect.ci[1])}`;
  const joint =
    effect?.joint == null || effect.unedited === null
      ? ""
      : `, with ${effect.unedited.count} unedited images ${range(...effect.joint.ci)}`;
  return `${signed(effect?.value ?? 0)}${interval}${joint}`;
}

/** A classifier that hardly uses a feature. */
export function clearSentence(cell: Cell, { reading, matrix }: VerdictAbout): string {
  const { base, effect, deciding } = cell;
  const [feature, classifier] = [quoted(reading.label), quoted(base)];
  return effect === null
    ? `${classifier} hardly uses ${feature}: when it is lowered, ${feature} moves by ${signed(deciding.mean ?? 0)} of that.`
    : `${classifier} hardly uses ${feature}: when it alone goes or comes, the prediction moves by less than ${matrix.minEffect} (effect ${effectFigures(cell, matrix)}; it followed on ${effect.followed.count} of ${effect.moved} edited images).`;
}

/** Why a cell has no answer, and what would tell it. */
export function whyUntold(cell: Cell, beside: VerdictAbout): Open {
  const { effect, reason } = cell;
  const { reading, matrix } = beside;
  if (effect === null) return withoutEffect(cell, beside);
  const more = "more interventions (option interventions), where there are pictures enough";
  switch (reason) {
    case "not-moved":
      return {
        what: `the edit moved it on ${effect.moved} of ${effect.count} pictures, as ${quoted(effect.witness)} sees it`,
        remedy:
          "neither pattern nor spectrum moves what stands anywhere or is small: more pictures with it and without it, or larger ones; or what a counterfactual of its own probe shows (cfalign align with it as the base)",
      };
    case "moves-others":
      return {
        what: `with what moved along it is ${signed(effect.total ?? 0)}, so that it cannot be told from other features`,
        remedy: "pictures in which it comes without the others",
      };
    case "base-unreachable":
      return {
        what: "no feature that was moved moves the classifier, not even its own",
        remedy: "columns, or words, for what it may look at; or its input in model.json is wrong",
      };
    case "rare-use":
      return {
        what: `on average it hardly matters, but up to ${(100 * effect.followed.most).toFixed(0)} % of the images may use it where ${Number((100 * matrix.maxRareUse).toFixed(2))} % are allowed`,
        remedy: more,
      };
    case "contradicted":
      return {
        what: "its effect is small, but it moves when the classifier is lowered",
        remedy: "a look at its pictures in the report",
      };
    case "unchecked":
      return {
        what: `${quoted(uncheckedOf(cell, matrix) ?? effect.witness)} is named by CLIP, and nobody has checked it`,
        remedy: "forty pictures of it judged on the Label page of cfalign serve, from which a witness is trained, too",
      };
    case "told-by-editor":
      return matrix.probes.includes(effect.witness) ? byProbeAlone : byEditorAlone;
    case "too-few":
      return {
        what: `there are only ${plural(effect.count, "edited image")}`,
        remedy: `${more}: ${countsOf(reading)}`,
      };
    default:
      return { what: "the interval holds both effects that matter and effects that do not", remedy: more };
  }
}

/** Who of a cell was named and not checked: its witness may be another's. */
function uncheckedOf({ base, downstream, effect }: Cell, { unchecked }: VerdictAbout["matrix"]): string | undefined {
  return [effect?.witness, downstream, base].find((name) => name !== undefined && unchecked?.includes(name));
}

function withoutEffect({ base }: Cell, { reading, own, none }: VerdictAbout): Open {
  if (none === "no-witness" && own === undefined) {
    return {
      what: `no column or word is about what ${quoted(base)} itself says`,
      remedy: "a column or word with the name of its target, or its target named in model.json as that is",
    };
  }
  if (none === "no-witness") {
    const { what, remedy } = refusal(own as ProbeReading);
    return {
      what: `nobody else tells ${quoted((own as ProbeReading).label)}, which ${quoted(base)} itself is about: ${what}`,
      remedy,
    };
  }
  return none === "not-moved"
    ? {
        what: "it could not be moved",
        remedy: `at least ten pictures with it and ten without it that its witness tells apart (${countsOf(reading)})`,
      }
    : { what: "too few images say anything", remedy: `more pictures (${countsOf(reading)})` };
}

function countsOf({ ones, zeros, byWords }: ProbeReading): string {
  return `${byWords ? "CLIP says " : ""}${plural(ones, "picture")} with it, ${zeros} without it`;
}
