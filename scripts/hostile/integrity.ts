/** Nothing passes that was not looked at: checks of nothing, and runs whose files are damaged, cut short or gone. */
import { rmSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkRun } from "../../src/audit/compare/check.ts";
import { readExpectations } from "../../src/audit/expectations/read-expectations.ts";
import { CfalignError } from "../../src/base/errors.ts";
import { createRandom } from "../../src/base/random.ts";
import { mergeRuns } from "../../src/results/merge.ts";
import { openRun } from "../../src/results/open-run.ts";
import { partTables } from "../../src/results/schema.ts";
import { shardStates } from "../../src/results/shards.ts";
import type { AlignFolderOptions } from "../../src/run/run-options.ts";
import { exampleRun } from "../../test/audit/example-run.ts";
import { difference, drawFaces, openSmallWorld, runToEnd, smallWorld } from "../../test/run/small-world.ts";
import type { Trial } from "./trial.ts";

/** A small world with a finished run of three chunks, made at the first trial that needs it. */
interface Scene {
  readonly folder: string;
  readonly run: string;
  /** world: path of another one. */
  align(out: string, options?: Partial<AlignFolderOptions>, world?: string): Promise<void>;
}

let made: Promise<Scene> | undefined;

function scene(): Promise<Scene> {
  made ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), "cfalign-integrity-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    const [faces, plain] = [join(folder, "faces"), await smallWorld()];
    await drawFaces(faces, 150);
    const align: Scene["align"] = async (out, options = {}, world = plain) => {
      const workspace = await openSmallWorld(world);
      try {
        await runToEnd(faces, { workspace, bases: ["smiling"], out, limit: null, keepImages: 0, ...options });
      } finally {
        await workspace.dispose();
      }
    };
    const run = join(folder, "run");
    await align(run);
    return { folder, run, align };
  })();
  return made;
}

async function copied(): Promise<string> {
  const { folder, run } = await scene();
  const copy = join(await mkdtemp(join(folder, "copy-")), "run");
  await cp(run, copy, { recursive: true });
  return copy;
}

/** The one clear line with which something was refused; undefined where it was not, or otherwise. */
async function refusal(work: () => unknown): Promise<string | undefined> {
  try {
    await work();
  } catch (error) {
    const isClear = error instanceof CfalignError && (error.code === "input" || error.code === "usage");
    return isClear && !/SELECT|\n/.test(error.message) ? error.message : undefined;
  }
  return undefined;
}

/** How many of some tries held. */
async function counted(tries: readonly (() => Promise<boolean>)[]) {
  let held = 0;
  for (const one of tries) if (await one()) held++;
  return { tried: tries.length, held };
}

function emptyChecks(): Trial["run"] {
  const run = exampleRun({ downstream: ["smiling", "eyeglasses", "hat"] });
  const cases: readonly (readonly [bounds: readonly string[], expected: string])[] = [
    [["*->*=0.2"], "* -> *"],
    [["smiling->*=0.2"], "smiling -> *"],
    [["*->hat=0.2"], "smiling -> hat"],
    [["smiling->hat=0.2", "*->eyeglasses=0.2"], "* -> eyeglasses"],
    [["*->*=0.2"], "* -> * = -0.3..0.3"],
    [["*->smiling=0.2"], ""],
    [[], "* -> *"],
    [[], ""],
  ];
  return () =>
    counted(
      cases.map(([bounds, expected]) => async () => {
        return (
          (await refusal(() => checkRun(run, bounds, { expected: readExpectations(run, expected) }))) !== undefined
        );
      }),
    );
}

/** Falls of the base, on images with the feature and without it, that are to pass nothing. */
const still: readonly (readonly [present: number, absent: number, drop: number])[] = [
  [0.01, 0.01, 0.6],
  [0.29, 0.29, 0.6],
  [0.01, 0.6, 0.6],
  [0.6, 0.01, 0.6],
  [0.05, 0.05, 0.05],
];

const hardlyMoved: Trial["run"] = () =>
  counted(
    still.map(([present, absent, drop]) => async () => {
      const fall = (_: string, image: number): number => (image % 2 === 0 ? present : absent);
      const run = exampleRun({ fall, options: { drop } });
      const { checks } = checkRun(run, ["smiling->eyeglasses=0.3"], { minBaseChange: 0, baseline: run });
      return checks.every(({ verdict }) => verdict !== "passed");
    }),
  );

const deletedCommits: Trial["run"] = async () => {
  const { run, align } = await scene();
  const whole = await openRun(run);
  return counted(
    (await readdir(join(run, "chunks"))).map((name) => async () => {
      const copy = await copied();
      const path = join(copy, "chunks", name);
      await rm(path);
      const refused = (await refusal(() => openRun(copy)))?.includes(path) === true;
      await align(copy);
      return refused && difference(await openRun(copy), whole) === undefined;
    }),
  );
};

