// What does a large run cost its readers? Makes the tables of a run by SQL, as no models are needed for that: `images` pictures shown to
// `bases` classifiers, each of which moved as many pictures as make `rows` rows of changes, and has `matrix` and `report` of the built
// package read it, a fresh process each. Prints wall time, and processor time and resident memory of all its processes together, the
// memory at its most (WRITE=1: into docs/scale.md).
// Usage: node --conditions=source --import tsx scripts/speed/bench-tables.ts [rows 4000000] [images 100000] [bases 40]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { platform } from "#platform";
import { chunkName, chunkSize, wholeRun } from "../../src/results/chunks.ts";
import { type Commit, writeCommit } from "../../src/results/commit.ts";
import { listingHash } from "../../src/results/listing-hash.ts";
import { listingFile } from "../../src/results/open-run.ts";
import { partName } from "../../src/results/outdated.ts";
import { readParts } from "../../src/results/parts.ts";
import { writeRunFile } from "../../src/results/run-file.ts";
import { columns, partTables, type Table } from "../../src/results/schema.ts";
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
const database = await platform.openDatabase();

/** A number in [0, 1) that looks random and is the same every time. */
const drawn = (...of: readonly string[]): string => `(hash(${of.join(", ")}) % 1000003) / 1000003.0`;
const imageName = "'picture-' || lpad(i::VARCHAR, 6, '0') || '.png'";
const classifier = "'feature-' || c";
const base = "'feature-' || b";
// Every base moved the pictures that are a whole number of steps apart, each from a place of its own.
const stride = Math.max(1, Math.floor(images / moved));
const movedRows = `(SELECT i, b FROM range($1, $2) AS t(i), range(${bases}) AS u(b) WHERE (i + b) % ${stride} = 0 AND (i + b) // ${stride} < ${moved})`;
/** How many of the pictures of a span a base moved. */
const movedIn = ([from, to]: readonly [number, number], b: number): number =>
  Array.from({ length: to - from }, (_, place) => from + place + b).filter(
    (at) => at % stride === 0 && Math.floor(at / stride) < moved,
  ).length;
/** Half of the classifiers follow the base on three pictures of ten by a part of its fall, and all move by chance. */
const fall = `CASE WHEN c = b THEN 0.45 WHEN (b + c) % 2 = 0 AND ${drawn("i", "b", "c")} < 0.3 THEN 0.3 * ${drawn("b", "i", "c")} ELSE 0.02 * (${drawn("i", "c", "b")} - 0.5) END`;
/** A base's own feature is on all of its pictures, any other on about half of them. */
const before = `CASE WHEN c = b THEN 0.9 WHEN ${drawn("c", "i")} < 0.5 THEN 0.7 ELSE 0.3 END`;

const tables: Readonly<Record<Exclude<Table, "products" | "saliency" | "interventions">, string>> = {
  listing: `SELECT ${imageName} AS image, sha256(i::VARCHAR) AS sha256, i::INTEGER AS position, MAP {} AS labels FROM range(${images}) AS t(i)`,
  images: `SELECT ${imageName} AS image, sha256(i::VARCHAR) AS sha256, i::INTEGER AS position, 64 AS width, 64 AS height, MAP {} AS labels, NULL::VARCHAR AS dropReason, 0.0 AS clampedShare
    FROM range($1, $2) AS t(i)`,
  predictions: `SELECT ${imageName} AS image, ${classifier} AS classifier, ${drawn("i", "c")} AS input, ${drawn("i", "c")} AS reconstruction
    FROM range($1, $2) AS t(i), range(${bases}) AS u(c) ORDER BY i, c`,
  counterfactuals: `SELECT ${imageName} AS image, ${base} AS base, -1.5 AS "lambda", 3.0 AS shift, 0.3 AS displacement, 0.3 AS length, 'dropped' AS stopReason,
      3 AS evaluations, 1 AS gradients, 0.9 AS before, 0.45 AS after, NULL::VARCHAR AS dominantTerm,
      [{'lambda': 0.0, 'prediction': 0.9, 'step': 1, 'length': 0.0}, {'lambda': -1.5, 'prediction': 0.45, 'step': 1, 'length': 3.0}] AS trace, ['picture-000000.png'] AS nullTowards, MAP {} AS perturbed
    FROM ${movedRows} ORDER BY i, b`,
  changes: `SELECT ${imageName} AS image, ${base} AS base, ${classifier} AS downstream, ${before} AS before, (${before}) - (${fall}) AS after,
      (${fall}) / 0.45 AS relativeChange, [0.7 + 0.02 * (${drawn("c", "i")} - 0.5)] AS nullAfter
    FROM ${movedRows}, range(${bases}) AS v(c) ORDER BY i, b, c`,
};

