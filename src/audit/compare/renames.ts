import { CfalignError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest-names.ts";
import type { RunData } from "../../results/run-data.ts";

/** Classifiers of one run beside those of another. */
export interface NamePairs {
  readonly pairs: readonly { readonly before: string; readonly after: string }[];
  /** Names without a partner. */
  readonly beforeOnly: readonly string[];
  readonly afterOnly: readonly string[];
}

/** New names by old names. */
export type Renames = ReadonlyMap<string, string>;

/**
 * Reads `old=new` texts: a classifier of the first run and its name in the second. Of several `=` the one between two known names counts.
 * Errors: CfalignError("usage") for a name that its run does not have.
 */
export function parseRenames(texts: readonly string[], before: RunData, after: RunData): Renames {
  const renames = new Map<string, string>();
  for (const text of texts) {
    const splits = [...text.matchAll(/=/g)].map(({ index }) => ({
      old: text.slice(0, index).trim(),
      now: text.slice(index + 1).trim(),
    }));
    const [oldNames, newNames] = [namesOf(before), namesOf(after)];
    const known = splits.find(({ old, now }) => oldNames.has(old) && newNames.has(now));
    const first = known ?? splits[0];
    const fail = (message: string): never => {
      throw new CfalignError("usage", (named) => `${named("map")} "${text}": ${message}`, { option: "map" });
    };
    if (first === undefined) return fail("expected old=new, a classifier's name in the first run and in the second");
    const { old, now } = first;
    if (!oldNames.has(old)) return fail(`the first run has no "${old}"${suggestion(old, [...oldNames])}`);
    if (!newNames.has(now)) return fail(`the second run has no "${now}"${suggestion(now, [...newNames])}`);
    if (renames.has(old)) return fail(`"${old}" is mapped twice`);
    if ([...renames.values()].includes(now)) return fail(`"${now}" is mapped to twice`);
    renames.set(old, now);
  }
  return renames;
}

/** Pairs names: renamed ones as told, the others with their like. */
export function pairNames(before: readonly string[], after: readonly string[], renames: Renames): NamePairs {
  const taken = new Set(renames.values());
  const partner = (name: string): string | undefined => {
    const renamed = renames.get(name);
    if (renamed !== undefined) return after.includes(renamed) ? renamed : undefined;
    return after.includes(name) && !taken.has(name) ? name : undefined;
  };
  const pairs = before.flatMap((name) => {
    const other = partner(name);
    return other === undefined ? [] : [{ before: name, after: other }];
  });
  const [old, now] = [new Set(pairs.map((pair) => pair.before)), new Set(pairs.map((pair) => pair.after))];
  return {
    pairs,
    beforeOnly: before.filter((name) => !old.has(name)),
    afterOnly: after.filter((name) => !now.has(name)),
  };
}

function namesOf(run: RunData): ReadonlySet<string> {
  return new Set([...run.bases, ...run.downstream, ...run.judges]);
}
