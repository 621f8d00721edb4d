import { CfalignError } from "../../base/errors.ts";

/** A feature by its name, with phrases that say it and phrases of what is there instead. */
export interface Word {
  readonly name: string;
  readonly says: readonly string[];
  /** Empty where nothing is named: whatever else a picture may show. */
  readonly contrast: readonly string[];
}

/** What a contrast must not be made of: a text model hears what is denied. */
const negation =
  /(^|[^\p{L}])(no|not|non|without|never|none|nothing|lacks?|lacking|missing|absent|absence|\p{L}+n['’]t)(?![\p{L}])/iu;

/**
 * Reads a list of words: one feature a line, `name`, or `name: phrase; phrase / phrase; phrase`, where what comes after "/" says what is there instead.
 * Blank lines, and what follows "#", are left out. path: for messages. Errors: CfalignError("input") with the line.
 */
export function readWords(text: string, path: string): readonly Word[] {
  const words: Word[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const content = line.replace(/(^|\s)#.*$/, "").trim();
    if (content === "") continue;
    const refuse = (what: string): CfalignError =>
      new CfalignError("input", `${path}: line ${index + 1}: ${what}`, { where: path });
    const word = wordOf(content);
    const { name, says, contrast } = word;
    if (name === "" || says.length === 0)
      throw refuse(`expected "name: what says it / what is there instead", got "${content}"`);
    if (words.some((other) => other.name === name)) throw refuse(`expected another name, got "${name}" again`);
    const denied = [...says, ...contrast].find((phrase) => negation.test(phrase));
    if (denied !== undefined) {
      throw refuse(
        `expected what is there, got "${denied}": a text model hears what is denied; say what is seen instead`,
      );
    }
    if (contrast.some((phrase) => says.includes(phrase)))
      throw refuse(`expected another contrast than what says "${name}"`);
    words.push(word);
  }
  if (words.length > 0) return words;
  throw new CfalignError(
    "input",
    `${path}: expected a feature a line, such as "eyeglasses: a face with glasses / a face with bare eyes", found none`,
    { where: path },
  );
}

function wordOf(content: string): Word {
  const [head = "", ...rest] = content.split(" / ");
  const colon = head.indexOf(":");
  const said = colon < 0 ? head : head.slice(colon + 1);
  return {
    name: (colon < 0 ? head : head.slice(0, colon)).trim(),
    says: phrasesOf(said),
    contrast: phrasesOf(rest.join(";")),
  };
}

const phrasesOf = (text: string): readonly string[] =>
  text
    .split(";")
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== "");
