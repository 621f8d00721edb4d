import type { Interval } from "./studentized.ts";

/** What the decomposition of the base's direction says of the downstream feature. */
export interface Share {
  readonly state: "found" | "clear" | "unresolved";
  /** From −1 to 1. */
  readonly share: number;
  /** Images that were decomposed. */
  readonly count: number;
}

/** A cell's figures on the images where the downstream feature is present, or absent. */
export interface Stratum {
  readonly name: "present" | "absent";
  readonly mean: number;
  /** Absent below two images. */
  readonly ci?: Interval;
  readonly count: number;
  /** Of its own p among the cells that were tested; absent where it was not testable. */
  readonly qValue?: number;
  /** Absent where single images are not asked. */
  readonly rareUse?: RareUse;
}

/** Images of a stratum that answer by themselves: a mean hides what the base uses on a few of them. */
export interface RareUse {
  /** Images on which the downstream moved at least half as far as the base (`usedFrom`). */
  readonly count: number;
  /** Largest share of all images that could have been drawn of which that may hold (one-sided, at the confidence of the intervals). */
  readonly atMost: number;
}

/** What a state is decided from. */
export interface CellEvidence {
  /** A stratum that is not there has no image. */
  readonly strata: readonly Stratum[];
  /** The same with the images that the search's limit stopped before the drop, where there are such: they cannot find, but they can keep from clearing. */
  readonly withCut?: readonly Stratum[];
  /** False-discovery rate of calling both means equivalent to 0, among all cells; absent where nothing is corrected for. */
  readonly clearQValue?: number;
  readonly minEffect: number;
  /** Share of a stratum's images from which on a use has to be excluded, 0.1. */
  readonly maxRareUse?: number;
  /** Images of the row that were selected, and that were used. */
  readonly selected: number;
  readonly used: number;
  /** The autoencoder loses the downstream feature. */
  readonly blind: boolean;
  /** The downstream prediction is at an end of its range, where nothing moves it. */
  readonly saturated?: boolean;
  /** Absent where the run has no decomposition, or it does not know the feature. */
  readonly share?: Share;
  /** q up to which a cell is found, 0.05. */
  readonly maxFalseDiscovery?: number;
  /** Images from which a stratum can find something, 10. */
  readonly minFound?: number;
}

/** A judged cell: what is known, why not more, and the stratum that says so. */
export interface Judgement {
  readonly state: "found" | "clear" | "unresolved";
  readonly reason?:
    | "too-few"
    | "straddles"
    | "multiplicity"
    | "rare-use"
    | "base-unreachable"
    | "blind"
    | "saturated"
    | "cut-short"
    | "contradicted";
  readonly stratum?: "present" | "absent";
}

/** Images from which a stratum has an interval that can be trusted to find something. */
export const minFoundCount = 10;
/** Size of an image's relative change from which on the base uses the feature there: downstream moves at least half as far as the base. */
export const usedFrom = 0.5;
/** Share of a stratum's images from which on a use has to be excluded, unless the evidence says otherwise. */
export const maxRareUse = 0.1;
/** Images from which a stratum can clear a cell. */
export const minClearCount = 20;
/** False discoveries that are accepted among what is found, unless the evidence says otherwise. */
export const maxFalseDiscovery = 0.05;

/**
 * State of one cell: found, clear or unresolved.
 *
 * - found: a stratum of at least 10 images has its interval beyond ±minEffect, and a q of its own ≤ 0.05 (of what is found in a cell that the
 *   false-discovery rate lets through, the same rate lets through the strata: Benjamini & Bogomolov 2014).
 * - clear: both strata have at least 20 images and their intervals inside ±minEffect, and stay inside with the images that the search's limit
 *   stopped; in both, a use on a tenth of the images is excluded; of all cells whose means are within at its q, at most 5 % are expected not to be; the
 *   row used at least half of its selected images, and the autoencoder keeps the feature. A stratum that was not looked at clears nothing.
 * - unresolved, with the first of these reasons that holds; those come first that more images would not remove: `blind`, `saturated`, `base-unreachable`
 *   (fewer than half used), `multiplicity` (a stratum of 10 lies beyond ±minEffect, but not once it is corrected for all that was asked: its q is
 *   too large), `straddles` (a stratum of 10 reaches over ±minEffect), `too-few` (a stratum has fewer than 20), `cut-short` (inside
 *   but for the images that the limit stopped), `rare-use` (inside, on too few images to exclude that the base uses the feature on some), and
 *   `multiplicity` once more (clear by itself, but not among all that could be).
 *
 * Either is `contradicted`, and unresolved, where a decomposition of at least 10 images disagrees: it finds a share of what is clear, or what was found
 * has no share there: its state is clear, its value below minEffect, or its sign the other one.
 *
 * The stratum is the one with the larger mean among those that decided.
 */
