import { CfalignError } from "../base/errors.ts";
import {
  applies,
  type Changes,
  type Group,
  isGroup,
  type Option,
  type OptionValues,
  wordOf,
} from "../options/option.ts";
import { runOptionTable } from "../options/run.ts";
import type { RunFile } from "./run-file.ts";
import type { ListingRow } from "./schema.ts";

/** Something that a run is told apart by. */
interface Fact {
  /** The word by which a user knows it. */
  readonly word: string;
  /** What is compared. */
  readonly value: unknown;
  /** How the value is said; nothing for an empty list. */
  readonly said: string;
  readonly changes: Changes;
}

/** What differs between two runs: undefined where a run has nothing of the kind, such as an option of the other search. */
export interface Difference extends Pick<Fact, "word" | "changes"> {
  readonly there: Fact | undefined;
  readonly now: Fact | undefined;
}

/** What computes rows, by its names in `versions`: another version may compute others. */
const computing: readonly string[] = ["cfalign", "onnxruntime"];

/** What changes the values of a run, and last how far it goes. */
function factsOf(run: RunFile): Fact[] {
  const fact = (word: string, changes: Changes, value: unknown, said = String(value)): Fact => ({
    ...{ word, changes, value, said },
  });
  const list = (word: string, value: readonly string[]): Fact => fact(word, "content", value, value.join(", "));
  const options = optionFacts(run);
  return [
    fact("format", "quantity", run.formatVersion),
    ...computing.map((name) => fact(name, "content", run.versions[name] ?? null, run.versions[name] ?? "")),
    list("bases", run.bases),
    list("downstream", run.downstream),
    list("judges", run.judges),
    list(
      "positive",
      Object.entries(run.positives).map(([base, positive]) => `${base} by ${positive}`),
    ),
    ...options.filter(({ changes }) => changes === "quantity" || changes === "content"),
    fact("batch", "content", run.compute.batch ?? "default"),
    fact("threads", "content", run.compute.threads ?? "default"),
    fact("device", "content", run.compute.device ?? "cpu"),
    fact("shard", "content", `${run.shard.index}/${run.shard.count}`),
    fact(`autoencoder ${run.autoencoder.name}`, "quantity", run.autoencoder.hash, run.autoencoder.hash.slice(0, 12)),
    ...run.models.map(({ name, hash }) => fact(`model ${name}`, "content", hash, hash.slice(0, 12))),
    fact(
      "image list",
      "content",
      [run.images.count, run.images.hash],
      `${run.images.count} images (${run.images.hash.slice(0, 12)})`,
    ),
    ...options.filter(({ changes }) => changes === "extent"),
  ];
}

/** The options of a run that count beside the others. */
function optionFacts({ options, conceptSets = {} }: RunFile): Fact[] {
  const values: Readonly<Record<string, unknown>> = options;
  const concepts = [...new Set(Object.values(conceptSets).flat())];
  return Object.entries<Option | Group>(runOptionTable).flatMap(([name, entry]): Fact[] => {
    const about = { word: wordOf(name, entry), changes: entry.changes ?? "quantity" };
    const value = values[name] ?? null;
    if (!isGroup(entry)) return applies(entry, values) ? [{ ...about, value, said: String(value ?? "none") }] : [];
    if (value === null) return [{ ...about, value, said: "none" }];
    const said = entry.phrase(value as OptionValues<Group["members"]>);
    // The concepts of a decomposition are no option: the run found one a concept among its classifiers.
    return name === "decompose"
      ? [{ ...about, value: [value, concepts], said: `${said}, into ${concepts.join(", ")}` }]
      : [{ ...about, value, said }];
  });
}

/** What differs between two runs, in the order of the first. */
export function differences(there: RunFile, now: RunFile): Difference[] {
  const byWord = (run: RunFile): ReadonlyMap<string, Fact> => new Map(factsOf(run).map((fact) => [fact.word, fact]));
  const [old, young] = [byWord(there), byWord(now)];
  return [...new Map([...old, ...young]).values()]
    .map(({ word, changes }) => ({ word, changes, there: old.get(word), now: young.get(word) }))
    .filter((found) => JSON.stringify(found.there?.value) !== JSON.stringify(found.now?.value));
}

/** A difference in words: "drop: 0.6 there, 0.8 now". */
export function differencePhrase({ word, there, now }: Difference): string {
  return `${word}: ${there?.said || "none"} there, ${now?.said || "none"} now`;
}

/** Other versions of what rows do not hang on, such as Node's, one phrase each. */
export function versionNotes(there: Pick<RunFile, "versions">, now: Pick<RunFile, "versions">): string[] {
  const names = new Set([...Object.keys(there.versions), ...Object.keys(now.versions)]);
  return [...names]
    .filter((name) => !computing.includes(name) && there.versions[name] !== now.versions[name])
    .map((name) => `${name}: ${there.versions[name] ?? "none"} there, ${now.versions[name] ?? "none"} now`);
}

/** How two image lists differ, in words: files that are new, missing or changed, labels that changed. */
export function listingDifference(there: readonly ListingRow[], now: readonly ListingRow[]): string {
  const old = new Map(there.map((row) => [row.image, row]));
  const names = new Set(now.map((row) => row.image));
  const kinds: readonly [string, readonly string[]][] = [
    ["new", now.filter((row) => !old.has(row.image)).map((row) => row.image)],
    ["gone", there.filter((row) => !names.has(row.image)).map((row) => row.image)],
    [
      "changed",
      now.filter((row) => old.has(row.image) && old.get(row.image)?.sha256 !== row.sha256).map((r) => r.image),
    ],
    [
      "labelled differently",
      now.filter((row) => old.has(row.image) && !sameLabels(old.get(row.image) as ListingRow, row)).map((r) => r.image),
    ],
  ];
  return kinds
    .filter(([, images]) => images.length > 0)
    .map(([kind, images]) => `${images.length} ${kind}, such as "${images.toSorted()[0]}"`)
    .join("; ");
}

function sameLabels(a: ListingRow, b: ListingRow): boolean {
  const [first, second] = [Object.entries(a.labels), Object.entries(b.labels)];
  return first.length === second.length && first.every(([name, value]) => b.labels[name] === value);
}

/** Refuses to continue a run with anything that would change its values. listing: how the image lists differ, if it is known. */
export function assertSameRun(
  path: string,
  { there, now }: { readonly there: RunFile; readonly now: RunFile },
  listing: () => string = () => "",
): void {
  const found = differences(there, now)
    .filter((difference) => !isGrown(difference))
    .map((difference) => {
      const phrase = differencePhrase(difference);
      if (difference.changes === "extent") return `${phrase} (it may only grow)`;
      return difference.word === "image list" && there.images.hash !== now.images.hash
        ? `${phrase} (${listing()})`
        : phrase;
    });
  if (found.length === 0) return;
  throw new CfalignError(
    "usage",
    (named) =>
      `"${path}" holds another run: ${found.join("; ")}: choose another folder (${named("out")}), delete "${path}", or repeat what it was made with`,
    { where: path },
  );
}

/** Whether a run only goes further now. */
function isGrown({ changes, there, now }: Difference): boolean {
  const extent = (fact: Fact | undefined): number => (fact?.value == null ? Infinity : Number(fact.value));
  return changes === "extent" && extent(now) >= extent(there);
}
