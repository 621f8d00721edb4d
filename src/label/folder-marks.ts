import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { type LabelTable, type Mark, readLabelTable, tableOf, writeMarks } from "./label-table.ts";

/** What is said of the pictures of a folder: by its table, and since it was opened. */
export interface FolderMarks {
  /** Names of the features in the order of the table, new ones last. */
  features(): readonly string[];
  /** Columns of the table that are no features. */
  others(): readonly string[];
  /** What is said of every picture, by place. Errors: CfalignError("input") for a name that no feature can have. */
  of(feature: string): readonly Mark[];
  /** Keeps marks by place, and writes the table. Errors: as `of`; those of the disk, after which the next call writes these as well. */
  keep(feature: string, marks: readonly (readonly [place: number, mark: Mark])[]): Promise<void>;
  /** Looks at the table anew: somebody else may have written it. */
  refresh(): Promise<void>;
}

const longestName = 80;

/** Opens the table of a folder. pictures: those that get a row. Errors: as `readLabelTable`. */
export async function openMarks(folder: string, pictures: readonly string[]): Promise<FolderMarks> {
  const read = async (): Promise<LabelTable> => readLabelTable(folder, await platform.files.list(folder));
  let table = await read();
  /** What was said and is not in the table yet. */
  const said = new Map<string, Map<string, Mark>>();
  let writing: Promise<void> = Promise.resolve();
  let writes = 0;
  const write = async (): Promise<void> => {
    const sent = new Map([...said].map(([feature, own]) => [feature, new Map(own)]));
    table = await writeMarks(folder, pictures, sent);
    writes += 1;
    // What the table holds is the table's: who corrects it there is not overruled by the next mark.
    for (const [feature, own] of sent) forget(said, feature, own);
  };
  const markOf = (feature: string, picture: string): Mark => {
    const own = said.get(feature)?.get(picture);
    return own === undefined ? (table.marks.get(feature)?.get(picture) ?? null) : own;
  };
  const requireName = (feature: string): void => {
    // Whatever a table calls its columns.
    if (table.marks.has(feature)) return;
    const refuse = (why: string): CfalignError => new CfalignError("input", `feature "${feature}": ${why}`);
    if (feature.trim() === "" || feature !== feature.trim()) throw refuse("expected a name, without spaces around it");
    if (feature.length > longestName) throw refuse(`expected at most ${longestName} letters, got ${feature.length}`);
    if (/\p{Cc}/u.test(feature)) throw refuse("expected letters that can be read");
    if (feature === "file_name" || table.others.includes(feature)) {
      throw refuse(`${tableOf(folder)} has this column with something else in it: choose another name`);
    }
  };
  return {
    features: () => [...new Set([...table.marks.keys(), ...said.keys()])],
    others: () => table.others,
    of(feature) {
      requireName(feature);
      return pictures.map((picture) => markOf(feature, picture));
    },
    async keep(feature, marks) {
      requireName(feature);
      const given = marks.map(([place, mark]): readonly [string, Mark] => {
        const picture = pictures[place];
        if (picture !== undefined) return [picture, mark];
        throw new CfalignError("input", `picture ${place}: expected one of ${pictures.length}`);
      });
      said.set(feature, new Map([...(said.get(feature) ?? []), ...given]));
      // One after the other, each with all that is not written yet: what a full disk refused is written with the next.
      writing = writing.catch(() => undefined).then(write);
      await writing;
    },
    async refresh() {
      await writing.catch(() => undefined);
      const before = writes;
      const found = await read();
      // What was written meanwhile is newer.
      if (writes === before) table = found;
    },
  };
}

/** Lets go of marks, unless others were said meanwhile. */
function forget(said: Map<string, Map<string, Mark>>, feature: string, written: ReadonlyMap<string, Mark>): void {
  const own = said.get(feature);
  if (own === undefined) return;
  for (const [picture, mark] of written) if (own.get(picture) === mark) own.delete(picture);
  if (own.size === 0) said.delete(feature);
}
