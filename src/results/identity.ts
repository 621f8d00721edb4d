import { CfalignError } from "../errors.ts";
import type { RunFile } from "./run-file.ts";
import type { ListingRow } from "./schema.ts";

/** What changes the values of a run, by the word a user knows it by. `--limit` is not part of it: it may grow. */
export function identityOf(run: RunFile): Readonly<Record<string, string>> {
  const { options } = run;
  const searching =
    options.search === "fast"
      ? { "max-shift": options.maxShift }
      : { step: options.step, "max-lambda": options.maxLambda, "max-pixel-change": options.maxPixelChange };
  const facts: Record<string, unknown> = {
    format: run.formatVersion,
    bases: run.bases.join(", "),
    downstream: run.downstream.join(", "),
    judges: run.judges.join(", ") || "none",
    positive: Object.entries(run.positives)
      .map(([base, positive]) => `${base} by ${positive}`)
      .join(", "),
    search: options.search,
    direction: direction(run),
    drop: options.drop,
    floor: options.floor,
    ...searching,
    select: options.select,
    "min-prediction": options.minPrediction,
    seed: options.seed,
    "keep-images": options.keepImages,
    "keep-frames": options.keepFrames,
    "null-draws": options.nullDraws,
    robustness: options.robustness,
    "until-resolved": options.untilResolved,
    decompose: decomposition(run),
    saliency:
      options.saliency === undefined ? "none" : `${options.saliency.method} of ${options.saliency.images} images`,
    batch: run.compute.batch ?? "default",
    threads: run.compute.threads ?? "default",
    shard: `${run.shard.index}/${run.shard.count}`,
    [`autoencoder ${run.autoencoder.name}`]: run.autoencoder.hash.slice(0, 12),
    ...Object.fromEntries(run.models.map(({ name, hash }) => [`model ${name}`, hash.slice(0, 12)])),
    "image list": `${run.images.count} images (${run.images.hash.slice(0, 12)})`,
  };
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, String(value)]));
}

/** What the direction depends on; along Eq. 1 nothing else does. */
function direction({ options: { direction, steps, draws, noise } }: RunFile): string {
  if (direction === "gradient") return direction;
  return [direction, ...(direction === "path" ? [`${steps} steps`] : []), `${draws} draws`, `noise ${noise}`].join(
    ", ",
  );
}

function decomposition({ options: { decompose }, conceptSets = {} }: RunFile): string {
  if (decompose === undefined) return "none";
  const { images, draws, noise } = decompose;
  const concepts = [...new Set(Object.values(conceptSets).flat())].join(", ");
  return `${images} images, ${draws} draws, noise ${noise}, into ${concepts}`;
}

/** What differs between two runs, one phrase each, such as `drop: 0.6 there, 0.8 now`. `ignore`: words that do not count. */
export function differences(there: RunFile, now: RunFile, ignore: readonly string[] = []): string[] {
  const [a, b] = [identityOf(there), identityOf(now)];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => !ignore.includes(name));
  return names
    .filter((name) => a[name] !== b[name])
    .map((name) => `${name}: ${a[name] || "none"} there, ${b[name] || "none"} now`);
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

/** Refuses to continue a run with anything that would change its values. */
export function assertSameRun(path: string, there: RunFile, now: RunFile, listing: () => string): void {
  const found = differences(there, now).map((phrase) =>
    phrase.startsWith("image list:") && there.images.hash !== now.images.hash ? `${phrase} (${listing()})` : phrase,
  );
  const [old, wanted] = [there.options.limit ?? Infinity, now.options.limit ?? Infinity];
  if (wanted < old) found.push(`limit: ${there.options.limit ?? "none"} there, ${wanted} now (it may only grow)`);
  if (found.length === 0) return;
  throw new CfalignError(
    "usage",
    `"${path}" holds another run: ${found.join("; ")}: choose another --out, delete "${path}", or repeat what it was made with`,
    { where: path },
  );
}
