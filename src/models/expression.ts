import { CfalignError } from "../base/errors.ts";

/** A name as it was written: a bare one (target or model), or `model/target`. */
export interface NameRef {
  readonly model?: string;
  /** The target; of a bare name possibly a model. */
  readonly name: string;
}

/** `[number*]name` */
export interface ParsedTerm {
  readonly coefficient: number;
  readonly ref: NameRef;
}

const number = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\*/;
/** Terms at most: their sum is one graph, and onnxruntime crashes where it is some thousand additions deep. */
const mostTerms = 200;
const bare = /^[A-Za-z0-9_.-]+/;

/**
 * Parses `term (SP (+|-) SP term)*`, term = `[number*]name`, name = `[model/]target` in `[A-Za-z0-9_.-]` or single quotes
 * (a quote inside is doubled). Errors: CfalignError("usage") that shows the place, or for more than 200 terms.
 */
export function parseExpression(text: string): readonly ParsedTerm[] {
  const terms: ParsedTerm[] = [];
  let rest = text.trim();
  let sign = 1;
  const fail = (expected: string): never => {
    const at = rest === "" ? "at the end" : `at "${rest}"`;
    throw new CfalignError("usage", `expression "${text}": expected ${expected} ${at}`, { where: text });
  };
  const takeName = (): string => {
    if (rest.startsWith("'")) {
      const quoted = /^'((?:[^']|'')*)'/.exec(rest) ?? fail("a closing quote for the name");
      rest = rest.slice(quoted[0].length);
      return (quoted[1] as string).replaceAll("''", "'") || fail("a name between the quotes");
    }
    const name = bare.exec(rest)?.[0] ?? fail("a name (letters, digits, _ . - or anything in single quotes)");
    rest = rest.slice(name.length);
    return name;
  };
  for (;;) {
    const factor = number.exec(rest)?.[0];
    if (factor !== undefined) rest = rest.slice(factor.length);
    const coefficient = sign * (factor === undefined ? 1 : Number(factor.slice(0, -1)));
    if (!Number.isFinite(coefficient)) fail(`a finite coefficient, got "${factor}"`);
    if (coefficient === 0) fail(`a coefficient other than 0, got "${factor}"`);
    const first = takeName();
    if (rest.startsWith("/")) {
      rest = rest.slice(1);
      terms.push({ coefficient, ref: { model: first, name: takeName() } });
    } else terms.push({ coefficient, ref: { name: first } });
    if (rest === "") return terms;
    if (terms.length === mostTerms) {
      const start = `${text.slice(0, 40)}…`;
      throw new CfalignError("usage", `expression "${start}": expected at most ${mostTerms} terms, got more`, {
        where: start,
      });
    }
    const operator = /^\s+([+-])\s+/.exec(rest) ?? fail('" + " or " - " (with spaces around) and a term, or nothing');
    sign = operator[1] === "-" ? -1 : 1;
    rest = rest.slice(operator[0].length);
  }
}

/** Writes terms so that they parse back: `a + 0.3*b - m/c`. */
export function printExpression(terms: readonly ParsedTerm[]): string {
  return terms
    .map(({ coefficient, ref }, index) => {
      const negative = coefficient < 0;
      const size = index === 0 ? coefficient : Math.abs(coefficient);
      const sign = index === 0 ? "" : negative ? " - " : " + ";
      const factor = size === 1 ? "" : `${size}*`;
      return `${sign}${factor}${printName(ref)}`;
    })
    .join("");
}

/** Writes a name so that it parses back: quoted where it must be. */
export function printName(ref: NameRef): string {
  return ref.model === undefined ? quoted(ref.name) : `${quoted(ref.model)}/${quoted(ref.name)}`;
}

function quoted(name: string): string {
  // A lone "-" would read as an operator.
  const plain = bare.exec(name)?.[0] === name && name !== "-";
  return plain ? name : `'${name.replaceAll("'", "''")}'`;
}

/** Splits a list at the commas outside quotes; items are trimmed. Errors: CfalignError("usage") for an empty item. */
export function splitList(text: string): readonly string[] {
  const items = [""];
  let inQuotes = false;
  for (const character of text) {
    if (character === "'") inQuotes = !inQuotes;
    if (character === "," && !inQuotes) items.push("");
    else items[items.length - 1] += character;
  }
  const trimmed = items.map((item) => item.trim());
  if (trimmed.includes("")) {
    throw new CfalignError("usage", `list "${text}": expected a name between commas, got nothing`, { where: text });
  }
  return trimmed;
}
