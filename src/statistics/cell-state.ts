import type { Interval } from "./studentized.ts";

/** A cell's figures on the images where the downstream feature is present, or absent. */
export interface Stratum {
  readonly name: "present" | "absent";
  readonly mean: number;
  /** Absent below two images. */
  readonly ci?: Interval;
  readonly count: number;
}

/** What a state is decided from. */
export interface CellEvidence {
  readonly strata: readonly Stratum[];
  /** Absent where the cell was not testable. */
  readonly qValue?: number;
  readonly minEffect: number;
  /** Images of the row that were selected, and that were used. */
  readonly selected: number;
  readonly used: number;
  /** The autoencoder loses the downstream feature. */
  readonly blind: boolean;
  /** q up to which a cell is found, 0.05. */
  readonly maxFalseDiscovery?: number;
  /** Images from which a stratum can find something, 10. */
  readonly minFound?: number;
}

/** A judged cell: what is known, why not more, and the stratum that says so. */
export interface Judgement {
  readonly state: "found" | "clear" | "unresolved";
  readonly reason?: "too-few" | "straddles" | "base-unreachable" | "blind";
  readonly stratum?: "present" | "absent";
}

/** Images from which a stratum has an interval that can be trusted to find something. */
export const minFoundCount = 10;
/** Images from which a stratum can clear a cell. */
export const minClearCount = 20;
/** False discoveries that are accepted among what is found, unless the evidence says otherwise. */
export const maxFalseDiscovery = 0.05;

/**
 * State of one cell: found, clear or unresolved.
 *
 * - found: a stratum of at least 10 images has its interval beyond ±minEffect, and q ≤ 0.05.
 * - clear: every stratum of at least 20 images has its interval inside ±minEffect, there is at least one, no smaller stratum lies beyond, the
 *   row used at least half of its selected images, and the autoencoder keeps the feature.
 * - unresolved, with the first of these reasons that holds; those come first that more images would not remove: `blind`, `base-unreachable`
 *   (fewer than half used), `too-few` (no stratum of 20), `straddles`.
 *
 * The stratum is the one with the larger mean among those that decided.
 */
export function cellState(evidence: CellEvidence): Judgement {
  const { minEffect, minFound = minFoundCount } = evidence;
  const tested = evidence.strata.filter((stratum) => stratum.count >= minFound && stratum.ci !== undefined);
  const beyond = tested.filter(({ ci }) => ci !== undefined && (ci[0] > minEffect || ci[1] < -minEffect));
  const significant =
    evidence.qValue !== undefined && evidence.qValue <= (evidence.maxFalseDiscovery ?? maxFalseDiscovery);
  if (significant && beyond.length > 0) return judged("found", undefined, beyond);

  const large = tested.filter((stratum) => stratum.count >= minClearCount);
  const inside = large.every(({ ci }) => ci !== undefined && ci[0] > -minEffect && ci[1] < minEffect);
  if (evidence.blind) return judged("unresolved", "blind", tested);
  if (evidence.used * 2 < evidence.selected) return judged("unresolved", "base-unreachable", tested);
  if (large.length === 0) return judged("unresolved", "too-few", tested);
  if (inside && beyond.length === 0) return judged("clear", undefined, large);
  return judged("unresolved", "straddles", tested);
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
