import type { OptionNames } from "../base/errors.ts";
import type { CheckFigures, CheckItem } from "../results/check-item.ts";
import { boundWords, intervalWords, quoted, signed } from "./figures.ts";

/** Why a share does not decide. */
export type ShareReason = "blind" | "too-few" | "shrinkage" | "straddles" | "collinear";

/** What the check of a share is told from. */
interface CheckedShare {
  readonly figures: CheckFigures;
  readonly verdict: CheckItem["verdict"];
  readonly reason: ShareReason | null;
  readonly bound: Pick<CheckItem, "downstream" | "low" | "high">;
  /** Concepts of its group. */
  readonly together: readonly string[];
  /** About how many more images would decide it. */
  readonly more: number | undefined;
  /** Part of the direction that all concepts explain together. */
  readonly explained: number;
  /** Part below which that is said. */
  readonly minExplained: number;
  readonly named: OptionNames;
}

/** The outcome of the check of a share, in plain words. */
export function shareCheckWords(checked: CheckedShare): string {
  const { figures, verdict, reason, bound, explained, minExplained } = checked;
  const { mean, ci, count } = figures;
  const what = `share ${mean === null ? "" : signed(mean)}${intervalWords(ci)} of the direction on ${count} images`;
  const outcome =
    reason === null ? `${verdict === "failed" ? "beyond" : "within"} ${boundWords(bound)}` : openWords(reason, checked);
  const poor = explained < minExplained ? `; only ${Math.round(100 * explained)} % of the direction is explained` : "";
  return `${what}: ${outcome}${poor}`;
}

function openWords(reason: ShareReason, { bound, together, more, named }: CheckedShare): string {
  const advice = `decompose ${more === undefined ? "more" : `about ${more} more`} images (${named("decompose.images")})`;
  switch (reason) {
    case "collinear":
      return `${together.map(quoted).join(" and ")} are collinear, so that only their share together is determined: leave one out of ${named("concepts")}`;
    case "blind":
      return `the autoencoder loses ${quoted(bound.downstream)}, so nothing can be said`;
    case "shrinkage":
      return `beyond ${boundWords(bound)}, but its sign depends on how strongly weights are shrunk`;
    case "too-few":
      return `too few images: ${advice}`;
    case "straddles":
      return `the interval crosses an end of ${boundWords(bound)}: ${advice}`;
  }
}

/** Why the share of a base without a direction is not known. */
export function noDirectionWords(base: string): string {
  return `"${base}" has no direction to decompose: no image, or no gradient`;
}