async function flipped(path: string, bit: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
  await writeFile(path, bytes);
}

const bitFlips: Trial["run"] = async () => {
  const random = createRandom("bit flips");
  const parts = partTables.flatMap((table) => [0, 1, 2].map((chunk) => `${table}/1of1-0000${chunk}.parquet`));
  return counted(
    Array.from({ length: 24 }, (_, place) => async () => {
      const copy = await copied();
      const path = join(copy, parts[place % parts.length] as string);
      await flipped(path, Math.floor(8 * (await readFile(path)).byteLength * random.uniform()));
      return (await refusal(() => openRun(copy)))?.includes(path) === true;
    }),
  );
};

const cutShort: Trial["run"] = () =>
  counted(
    ["listing.parquet", "run.json", ...[0, 1, 2].map((chunk) => `chunks/1of1-0000${chunk}.json`)].flatMap((file) =>
      [0, 0.1, 0.5, 0.99].map((share) => async () => {
        const copy = await copied();
        const path = join(copy, file);
        await truncate(path, Math.floor(share * (await readFile(path)).byteLength));
        const line = await refusal(() => openRun(copy));
        return line?.includes(path) === true && line.includes("align again");
      }),
    ),
  );

const damagedShard: Trial["run"] = async () => {
  const { folder, align } = await scene();
  const shards = [1, 2, 3].map((index) => join(folder, `shard-${index}`));
  for (const [place, out] of shards.entries()) await align(out, { shard: { index: place + 1, count: 3 }, limit: 30 });
  const damages: readonly ((shard: string) => Promise<void>)[] = [
    async (shard) => {
      for (const name of await readdir(join(shard, "chunks"))) await rm(join(shard, "chunks", name));
    },
    (shard) => flipped(join(shard, "changes/3of3-00000.parquet"), 4321),
    (shard) => truncate(join(shard, "listing.parquet"), 50),
  ];
  return counted(
    damages.map((damage, place) => async () => {
      const copy = await mkdtemp(join(folder, "shards-"));
      const copies = shards.map((_, index) => join(copy, `${index + 1}`));
      for (const [index, shard] of shards.entries()) await cp(shard, copies[index] as string, { recursive: true });
      await damage(copies[2] as string);
      const line = await refusal(() => mergeRuns(copies, { out: join(copy, `merged-${place}`) }));
      const states = (await shardStates(copies.slice(0, 2))).map(({ state }) => state);
      return line?.includes(copies[2] as string) === true && states.every((state) => state === "finished");
    }),
  );
};

const oneNaN: Trial["run"] = async () => {
  const { folder, align } = await scene();
  const world = await smallWorld({ below: -0.5 });
  const [holed, full] = [join(folder, "with-nan"), join(folder, "without-nan")];
  await align(holed, { bases: ["smiling", "biased"] }, world);
  await align(full, { bases: ["smiling", "biased"] });
  const [run, whole] = [await openRun(holed), await openRun(full)];
  const images = new Set(run.notFinite.map(({ image }) => image));
  const isKept = ({ image, classifier }: { readonly image: string; readonly classifier: string }): boolean =>
    classifier !== "biased" ||
    run.predictions.find((one) => one.image === image && one.classifier === classifier) !== undefined;
  const rows = JSON.stringify([...run.predictions]) === JSON.stringify(whole.predictions.filter(isKept));
  const refused = await align(join(folder, "nan"), { bases: ["biased"] }, await smallWorld({ below: 9 })).then(
    () => false,
    (error) => error instanceof CfalignError && error.message.includes("is NaN"),
  );
  return counted([
    async () => run.finished && images.size > 0 && images.size < 75,
    async () => rows,
    async () => new Set(run.notFinite.map(({ classifier }) => classifier)).size === 1,
    async () => refused,
  ]);
};

export const trials: readonly Trial[] = [
  { name: "checks that look at nothing are refused", run: emptyChecks() },
  { name: "a base that hardly moved passes no check", run: hardlyMoved },
  { name: "a deleted commit of a finished run is named, and the same align computes it anew", run: deletedCommits },
  { name: "a flipped bit in a committed part is refused by name", run: bitFlips },
  { name: "listing.parquet, run.json and commits cut short are named, with the way out", run: cutShort },
  { name: "NaN on a few images leaves them out, told; NaN on all is refused", run: oneNaN },
  { name: "merge names the damaged shard, and the others stay finished", run: damagedShard },
];
