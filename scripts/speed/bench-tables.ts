// What does a large run cost its readers? Writes the tables of a run without models: `images` pictures shown to
// `bases` classifiers, each of which moved as many pictures as make `rows` rows of changes, and has `matrix` and `report` of the built
// package read it, a fresh process each. Prints wall time, and processor time and resident memory of all its processes together, the
// memory at its most (WRITE=1: into docs/scale.md). REPORT=file keeps the report for scripts/measure/measure-report.ts, with pictures of the first thousand counterfactuals of a base,
// as a run keeps them.
// Usage: node --conditions=source --import tsx scripts/speed/bench-tables.ts [rows 4000000] [images 100000] [bases 40]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { platform } from "#platform";
import type { Thumbnail } from "../../src/alignment/thumbnails.ts";
import { chunkName, chunkSize, chunksOf, wholeRun } from "../../src/results/chunks.ts";
import { type ChunkRows, commitChunk } from "../../src/results/commit-chunk.ts";
import { listingHash } from "../../src/results/listing-hash.ts";
import { listingFile } from "../../src/results/open-run.ts";
import { writePart } from "../../src/results/parts.ts";
import { writeRunFile } from "../../src/results/run-file.ts";
import { prepareFolders } from "../../src/results/run-folder.ts";
import type { Rows } from "../../src/results/schema.ts";
import { mostThumbnails, sheetName, writeThumbnails } from "../../src/results/thumbnail-sheets.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { runFile } from "../../test/results/run-file.ts";
import { writeMarked } from "../docs/write-marked.ts";

const [rows = 4_000_000, images = 100_000, bases = 40] = process.argv.slice(2).map(Number);
/** Counterfactuals of each base: all classifiers see each of them. */
const moved = Math.round(rows / bases ** 2);
const names = Array.from({ length: bases }, (_, index) => `feature-${index}`);
const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "bench-tables-"));
const run = join(folder, "run");
const report = process.env.REPORT;

/** A number in [0, 1) that looks random and is the same every time. */
function drawn(...of: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const one of of) hash = Math.imul(hash ^ (one + 0x9e3779b9 + (hash << 6) + (hash >>> 2)), 0x85ebca6b);
  return (Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35) >>> 8) / 2 ** 24;
}
const imageName = (i: number): string => `picture-${String(i).padStart(6, "0")}.png`;
const numbers = (count: number, first = 0): number[] => Array.from({ length: count }, (_, at) => first + at);
// Every base moved the pictures that are a whole number of steps apart, each from a place of its own.
const stride = Math.max(1, Math.floor(images / moved));
const hasMoved = (i: number, b: number): boolean => (i + b) % stride === 0 && Math.floor((i + b) / stride) < moved;

/** Half of the classifiers follow the base on three pictures of ten by a part of its fall, and all move by chance. */
function fallOf(i: number, b: number, c: number): number {
  if (c === b) return 0.45;
  return (b + c) % 2 === 0 && drawn(1, i, b, c) < 0.3 ? 0.3 * drawn(2, i, b, c) : 0.02 * (drawn(3, i, b, c) - 0.5);
}

/** A base's own feature is on all of its pictures, any other on about half of them. */
function beforeOf(i: number, b: number, c: number): number {
  return c === b ? 0.9 : drawn(4, c, i) < 0.5 ? 0.7 : 0.3;
}

const listingOf = async (i: number): Promise<Rows["listing"]> => ({
  image: imageName(i),
  sha256: await platform.sha256(new TextEncoder().encode(String(i))),
  position: i,
  labels: {},
});

function counterfactualOf(i: number, b: number): Rows["counterfactuals"] {
  return {
    ...{ image: imageName(i), base: names[b] as string, lambda: -1.5, shift: 3, displacement: 0.3, length: 0.3 },
    ...{ stopReason: "dropped", evaluations: 3, gradients: 1, before: 0.9, after: 0.45, dominantTerm: null },
    trace: [
      { lambda: 0, prediction: 0.9, step: 1, length: 0 },
      { lambda: -1.5, prediction: 0.45, step: 1, length: 3 },
    ],
    perturbed: {},
  };
}

function changeOf(i: number, b: number, c: number): Rows["changes"] {
  const before = beforeOf(i, b, c);
  const fall = fallOf(i, b, c);
  return {
    ...{ image: imageName(i), base: names[b] as string, downstream: names[c] as string },
    ...{ before, after: before - fall, relativeChange: fall / 0.45 },
  };
}

async function rowsOf(listing: readonly Rows["listing"][]): Promise<ChunkRows> {
  const all = numbers(bases);
  const movedHere = listing.flatMap(({ position: i }) => all.filter((b) => hasMoved(i, b)).map((b) => ({ i, b })));
  return {
    images: listing.map((row) => ({ ...row, width: 64, height: 64, dropReason: null, clampedShare: 0 })),
    predictions: listing.flatMap(({ image, position: i }) =>
      names.map((classifier, c) => ({ image, classifier, input: drawn(6, i, c), reconstruction: drawn(6, i, c) })),
    ),
    counterfactuals: movedHere.map(({ i, b }) => counterfactualOf(i, b)),
    changes: movedHere.flatMap(({ i, b }) => all.map((c) => changeOf(i, b, c))),
    products: [],
    saliency: [],
  };
}

