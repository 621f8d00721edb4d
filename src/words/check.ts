import type { CheckItem } from "../results/check-item.ts";
import { minClearCount, type RareUse } from "../statistics/cell-state.ts";
import { boundWords, intervalWords, plural, quoted, signed, withOrWithout } from "./figures.ts";
import { judgedShare, type ShareFigure } from "./share.ts";

/** A bound with * and the cells that it covers. */
export interface Coverage {
  readonly bound: string;
  readonly cells: number;
  /** Cells that it would cover, were they not expected. */
  readonly expected: readonly string[];
}

/** What a sentence needs beside the figures. */
interface Counts {
  readonly selected: number;
  readonly used: number;
  /** Half the width of what is allowed; for a regression the smallest effect that matters. */
  readonly reach: number;
  /** Mean fall of the base where it hardly fell, and the drop that was asked for. */
  readonly still: number | undefined;
  readonly drop: number;
  /** Images that answer by themselves, in each stratum. */
  readonly rareUse?: Readonly<Record<"present" | "absent", RareUse>> | undefined;
  /** The downstream concept's part of the base's direction, where it is known. */
  readonly share?: ShareFigure | undefined;
}

/** The outcome of one check in plain words. */
export function checkSentence(item: Omit<CheckItem, "sentence">, counts: Counts): string {
  return `${figuresText(item)}: ${outcome(item, counts)}`;
}

function outcome(item: Omit<CheckItem, "sentence">, counts: Counts): string {
  const { kind, verdict, reason, base, downstream } = item;
  const bound = boundWords(item);
  if (kind === "regression") {
    if (verdict === "passed") return `less than ${counts.reach} worse than the baseline`;
    if (verdict === "failed") return `worse than the baseline by more than ${counts.reach}`;
  } else {
    if (verdict === "passed") return `within ${bound}`;
    if (verdict === "failed") return `beyond ${bound}`;
  }
  const more = item.moreImages === null ? "align more images" : `about ${item.moreImages} more images are needed`;
  switch (reason) {
    case "blind":
      return `the autoencoder loses ${quoted(downstream)}, so nothing can be said`;
    case "saturated":
      return `the predictions of ${quoted(downstream)} are so near 0 or 1 that nothing moves them, so nothing can be said`;
    case "base-unreachable":
      return counts.used * 2 < counts.selected || counts.still === undefined
        ? `${quoted(base)} moved on only ${counts.used} of ${counts.selected} selected images`
        : `${quoted(base)} fell by ${counts.still.toFixed(2)} on average where a drop of ${counts.drop} was asked for: a base that hardly moves says nothing`;
    case "too-few":
      return `too few images${kind === "regression" ? " used in both runs" : ""} (${countsText(item)}; ${minClearCount} of each are needed to pass): ${more}`;
    case "rare-use":
      return `within the bound on average, but too few images to exclude rare use (${rareUseText(item, counts)}): ${more}`;
    case "cut-short":
      return "within the bound, but not once the images count that the limit of the search stopped before the drop: look at them with cfalign find (stop = shift-limit), or align again with a larger limit";
    case "contradicted":
      return `within the bound, but the decomposition finds a share of ${counts.share === undefined ? quoted(downstream) : judgedShare(counts.share).name} beyond it: more of the direction of ${quoted(base)} is that than what moves on these images shows`;
    default:
      return `the interval crosses ${kind === "regression" ? counts.reach : `an end of ${bound}`}: ${more}`;
  }
}

/** "3 images that have them, 40 images that lack them". */
function countsText({ present, absent, downstream }: Omit<CheckItem, "sentence">): string {
  return [
    `${plural(present.count, "image")} ${withOrWithout(downstream, "present")}`,
    `${plural(absent.count, "image")} ${withOrWithout(downstream, "absent")}`,
  ].join(", ");
}

/** "0 of 20 images that have them answer, which leaves up to 14 % of all": of the stratum that decided. */
function rareUseText(
  { present, absent, downstream, stratum }: Omit<CheckItem, "sentence">,
  { rareUse }: Counts,
): string {
  const side = stratum ?? "present";
  const { count, atMost } = rareUse?.[side] ?? { count: 0, atMost: 1 };
  const of = { present, absent }[side].count;
  return `${count} of ${plural(of, "image")} ${withOrWithout(downstream, side)} ${count === 1 ? "answers" : "answer"}, which leaves up to ${(100 * atMost).toFixed(1)} % of all`;
}

/** "relative change 0.45 (0.31–0.60) on 40 images that have them"; both strata where none decided. */
function figuresText(item: Omit<CheckItem, "sentence">): string {
  const sides = item.stratum === null ? (["present", "absent"] as const) : [item.stratum];
  const middle = (item.low + item.high) / 2;
  const size = middle === 0 ? "size of the relative change" : `distance of the relative change from ${signed(middle)}`;
  const what = item.kind === "regression" ? `${size}, minus the baseline's:` : "relative change";
  const parts = sides.map((side) => {
    const { mean, ci, count } = item[side];
    const figure = mean === null ? "" : ` ${signed(mean)}${intervalWords(ci)}`;
    return `${figure} on ${count} images ${withOrWithout(item.downstream, side)}`.trim();
  });
  return `${what} ${parts.join(", ")}`;
}

/** A check with what an auditor said of its cell. */
export function markedSentence(sentence: string, { verdict, comment, holds }: NonNullable<CheckItem["mark"]>): string {
  const said = verdict === null ? "" : `; ${verdict} by an auditor${holds ? "" : " when it was another"}`;
  return `${sentence}${said}${comment === "" ? "" : `: ${comment}`}`;
}

/** A check that lies within its bound, as far as a name that nobody has checked is true. */
export function uncheckedSentence(sentence: string, name: string): string {
  return `${sentence}, but ${quoted(name)} is named by CLIP, not checked: judge forty pictures of it on the Label page of cfalign serve`;
}

/** How many cells a bound with * covers, in words. */
export function coverageNote({ bound, cells, expected }: Coverage): string {
  const left =
    expected.length === 0
      ? ""
      : `, and leaves out ${expected.length} that ${expected.length === 1 ? "is" : "are"} expected: ${expected.join(", ")}`;
  return `"${bound}" covers ${plural(cells, "cell")}${left}`;
}

/** Bounds on what no baseline is held against. */
export function boundOnlyNote(of: "share" | "effect", bounds: readonly string[]): string {
  const all = bounds.map((bound) => `"${bound}"`).join(", ");
  return `${of}s are held against their bound only, not the baseline: ${all}`;
}

/** An option that makes a baseline's relative changes another quantity. */
export function otherQuantityNote(difference: string): string {
  return `the baseline is another quantity, ${difference}`;
}
