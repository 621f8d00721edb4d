import type { ImportedModel } from "../index.ts";
import type { Output } from "./output.ts";
import { textTable } from "./table.ts";

/** Characters of a value that are shown: the names of a thousand classes are in the file. */
const shownLength = 60;

/** Every field of a manifest with where it is from. */
export function importedText({ kind, manifest, fields }: ImportedModel, { bold }: Pick<Output, "bold">): string {
  const rows = fields.map(({ field, value, from, guessed }) => {
    const text = JSON.stringify(value);
    const short = text.length > shownLength ? `${text.slice(0, shownLength - 1)}…` : text;
    return [`  ${field}`, short, guessed ? `guessed: ${from}` : from];
  });
  const guesses = fields.filter(({ guessed }) => guessed).length;
  const advice = guesses === 0 ? "" : `\n${guesses} guessed: check them against how the model was trained`;
  return `${bold(manifest)}: ${kind}\n${textTable(rows, new Set([0, 1, 2]))}${advice}`;
}
