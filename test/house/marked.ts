import { CfalignError } from "../../src/base/errors.ts";

/** The line before what a script writes, and the one after it. */
const markersOf = (name: string): readonly [string, string] => [`<!-- ${name} -->`, `<!-- /${name} -->`];

/** Where the text between the markers of a name begins and ends. Errors: CfalignError("input") unless each marker is there once, in order. */
function placeOf(document: string, name: string, where: string): readonly [number, number] {
  for (const marker of markersOf(name)) {
    const count = document.split(marker).length - 1;
    if (count === 1) continue;
    const got = count === 0 ? "none" : `it ${count} times`;
    throw new CfalignError(
      "input",
      `${where}: expected ${marker} once, got ${got}: the script writes between markers`,
      {
        where,
      },
    );
  }
  const [open, close] = markersOf(name);
  const [from, to] = [document.indexOf(open) + open.length, document.indexOf(close)];
  if (to < from) throw new CfalignError("input", `${where}: expected ${open} before ${close}`, { where });
  return [from, to];
}

/** The text between the markers of a name, without space around it. */
export function markedText(document: string, name: string, where: string): string {
  return document.slice(...placeOf(document, name, where)).trim();
}

/** The document with another text between the markers of a name; the rest stays as it is. */
export function withMarked(document: string, name: string, { text, where }: { text: string; where: string }): string {
  const [from, to] = placeOf(document, name, where);
  return `${document.slice(0, from)}\n\n${text.trim()}\n\n${document.slice(to)}`;
}
