import { CfalignError } from "../../errors.ts";

/** How far one classifier may move with another, or how much of its direction the other may be: a figure of base → downstream lies between `low` and `high`. */
export interface Bound {
  /** As it was written. */
  readonly text: string;
  readonly base: string;
  readonly downstream: string;
  /** Relative change, or share of the decomposed direction. */
  readonly measure: "rc" | "share";
  readonly low: number;
  readonly high: number;
}

const number = String.raw`[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`;
const sizePattern = new RegExp(`^(${number})$`);
const rangePattern = new RegExp(String.raw`^(${number})\.\.(${number})$`);

/** As in `find`, a field after the last dot. */
const measurePattern = /^(.*)\.(rc|share)$/s;

/**
 * Reads `base->downstream=0.2` (|RC| at most 0.2) or `base->downstream=-0.2..0.4` (a signed range): split at the last `=`, then at the first
 * `->` outside single quotes. `base->downstream.share=0.2` is about the share. Errors: CfalignError("usage").
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
  const arrow = arrowIn(text.slice(0, Math.max(0, equals)));
  if (equals < 0 || arrow < 0) return fail("base->downstream=bound");
  const base = text.slice(0, arrow).trim();
  const after = text.slice(arrow + 2, equals).trim();
  const [, name = after, field = "rc"] = measurePattern.exec(after) ?? [];
  const downstream = name.trim();
  const measure = field as Bound["measure"];
  if (base === "" || downstream === "") return fail("a base before -> and a downstream classifier after it");
  const bound = text.slice(equals + 1).trim();
  const size = sizePattern.exec(bound);
  const range = rangePattern.exec(bound);
  const [low, high] =
    size === null
      ? [Number(range?.[1] ?? Number.NaN), Number(range?.[2] ?? Number.NaN)]
      : [-Number(size[1]), Number(size[1])];
  if (!(low < high && Number.isFinite(high - low)))
    return fail("a number above 0, or a range low..high with low below high, after =");
  return { text, base, downstream, measure, low, high };
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
