/** Characters that a terminal obeys instead of showing, and those that turn the direction of what follows. */
const obeyed = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
/** What the command line itself writes of them: lines, tabs, bold and dim. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: styles begin with one.
const own = /(\r?\n|\t|\u001b\[(?:1|2|22)m)/;

/**
 * Text for a terminal: names of models, targets and files may hold anything, and a terminal must not do what they say. Escaped as in JSON,
 * so that a JSON document keeps its meaning.
 */
export function visible(text: string): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text
    .split(own)
    .map((part, place) => (place % 2 === 1 ? part : part.replace(obeyed, escaped)))
    .join("");
}
