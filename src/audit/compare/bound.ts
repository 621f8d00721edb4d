import { CfalignError } from "../../base/errors.ts";
import { type CheckItem, noFigures } from "../../results/check-item.ts";

/** How far one classifier may move with another, or how much of its direction the other may be: a figure of base → downstream lies between `low` and `high`. */
export interface Bound {
  /** As it was written. */
  readonly text: string;
  readonly base: string;
  readonly downstream: string;
  /** Effect of the feature, relative change, or share of the decomposed direction; "any" where it was not said: the effect where there is one, else the relative change. */
  readonly measure: "any" | "effect" | "rc" | "share";
  readonly low: number;
  readonly high: number;
}

/** The check of a bound of which nothing is known yet. */
export function openItem(
  { text, base, downstream, low, high }: Bound,
  measure: CheckItem["measure"],
): Omit<CheckItem, "sentence"> {
  return {
    kind: "bound",
    bound: text,
    ...{ base, downstream, measure, low, high },
    verdict: "unresolved",
    reason: null,
    moreImages: null,
    stratum: null,
    ...{ present: noFigures, absent: noFigures, share: null, effect: null },
    mark: null,
    dismissed: false,
  };
}

const number = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`;
const sizePattern = new RegExp(`^(${number})$`);
const rangePattern = new RegExp(String.raw`^(${number})\.\.(${number})$`);

/** As in `find`, a field after the last dot. */
const measurePattern = /^(.*)\.(effect|rc|share)$/s;

/**
 * Reads `base->downstream=0.2` (the size of the effect, or of the relative change, at most 0.2) or `base->downstream=-0.2..0.4` (a signed range): split at the last `=`, then at the first
 * `->` outside single quotes. `base->downstream.share=0.2` is about the share, `.rc` and `.effect` about these alone. Errors: CfalignError("usage").
 */
export function parseBound(text: string): Bound {
  const fail = (expected: string): never => {
    throw new CfalignError(
      "usage",
      (named) => `${named("bounds")} "${text}": expected ${expected}, such as "smiling->eyeglasses=0.2"`,
      { option: "bounds" },
    );
  };
  const equals = text.lastIndexOf("=");
  const before = text.slice(0, Math.max(0, equals));
  if (equals < 0 || arrowIn(before) < 0) return fail("base->downstream=bound");
  const names = splitRelation(before);
  const [, name = names?.downstream ?? "", field = "any"] = measurePattern.exec(names?.downstream ?? "") ?? [];
  const downstream = name.trim();
  const measure = field as Bound["measure"];
  if (names === undefined || downstream === "") return fail("a base before -> and a downstream classifier after it");
  const range = boundAfter(text.slice(equals + 1));
  if (range === undefined) return fail("a number above 0, or a range low..high with low below high, after =");
  return { text, base: names.base, downstream, measure, ...range };
}

/** The two names of `base -> downstream`, split at the first `->` outside single quotes; undefined where one is missing. */
export function splitRelation(text: string): Pick<Bound, "base" | "downstream"> | undefined {
  const arrow = arrowIn(text);
  if (arrow < 0) return undefined;
  const [base, downstream] = [text.slice(0, arrow).trim(), text.slice(arrow + 2).trim()];
  return base === "" || downstream === "" ? undefined : { base, downstream };
}

/** What stands after the `=`: a size, or a range; undefined where it is neither. */
export function boundAfter(text: string): Pick<Bound, "low" | "high"> | undefined {
  const bound = text.trim();
  const size = sizePattern.exec(bound);
  const range = rangePattern.exec(bound);
  const [low, high] =
    size === null
      ? [Number(range?.[1] ?? Number.NaN), Number(range?.[2] ?? Number.NaN)]
      : [-Number(size[1]), Number(size[1])];
  return low < high && Number.isFinite(high - low) ? { low, high } : undefined;
}

/** Place of the first `->` outside single quotes, or -1. */
function arrowIn(text: string): number {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "'") quoted = !quoted;
    else if (!quoted && text.startsWith("->", at)) return at;
  }
  return -1;
}