export function cellState(evidence: CellEvidence): Judgement {
  const judgement = byMovements(evidence);
  return isContradicted(judgement, evidence)
    ? { ...judgement, state: "unresolved", reason: "contradicted" }
    : judgement;
}

function isContradicted({ state, stratum }: Judgement, { strata, share, minEffect }: CellEvidence): boolean {
  if (share === undefined || share.count < minFoundCount || state === "unresolved") return false;
  if (state === "clear") return share.state === "found";
  const along = share.share * Math.sign(strata.find(({ name }) => name === stratum)?.mean ?? 0);
  // What is found in a group of collinear concepts may be small for each of them.
  return share.state === "clear" || (share.state === "found" ? along < 0 : along < minEffect);
}

/** The state by relative changes alone. */
function byMovements(evidence: CellEvidence): Judgement {
  const { minEffect, minFound = minFoundCount, maxFalseDiscovery: maxQ = maxFalseDiscovery } = evidence;
  const tested = evidence.strata.filter((stratum) => stratum.count >= minFound && stratum.ci !== undefined);
  const beyond = tested.filter(({ ci }) => ci !== undefined && (ci[0] > minEffect || ci[1] < -minEffect));
  const passed = beyond.filter(({ qValue = 1 }) => qValue <= maxQ);
  if (passed.length > 0) return judged("found", undefined, passed);

  const inside = ({ ci }: Stratum): boolean => ci !== undefined && ci[0] > -minEffect && ci[1] < minEffect;
  if (evidence.blind) return judged("unresolved", "blind", tested);
  if (evidence.saturated === true) return judged("unresolved", "saturated", tested);
  if (evidence.used * 2 < evidence.selected) return judged("unresolved", "base-unreachable", tested);
  if (beyond.length > 0) return judged("unresolved", "multiplicity", beyond);
  const open = tested.filter((stratum) => !inside(stratum));
  if (open.length > 0) return judged("unresolved", "straddles", open);
  const large = tested.filter((stratum) => stratum.count >= minClearCount);
  // Images of which nobody knows whether they have the feature are in neither stratum: they were not looked at either.
  const known = evidence.strata.reduce((sum, { count }) => sum + count, 0);
  if (large.length < 2 || known * 2 < evidence.used) return judged("unresolved", "too-few", tested);
  const cut = evidence.withCut?.filter(({ ci }) => ci !== undefined) ?? [];
  if (!cut.every(inside)) return judged("unresolved", "cut-short", tested);
  const most = evidence.maxRareUse ?? maxRareUse;
  const rare = large.filter(({ rareUse }) => rareUse !== undefined && rareUse.atMost >= most && most < 1);
  if (rare.length > 0) return judged("unresolved", "rare-use", rare);
  if ((evidence.clearQValue ?? 0) > maxQ) return judged("unresolved", "multiplicity", large);
  return judged("clear", undefined, large);
}

function judged(state: Judgement["state"], reason: Judgement["reason"], strata: readonly Stratum[]): Judgement {
  const strongest = strata.reduce<Stratum | undefined>(
    (best, stratum) => (best === undefined || Math.abs(stratum.mean) > Math.abs(best.mean) ? stratum : best),
    undefined,
  );
  return {
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(strongest === undefined ? {} : { stratum: strongest.name }),
  };
}
