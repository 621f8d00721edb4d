import { CfalignError } from "../../base/errors.ts";
import { type Bound, boundAfter, splitRelation } from "../compare/bound.ts";

/** A relation between two classifiers that is meant: `smiling -> mouth_open`. A `*` stands for every name. */
export interface Expectation {
  /** As it was written, without the comment. */
  readonly relation: string;
  /** File and line. */
  readonly where: string;
  readonly base: string;
  readonly downstream: string;
  /** Range that its effect is expected in, or the relative change of a cell without one; any when absent. */
  readonly range?: Pick<Bound, "low" | "high">;
}

/**
 * Reads a file of expectations: a relation a line, `base -> downstream`, or with the range of its figure, `base -> downstream = 0.2..0.6`.
 * What follows a # is a comment. `where`: what the file is called. Errors: CfalignError("input") with the line.
 */
export function parseExpectations(text: string, where: string): Expectation[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const relation = withoutComment(line).trim();
    return relation === "" ? [] : [parseExpectation(relation, `"${where}" line ${index + 1}`)];
  });
}

function parseExpectation(relation: string, where: string): Expectation {
  const fail = (expected: string): never => {
    throw new CfalignError("input", `${where}: expected ${expected}, got "${relation}"`, { where });
  };
  const equals = lastOutsideQuotes(relation, "=");
  const names = splitRelation(equals < 0 ? relation : relation.slice(0, equals));
  if (names === undefined) return fail('a relation such as "smiling -> mouth_open"');
  const expectation = { relation, where, ...names };
  if (equals < 0) return expectation;
  const range = boundAfter(relation.slice(equals + 1));
  return range === undefined
    ? fail("a number above 0, or a range low..high with low below high, after =")
    : { ...expectation, range };
}

/** A line up to a # that begins a word outside single quotes. */
function withoutComment(line: string): string {
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === "'") quoted = !quoted;
    else if (!quoted && line[at] === "#" && (at === 0 || /\s/.test(line[at - 1] as string))) return line.slice(0, at);
  }
  return line;
}

function lastOutsideQuotes(text: string, letter: string): number {
  let [quoted, found] = [false, -1];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "'") quoted = !quoted;
    else if (!quoted && text[at] === letter) found = at;
  }
  return found;
}
