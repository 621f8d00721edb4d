import { CfalignError } from "../../base/errors.ts";

/**
 * A query over the rows of a run, parsed and not yet bound to names (docs/find.md):
 *
 *     query      = [condition] ["order" "by" key ["asc" | "desc"]] ["limit" number]
 *     condition  = conjunction ("or" conjunction)*
 *     conjunction = factor ("and" factor)*
 *     factor     = "not" factor | "(" condition ")" | operand ("=" | "!=" | "<" | "<=" | ">" | ">=") operand
 *     operand    = number | word | "text" | "text".word | "abs" "(" operand ")"
 *     key        = operand
 *
 * Words are letters, digits, _ . - + / and parts in single quotes: names of classifiers as cfalign prints them. Other names (sums) go in double
 * quotes, a double quote inside doubled.
 */
export interface Query {
  readonly condition: Condition | undefined;
  readonly order: { readonly key: Operand; readonly direction: "asc" | "desc" | undefined } | undefined;
  readonly limit: number | undefined;
}

export type Condition =
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition }
  | { readonly kind: "compare"; readonly operator: Operator; readonly left: Operand; readonly right: Operand };

const operators = ["=", "!=", "<", "<=", ">", ">="] as const;
export type Operator = (typeof operators)[number];

/** A word is a field or, beside a field of text, a value; `at` is its place in the query, from 1. */
export type Operand =
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "word" | "text"; readonly value: string; readonly at: number }
  | { readonly kind: "abs"; readonly of: Operand; readonly at: number };

interface Token {
  readonly kind: "word" | "text" | "symbol" | "end";
  readonly value: string;
  readonly at: number;
}

// A word holds names of classifiers with their quoted parts, such as smiling-95/smiling.rc or 'my model'/hat.rc.
const token = /\s*(?:("(?:[^"]|"")*")|((?:[A-Za-z0-9_.+-]|'(?:[^']|'')*'|\/)+)|(<=|>=|!=|<>|==|[=<>(),])|(\S))/y;

/** Parses a query. Errors: CfalignError("usage") with the place. */
export function parseQuery(text: string): Query {
  const tokens = tokensOf(text);
  let next = 0;
  const peek = (): Token => tokens[next] as Token;
  const isWord = (word: string): boolean => peek().kind === "word" && peek().value.toLowerCase() === word;
  const isSymbol = (symbol: string): boolean => peek().kind === "symbol" && peek().value === symbol;
  const fail = (expected: string): never => {
    const { kind, value, at } = peek();
    throw queryError(at, `expected ${expected}, got ${kind === "end" ? "the end" : `"${value}"`}`);
  };
  const take = (): Token => tokens[next++] as Token;
  const takeIf = (matches: boolean): boolean => {
    if (matches) next++;
    return matches;
  };

  const operand = (): Operand => {
    const { kind, value, at } = peek();
    if (kind === "text") {
      take();
      const { kind: after, value: field, at: place } = peek();
      const adjoins = after === "word" && field.startsWith(".") && text[place - 2] === '"';
      return adjoins ? { kind: "word", value: `${value}${take().value}`, at } : { kind: "text", value, at };
    }
    if (kind !== "word" || keywords.has(value.toLowerCase())) return fail("a field, a name or a number");
    take();
    if (value.toLowerCase() === "abs" && takeIf(isSymbol("("))) {
      const of = operand();
      if (!takeIf(isSymbol(")"))) fail('")" after abs(…');
      return { kind: "abs", of, at };
    }
    const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(value) ? Number(value) : undefined;
    return number === undefined ? { kind: "word", value, at } : { kind: "number", value: number, at };
  };
  const comparison = (): Condition => {
    const left = operand();
    const operator = operators.find((symbol) => isSymbol(symbol));
    if (operator === undefined) return fail(`a comparison (${operators.join(" ")})`);
    take();
    return { kind: "compare", operator, left, right: operand() };
  };
  const factor = (): Condition => {
    if (takeIf(isWord("not"))) return { kind: "not", part: factor() };
    if (!takeIf(isSymbol("("))) return comparison();
    const inner = condition();
    if (!takeIf(isSymbol(")"))) fail('"and", "or" or ")"');
    return inner;
  };
  const chain = (kind: "and" | "or", part: () => Condition): Condition => {
    const first = part();
    const parts = [first];
    while (takeIf(isWord(kind))) parts.push(part());
    return parts.length === 1 ? first : { kind, parts };
  };
  const condition = (): Condition => chain("or", () => chain("and", factor));

  const starts = peek().kind !== "end" && !isWord("order") && !isWord("limit");
  const parsed = starts ? condition() : undefined;
  let order: Query["order"];
  if (takeIf(isWord("order"))) {
    if (!takeIf(isWord("by"))) fail('"by" after "order"');
    const key = operand();
    order = { key, direction: takeIf(isWord("asc")) ? "asc" : takeIf(isWord("desc")) ? "desc" : undefined };
  }
  let limit: number | undefined;
  if (takeIf(isWord("limit"))) {
    const { kind, value } = peek();
    if (kind !== "word" || !/^[1-9]\d{0,8}$/.test(value)) fail('a whole number, at least 1, after "limit"');
    limit = Number(take().value);
  }
  if (peek().kind !== "end") fail(order || limit ? "the end" : '"and", "or", "order by", "limit" or the end');
  return { condition: parsed, order, limit };
}

const keywords: ReadonlySet<string> = new Set(["and", "or", "not", "order", "by", "asc", "desc", "limit"]);

/** An error in a query, with its place (from 1). */
export function queryError(at: number, problem: string): CfalignError {
  return new CfalignError("usage", `query, at character ${at}: ${problem}`, { where: "query" });
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  for (;;) {
    const from = token.lastIndex;
    const match = token.exec(text);
    if (match === null) {
      tokens.push({ kind: "end", value: "", at: text.length + 1 });
      return tokens;
    }
    const [whole, quoted, word, symbol, other] = match;
    const at = from + whole.length - (quoted ?? word ?? symbol ?? other ?? "").length + 1;
    if (quoted !== undefined) tokens.push({ kind: "text", value: quoted.slice(1, -1).replaceAll('""', '"'), at });
    else if (word !== undefined) tokens.push({ kind: "word", value: word, at });
    else if (symbol !== undefined)
      tokens.push({ kind: "symbol", value: symbol === "<>" ? "!=" : symbol === "==" ? "=" : symbol, at });
    else if (other === '"' || other === "'") throw queryError(at, `expected a closing ${other}, got the end`);
    else throw queryError(at, `expected a field, a name, a number or a comparison, got "${other}"`);
  }
}
