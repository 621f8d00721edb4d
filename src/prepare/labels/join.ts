import type { LabelRow } from "./table.ts";

/** Rows of a table brought together with the files that they speak of. */
export interface Joined {
  /** By file, in the order of the files. */
  readonly rows: readonly { readonly file: string; readonly row: LabelRow }[];
  /** Names of rows without a file. */
  readonly withoutFile: readonly string[];
  /** Names of rows that fit several files equally well. */
  readonly ambiguous: readonly string[];
  /** Names of rows that speak of a file that an earlier row has described. */
  readonly repeated: readonly string[];
  /** Files without a row. */
  readonly withoutRow: readonly string[];
}

/**
 * Finds the file of every row: of the files with the row's name, with or without its ending, the one that shares most of
 * the folders at the end of its path. Nothing is guessed: a row that fits two files alike is told as ambiguous.
 */
export function joinRows(rows: readonly LabelRow[], files: readonly string[]): Joined {
  const byName = new Map<string, string[]>();
  const add = (key: string, file: string): void => {
    byName.set(key, [...(byName.get(key) ?? []), file]);
  };
  for (const file of files) {
    const name = baseOf(file);
    add(name, file);
    const stem = name.replace(/\.[^.]+$/, "");
    if (stem !== name) add(stem, file);
  }
  const found = new Map<string, LabelRow>();
  const [withoutFile, ambiguous, repeated]: [string[], string[], string[]] = [[], [], []];
  for (const row of rows) {
    const path = row.name.replaceAll("\\", "/").replace(/^\.\//, "");
    const scored = (byName.get(baseOf(path)) ?? []).map((file) => ({ file, score: commonEnd(path, file) }));
    const best = Math.max(...scored.map(({ score }) => score));
    const [first, ...others] = scored.filter(({ score }) => score === best);
    // A file that is named in full is no other one of the same name further down.
    const exact = scored.find(({ file }) => file === path);
    const file = exact?.file ?? (others.length === 0 ? first?.file : undefined);
    if (first === undefined) withoutFile.push(row.name);
    else if (file === undefined) ambiguous.push(row.name);
    else if (found.has(file)) repeated.push(row.name);
    else found.set(file, row);
  }
  return {
    rows: files.flatMap((file) => {
      const row = found.get(file);
      return row === undefined ? [] : [{ file, row }];
    }),
    withoutFile,
    ambiguous,
    repeated,
    withoutRow: files.filter((file) => !found.has(file)),
  };
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** How many folders above the file two paths share. */
function commonEnd(a: string, b: string): number {
  const [first, second] = [a, b].map((path) => path.split("/").slice(0, -1).reverse()) as [string[], string[]];
  const different = first.findIndex((part, i) => part !== second[i]);
  return different < 0 ? first.length : different;
}