/** Pictures of counterfactuals of a chunk and the reconstructions that they started from: noise that no compression makes small on a ground of one colour. */
function thumbnailsOf(listing: readonly Rows["listing"][]): Thumbnail[] {
  const pictured = (i: number, b: number): boolean => hasMoved(i, b) && Math.floor((i + b) / stride) < mostThumbnails;
  const pixelsOf = (i: number, of: number): Thumbnail["pixels"] => {
    const data = new Uint8Array(3 * 64 * 64);
    for (let at = 0; at < data.length; at++) data[at] = 60 + 120 * drawn(7, i, at % 3) + 40 * drawn(8, i, of, at);
    return { width: 64, height: 64, channels: 3, data };
  };
  return listing.flatMap(({ image, position: i }) => {
    const own = numbers(bases).filter((b) => pictured(i, b));
    const after = own.map((b) => ({ image, base: names[b] as string, pixels: pixelsOf(i, b) }));
    return after.length === 0 ? [] : [{ image, base: null, pixels: pixelsOf(i, -1) }, ...after];
  });
}

/** Makes the run; returns how many rows of changes it has. */
async function makeRun(): Promise<number> {
  await prepareFolders(run);
  const listing = await Promise.all(numbers(images).map(listingOf));
  await writePart(join(run, listingFile), "listing", listing);
  let changes = 0;
  for (const [chunk, some] of chunksOf(listing).entries()) {
    const rows = await rowsOf(some);
    changes += rows.changes.length;
    const stateOf = (base: string) => ({
      counterfactuals: rows.counterfactuals.filter((row) => row.base === base).length,
      complete: true,
    });
    const about = { chunk, bases: Object.fromEntries(names.map((name) => [name, stateOf(name)])), pictures: [] };
    const sheet = report && (await writeThumbnails(run, sheetName(wholeRun, chunk, 1), thumbnailsOf(some)));
    await commitChunk({ out: run, shard: wholeRun }, rows, { ...about, ...(sheet ? { thumbnails: [sheet] } : {}) });
    if (chunk % 100 === 0) console.error(`${chunkName(wholeRun, chunk)} of ${Math.ceil(images / chunkSize)}`);
  }
  await writeRunFile(run, {
    ...runFile,
    finishedAt: runFile.startedAt,
    chunks: Math.ceil(images / chunkSize),
    bases: names,
    downstream: names,
    concepts: Object.fromEntries(names.map((name) => [name, name])),
    options: { ...runFile.options, limit: moved },
    images: { ...runFile.images, count: images, hash: await listingHash(listing) },
  });
  return changes;
}

interface Read {
  readonly seconds: number;
  readonly cpu: number;
  readonly bytes: number;
}

/** Runs the command line once; what it and the processes that it starts take is looked up ten times a second. */
async function timedRead(args: readonly string[]): Promise<Read> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, "dist/cli/main.js"), ...args], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ticks = new Map<number, number>();
  let most = 0;
  const watch = setInterval(() => {
    let bytes = 0;
    for (const own of familyOf(child.pid as number)) {
      ticks.set(own.pid, own.ticks);
      bytes += own.bytes;
    }
    most = Math.max(most, bytes);
  }, 100);
  const [code] = await once(child, "exit");
  clearInterval(watch);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with exit code ${code}`);
  const seconds = (performance.now() - started) / 1000;
  // A tick of /proc is a hundredth of a second.
  return { seconds, cpu: [...ticks.values()].reduce((sum, one) => sum + one, 0) / 100, bytes: most };
}

/** A process and those that it started: processor time and resident memory so far. Pages that they share, as those of Node itself, count for each. */
function familyOf(parent: number): readonly { readonly pid: number; readonly ticks: number; readonly bytes: number }[] {
  return readdirSync("/proc").flatMap((name) => {
    try {
      const [, fields = ""] = readFileSync(`/proc/${name}/stat`, "utf8").split(") ");
      const [, from, , , , , , , , , , user, system] = fields.split(" ").map(Number);
      const pid = Number(name);
      if (pid !== parent && from !== parent) return [];
      const pages = Number(readFileSync(`/proc/${name}/statm`, "utf8").split(" ")[1]);
      return [{ pid, ticks: (user as number) + (system as number), bytes: 4096 * pages }];
    } catch {
      // Not a process, or no longer.
      return [];
    }
  });
}

try {
  const count = await makeRun();
  const verbs = [
    { verb: "matrix", wanted: 30, args: ["matrix", run] },
    { verb: "report", wanted: 60, args: ["report", run, "--out", report ?? join(folder, "report.html")] },
  ];
  const found = [];
  for (const one of verbs) found.push({ ...one, ...(await timedRead(one.args)) });
  const text = [
    `${count} rows of \`changes\`: ${images} images, ${bases} bases, ${bases} downstream classifiers, ${moved} counterfactuals a base, ${report ? "with" : "without"} pictures; made by \`scripts/speed/bench-tables.ts\`; load ${loadavg()[0]?.toFixed(1)}.`,
    markdownTable(
      ["", "s", "wanted", "processor time, s", "most memory of all processes, GB", "wanted"],
      found.map(({ verb, wanted, seconds, cpu, bytes }) => [
        `\`${verb}\``,
        seconds.toFixed(1),
        `≤ ${wanted}`,
        cpu.toFixed(1),
        (bytes / 1e9).toFixed(2),
        "≤ 1.00",
      ]),
      { numbers: true },
    ),
  ].join("\n\n");
  console.log(text);
  if (process.env.WRITE === "1") await writeMarked("docs/scale.md", "tables", text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