/** A table's rows in a file, with the types of the schema; of a table that is not told, none. */
async function write(table: Table, path: string, span: readonly [number, number]): Promise<void> {
  const typed = Object.entries(columns[table]).map(([name, type]) => {
    const struct =
      typeof type === "string"
        ? type
        : `STRUCT(${Object.entries(type[0])
            .map(([field, of]) => `"${field}" ${of}`)
            .join(", ")})[]`;
    return table in tables ? `"${name}"::${struct} AS "${name}"` : `NULL::${struct} AS "${name}"`;
  });
  const from = table in tables ? `(${tables[table as keyof typeof tables]})` : "range(0)";
  const text = `COPY (SELECT ${typed.join(", ")} FROM ${from}) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`;
  // COPY takes no parameters inside a query.
  await database.query(text.replaceAll("$1", String(span[0])).replaceAll("$2", String(span[1])));
}

async function makeRun(): Promise<void> {
  for (const table of [...partTables, "chunks", "pictures"]) mkdirSync(join(run, table), { recursive: true });
  await write("listing", join(run, listingFile), [0, images]);
  for (let chunk = 0; chunk * chunkSize < images; chunk++) {
    const span = [chunk * chunkSize, Math.min(images, (chunk + 1) * chunkSize)] as const;
    const parts: Partial<Commit["parts"]> = {};
    for (const table of partTables) {
      const file = `${table}/${partName(wholeRun, chunk, 1)}`;
      await write(table, join(run, file), span);
      const [count] = await database.query("SELECT count(*)::INTEGER AS rows FROM read_parquet($1)", [join(run, file)]);
      const bytes = readFileSync(join(run, file));
      const sha256 = await platform.sha256(bytes);
      parts[table] = { file, rows: count?.rows as number, bytes: bytes.byteLength, sha256 };
    }
    await writeCommit(run, wholeRun, {
      chunk,
      generation: 1,
      images: span[1] - span[0],
      bases: Object.fromEntries(names.map((name, b) => [name, { counterfactuals: movedIn(span, b), complete: true }])),
      parts: parts as Commit["parts"],
      pictures: [],
    });
    if (chunk % 100 === 0) console.error(`${chunkName(wholeRun, chunk)} of ${Math.ceil(images / chunkSize)}`);
  }
  const listing = await readParts(database, [{ path: join(run, listingFile), remedy: "" }], "listing");
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
  await makeRun();
  const [count] = await database.query("SELECT count(*)::BIGINT AS rows FROM read_parquet($1)", [
    join(run, "changes/*.parquet"),
  ]);
  await database.dispose();
  const verbs = [
    { verb: "matrix", wanted: 30, args: ["matrix", run] },
    { verb: "report", wanted: 60, args: ["report", run, "--out", join(folder, "report.html")] },
  ];
  const found = [];
  for (const one of verbs) found.push({ ...one, ...(await timedRead(one.args)) });
  const text = [
    `${count?.rows} rows of \`changes\`: ${images} images, ${bases} bases, ${bases} downstream classifiers, ${moved} counterfactuals a base, without pictures; made by \`scripts/speed/bench-tables.ts\`; load ${loadavg()[0]?.toFixed(1)}.`,
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
