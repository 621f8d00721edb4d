import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { openSuite, readPicture, type Suite } from "./open-suite.ts";
import { describedPairs, type SuitePair, type SuitePicture } from "./pairs.ts";
import { assertFree, type SuiteClassifier, type SuiteFeature, type SuiteFile } from "./suite-file.ts";
import { pictureFile, writeTables } from "./write-tables.ts";

/**
 * Puts suites into one: pairs are numbered anew, those of the same pictures are kept once, and predictions of classifiers that all suites know stay.
 * Errors: CfalignError("usage") for suites of pictures of another size, of another witness, or without predictions of another's.
 */
export async function mergeSuites(paths: readonly string[], { out }: { readonly out: string }): Promise<SuiteFile> {
  await assertFree(out);
  const suites: Suite[] = [];
  for (const path of paths) suites.push(await openSuite(path));
  const [first, ...others] = suites;
  if (first === undefined) throw new CfalignError("usage", "expected a suite at least, got none", { where: "suites" });
  for (const other of suites) assertAlike(first, other);
  const classifiers = first.file.classifiers.filter((one) =>
    others.every(({ file }) => file.classifiers.some((same) => isSame(one, same))),
  );
  const known = new Set(classifiers.map(({ name }) => name));
  for (const suite of suites) assertTold(suite, known);
  const seen = new Set<string>();
  const from = suites.flatMap((suite) =>
    suite.pairs.flatMap((pair) => {
      const key = `${pair.before.sha256}/${pair.after.sha256}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ suite, pair }];
    }),
  );
  await platform.files.makeDirectory(platform.files.join(out, "pictures"));
  const pairs: SuitePair[] = [];
  for (const [place, { suite, pair }] of from.entries()) {
    const copied = async (side: "before" | "after"): Promise<SuitePicture> => {
      const { sha256, predictions, ...picture } = pair[side];
      const file = pictureFile(place + 1, from.length, side);
      // Reading it decoded says that it is whole.
      await readPicture(suite, pair[side]);
      const bytes = await platform.files.read(platform.files.join(suite.path, picture.file));
      await platform.files.write(platform.files.join(out, file), bytes);
      const kept = Object.entries(predictions).filter(([name]) => known.has(name));
      return { file, sha256, predictions: Object.fromEntries(kept) };
    };
    pairs.push({ ...pair, pair: place + 1, before: await copied("before"), after: await copied("after") });
  }
  const { metadata: _, ...description } = first.file;
  const features = mergedFeatures(suites, pairs);
  const left = suites
    .flatMap(({ file }) => file.left)
    .filter((one) => !features.some(({ name }) => name === one.feature));
  return writeTables(
    out,
    {
      ...description,
      sources: suites.flatMap(({ file }) => file.sources),
      features,
      classifiers,
      left: [...new Map(left.map((one) => [one.feature, one])).values()],
    },
    pairs,
  );
}

function isSame(a: SuiteClassifier, b: SuiteClassifier): boolean {
  return a.name === b.name && a.concept === b.concept && a.hashes.join() === b.hashes.join();
}

/** Every witness has to be known to all suites: effects are told by what all witnesses say of all pairs. */
function assertTold({ path, file }: Suite, known: ReadonlySet<string>): void {
  const blind = file.features.find(({ witness }) => !known.has(witness.name));
  if (blind === undefined) return;
  throw new CfalignError(
    "usage",
    `"${path}": expected suites that all have predictions of ${blind.witness.name}, the witness of "${blind.name}", got one without: write them from runs with the same classifiers`,
    { where: path },
  );
}

function assertAlike(first: Suite, other: Suite): void {
  const bare = [first, other].find(({ file }) => file.originals !== undefined);
  if (bare !== undefined) {
    throw new CfalignError(
      "usage",
      `"${bare.path}": expected a suite with its pictures, got differences only: complete it first`,
      {
        where: bare.path,
      },
    );
  }
  const fail = (expected: string, got: string): CfalignError =>
    new CfalignError("usage", `"${other.path}": expected ${expected} as "${first.path}", got ${got}: write it again`, {
      where: other.path,
    });
  const size = ({ width, height }: SuiteFile): string => `${width} × ${height} pixels`;
  if (size(first.file) !== size(other.file)) throw fail(size(first.file), size(other.file));
  for (const { name, witness } of first.file.features) {
    const same = other.file.features.find((feature) => feature.name === name);
    if (same === undefined || (same.witness.name === witness.name && same.witness.hash === witness.hash)) continue;
    throw fail(
      `the witness ${witness.name} (${witness.hash.slice(0, 12)}) for "${name}"`,
      `${same.witness.name} (${same.witness.hash.slice(0, 12)})`,
    );
  }
}

/** Features of all suites: counts are sums, and what is told of the edits is over the pairs that were kept. */
function mergedFeatures(suites: readonly Suite[], pairs: readonly SuitePair[]): SuiteFeature[] {
  const all = suites.flatMap(({ file }) => file.features);
  return [...new Set(all.map(({ name }) => name))].map((name): SuiteFeature => {
    const same = all.filter((feature) => feature.name === name);
    const own = pairs.filter((pair) => pair.feature === name);
    const sum = (side: "removed" | "added", count: "made" | "confirmed"): number =>
      same.reduce((total, feature) => total + feature[side][count], 0);
    const counts = (side: "removed" | "added", change: SuitePair["change"]) => ({
      made: sum(side, "made"),
      confirmed: sum(side, "confirmed"),
      pairs: own.filter((pair) => pair.change === change).length,
    });
    return {
      ...describedPairs(own, (same[0] as SuiteFeature).witness.name),
      ...{ name, witness: (same[0] as SuiteFeature).witness },
      ...(same.some(({ unchecked }) => unchecked) ? { unchecked: true as const } : {}),
      ...{ removed: counts("removed", "remove"), added: counts("added", "add") },
    };
  });
}
