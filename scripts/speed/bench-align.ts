// A job against its limit: `align --base all` over drawn faces (with --verb a decomposition, or a rectification), a fresh process each
// time. The limit is Σ (runs × that run at its best, measured alone in the same process): what the job would take if nothing but models
// took time, and every run were as fast as alone. Prints job / limit and the runs that the time goes to (WRITE=1: into docs/speed.md);
// with --against DIR, the same for the sources of another checkout, taking turns, and the ratio of the jobs (the least of the rounds counts).
// Usage: node --conditions=source --import tsx scripts/speed/bench-align.ts [--faces 64] [--limit 10] [--rounds 1] [--alone 5]
//   [--verb align|decompose|rectify] [--keep-images 8] [--direction gradient] [--workers 1] [--against DIR] [--top 15]
// With --workers N above 1 this checkout does the job once more, shared among N processes: last.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { drawWorld } from "../../src/index.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";
import type { AlignFigures, AlignJob, BenchVerb, RunKind } from "./bench-align-child.ts";

/** Sources that do the job, and in how many processes. */
interface Side {
  readonly title: string;
  readonly root: string;
  readonly workers: number;
}

const { values } = parseArgs({
  options: {
    faces: { type: "string", default: "64" },
    limit: { type: "string", default: "10" },
    rounds: { type: "string", default: "1" },
    alone: { type: "string", default: "5" },
    "keep-images": { type: "string", default: "8" },
    verb: { type: "string", default: "align" },
    direction: { type: "string", default: "gradient" },
    workers: { type: "string", default: "1" },
    against: { type: "string" },
    top: { type: "string", default: "15" },
  },
});

const root = resolve(import.meta.dirname, "../..");
const shared = Number(values.workers);
const appendices: Readonly<Record<BenchVerb, string>> = {
  align: "docs/data/speed-main.csv",
  decompose: "docs/data/speed-decompose.csv",
  rectify: "docs/data/speed-rectify.csv",
};
const appendix = appendices[values.verb as BenchVerb];
const sides: readonly Side[] = [
  { title: "this checkout", root, workers: 1 },
  ...(values.against === undefined ? [] : [{ title: "before", root: resolve(values.against), workers: 1 }]),
  ...(shared > 1 ? [{ title: `${shared} workers`, root, workers: shared }] : []),
];
const folder = mkdtempSync(join(tmpdir(), "bench-align-"));
const faces = join(folder, "faces");
try {
  await drawWorld({ count: Number(values.faces), seed: 7, out: faces });
  const found = new Map<Side, AlignFigures[]>(sides.map((side) => [side, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [place, side] of sides.entries()) found.get(side)?.push(figuresOf(side, `run-${round}-${place}`));
  }
  const least = sides.map((side) => ({ side, figures: leastOf(found.get(side) ?? []) }));
  const text = textOf(least);
  console.log(text);
  if (process.env.WRITE === "1") {
    await writeMarked("docs/speed.md", `${values.verb === "align" ? "main" : values.verb} job`, text);
    await writeAppendix(appendix, runRows(least));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function figuresOf({ root: side, workers }: Side, run: string): AlignFigures {
  const job: AlignJob = {
    root: side,
    faces,
    out: join(folder, run),
    limit: Number(values.limit),
    keepImages: Number(values["keep-images"]),
    verb: values.verb as BenchVerb,
    direction: values.direction as AlignJob["direction"],
    workers,
    alone: Number(values.alone),
  };
  const child = join(import.meta.dirname, "bench-align-child.ts");
  // In the folder of the sources, whose package says where "#platform" is.
  const text = execFileSync(process.execPath, ["--conditions=source", "--import", "tsx", child, JSON.stringify(job)], {
    cwd: side,
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(text.toString()) as AlignFigures;
}

function leastOf(figures: readonly AlignFigures[]): AlignFigures {
  const [first, ...others] = figures;
  if (first === undefined) throw new Error("expected at least one round");
  return others.reduce((least, one) => (one.seconds < least.seconds ? one : least), first);
}

interface Least {
  readonly side: Side;
  readonly figures: AlignFigures;
}

function textOf(least: readonly Least[]): string {
  const [own] = least as [Least];
  const rows = least.map(({ side, figures: { seconds, cpuSeconds, kinds } }) => {
    // What other processes run is not counted: workers are held against the limit of one.
    const limit = limitOf(side.workers === 1 ? kinds : own.figures.kinds);
    return [side.title, seconds.toFixed(1), cpuSeconds.toFixed(1), limit > 0 ? (seconds / limit).toFixed(2) : "–"];
  });
  const call = process.argv
    .slice(2)
    .join(" ")
    .replace(/--against \S+ ?/, "--against OLDER ")
    .trim();
  return [
    `${own.figures.made} over ${values.faces} faces; the least of ${values.rounds}, in turns; load ${loadavg()[0]?.toFixed(1)}. Run by run: [${basename(appendix)}](data/${basename(appendix)}). Written by \`scripts/speed/bench-align.ts ${call}\`.`,
    markdownTable(["", "s", "processor time, s", "times its limit"], rows, { numbers: true }),
  ].join("\n\n");
}

/** The runs that this checkout's time goes to, dearest first. */
function runRows(least: readonly Least[]): readonly (readonly string[])[] {
  const [own] = least as [Least];
  const cost = ({ runs, best, ms }: RunKind): number => (best > 0 ? runs * best : ms);
  const dearest = [...own.figures.kinds].sort((a, b) => cost(b) - cost(a)).slice(0, Number(values.top));
  return [
    ["model", "shape", "runs", "ms each, in the job", "alone, at its best", "s at its best"],
    ...dearest.map(({ model, shape, runs, ms, best }) => [
      model,
      shape.join(" × "),
      String(runs),
      (ms / runs).toFixed(1),
      best.toFixed(1),
      ((runs * best) / 1000).toFixed(2),
    ]),
  ];
}

function total(kinds: readonly RunKind[], value: (kind: RunKind) => number): number {
  return kinds.reduce((sum, kind) => sum + value(kind), 0);
}

/** Seconds. */
function limitOf(kinds: readonly RunKind[]): number {
  return total(kinds, ({ runs, best }) => runs * best) / 1000;
}
