import { CfalignError } from "../../base/errors.ts";

/**
 * The values of a Python dict of whole numbers to strings as `repr` writes it, `{0: 'a', 1: "b's"}`, in the order of the
 * numbers; null where a number is missing. Errors: CfalignError("input") that shows the place.
 */
export function pythonNames(text: string): readonly (string | null)[] {
  const item = /\s*(\d+)\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(,|\}\s*$)/y;
  const names = new Map<number, string>();
  item.lastIndex = text.indexOf("{") + 1;
  const fail = (place: number): CfalignError =>
    new CfalignError(
      "input",
      `metadata_props: names: expected a dict such as {0: 'cat', 1: 'dog'}, got "${text.slice(place, place + 40)}"`,
      { where: "metadata_props" },
    );
  if (!text.trimStart().startsWith("{")) throw fail(0);
  for (;;) {
    const place = item.lastIndex;
    const match = item.exec(text);
    if (match === null) throw fail(place);
    const [, index, single, double, end] = match;
    names.set(Number(index), unescaped(single ?? double ?? ""));
    if (end !== ",") break;
  }
  const size = Math.max(...names.keys()) + 1;
  if (size > 1e6) throw fail(0);
  return Array.from({ length: size }, (_, place) => names.get(place) || null);
}

const simple: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|(.))/gi, (_, two?: string, four?: string, other?: string) => {
    const code = two ?? four;
    return code === undefined ? (simple[other ?? ""] ?? other ?? "") : String.fromCharCode(Number.parseInt(code, 16));
  });
}
