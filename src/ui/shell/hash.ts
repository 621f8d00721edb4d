/** The words after "#". */
export function wordsOf(hash: string): URLSearchParams {
  return new URLSearchParams(hash.replace(/^#/, ""));
}

/** An address of those words that have a value. */
export function hashOf(words: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(words).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `#${new URLSearchParams(given)}`;
}

/** The words of an address that are there, by name. */
export function given<Name extends string>(hash: string, names: readonly Name[]): { readonly [name in Name]?: string } {
  const words = wordsOf(hash);
  const found = names.flatMap((name) => {
    const value = words.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found) as { readonly [name in Name]?: string };
}

/** The word where it is one of those known, else the first of these. */
export function oneOf<T extends string>(known: readonly T[], word: string | null | undefined): T {
  return known.find((name) => name === word) ?? (known[0] as T);
}

/** A word to write: undefined, so left out, where it is the first of those known. */
export function unlessFirst<T extends string>(known: readonly T[], word: T): T | undefined {
  return word === known[0] ? undefined : word;
}
