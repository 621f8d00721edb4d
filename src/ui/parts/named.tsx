import { unbroken } from "./numbers.ts";

/** A sentence with the first mention of each name set in italics; names are text, whatever they hold. */
export function Named({ sentence, names }: { readonly sentence: string; readonly names: readonly string[] }) {
  let parts: readonly (string | { readonly name: string })[] = [unbroken(sentence)];
  for (const name of [...new Set(names)].sort((a, b) => b.length - a.length)) {
    let done = name === "";
    parts = parts.flatMap((part) => {
      if (done || typeof part !== "string") return [part];
      const at = wordIndex(part, name);
      if (at < 0) return [part];
      done = true;
      return [part.slice(0, at), { name }, part.slice(at + name.length)];
    });
  }
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence never change places
  return parts.map((part, index) => (typeof part === "string" ? part : <em key={index}>{part.name}</em>));
}

/** Where a name stands as a word of its own, so that "smiling" is not found inside "smiling-eyeglasses-95". */
function wordIndex(text: string, name: string): number {
  const letter = /[\w-]/;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!letter.test(text[at - 1] ?? " ") && !letter.test(text[at + name.length] ?? " ")) return at;
  }
  return -1;
}
