import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { openRun } from "../../src/results/open-run.ts";
import { partTables } from "../../src/results/schema.ts";
import { shardStates } from "../../src/results/shards.ts";
import { cli } from "../cli/cli.ts";
import { difference, drawFaces, openSmallWorld, runToEnd, smallWorld, temporaryFolder } from "../run/small-world.ts";

let folder: string;
let world: string;
const at = (name: string): string => join(folder, name);
const commit = (run: string, chunk: number): string => join(run, `chunks/1of1-0000${chunk}.json`);

async function align(out: string): Promise<void> {
  const workspace = await openSmallWorld(world);
  await runToEnd(at("faces"), { workspace, bases: ["smiling"], out, limit: null, keepImages: 0 });
  await workspace.dispose();
}

beforeAll(async () => {
  folder = await temporaryFolder();
  world = await smallWorld();
  await drawFaces(at("faces"), 150);
  await align(at("whole"));
}, 300_000);

/** A copy of the whole run, to be damaged. */
async function copied(): Promise<string> {
  const run = join(await mkdtemp(join(tmpdir(), "cfalign-damaged-")), "run");
  await cp(at("whole"), run, { recursive: true });
  return run;
}

async function flipped(path: string, bit: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
  await writeFile(path, bytes);
}

describe("a finished run without one of its commits", () => {
  test.each([0, 1, 2])("is refused, by chunk %i, and the same align command makes it whole", async (chunk) => {
    const run = await copied();
    await rm(commit(run, chunk));
    const message = `"${run}" is finished with 3 chunks, but chunk ${chunk} ("${commit(run, chunk)}") is not there any more: run its align command again, which computes what is missing`;
    await expect(openRun(run)).rejects.toMatchObject({ code: "input", message });
    expect(await shardStates([run])).toMatchObject([{ state: "unfinished" }]);
    expect(await cli("check", run, "--max", "smiling->glasses=2")).toEqual({
      code: 2,
      stdout: "",
      stderr: `cfalign: ${message}\n`,
    });
    await align(run);
    const again = await openRun(run);
    expect([again.finished, difference(again, await openRun(at("whole")))]).toEqual([true, undefined]);
  });

  test("is refused without any", async () => {
    const run = await copied();
    await rm(join(run, "chunks"), { recursive: true });
    await expect(openRun(run)).rejects.toMatchObject({
      message: expect.stringContaining(`but chunk 0 ("${commit(run, 0)}") is not there any more, and 2 more: run`),
    });
  });
});

describe("a file of a run", () => {
  test("with a single bit changed is refused by name: every part, commit, list of images and run.json", async () => {
    const random = createRandom("bits");
    const parts = partTables.flatMap((table) => [0, 1, 2].map((chunk) => `${table}/1of1-0000${chunk}.parquet`));
    const json = ["run.json", "listing.parquet", ...[0, 1, 2].map((chunk) => `chunks/1of1-0000${chunk}.json`)];
    for (const file of [...parts, ...json]) {
      const run = await copied();
      const path = join(run, file);
      await flipped(path, Math.floor(8 * (await readFile(path)).byteLength * random.uniform()));
      const read = await openRun(run).catch((error: unknown) => error);
      expect(read).toMatchObject({ code: "input", message: expect.stringContaining(path) });
      expect((read as Error).message).toMatch(/: (delete .*run align again|align again into another folder)/);
      await rm(run, { recursive: true });
    }
  });

  test.each([
    ["listing.parquet", "delete it and run align again, which writes it anew"],
    ["chunks/1of1-00001.json", "delete it and run align again to compute its chunk anew"],
    ["run.json", "align again into another folder"],
  ])("cut short, %s, is named with the way out, without SQL", async (file, remedy) => {
    const run = await copied();
    const path = join(run, file);
    for (const length of [(await readFile(path)).byteLength - 9, 20, 0]) {
      await truncate(path, length);
      const error: Error = await openRun(run).then(
        () => new Error("read"),
        (thrown) => thrown,
      );
      expect(error).toMatchObject({ code: "input", message: expect.stringMatching(`^${path}: .*: ${remedy}$`) });
      expect(error.message).not.toMatch(/SELECT|LINE 1/);
    }
    if (file === "run.json") return;
    await rm(path);
    await align(run);
    expect(difference(await openRun(run), await openRun(at("whole")))).toBeUndefined();
  });

  test("of an earlier version, without checksums, is read, which a note says", async () => {
    const run = await copied();
    for (const name of ["run.json", ...(await readdir(join(run, "chunks"))).map((file) => `chunks/${file}`)]) {
      const lines = (await readFile(join(run, name), "utf8")).split("\n");
      const kept = lines.filter((line) => !/"(sha256|checksum|chunks)":/.test(line)).join("\n");
      await writeFile(join(run, name), kept.replace(/,(\s*\})/g, "$1"));
    }
    const read = await openRun(run);
    expect([read.checked, difference(read, await openRun(at("whole")))]).toEqual([false, undefined]);
    const { code, stderr } = await cli("matrix", run);
    expect([code, stderr]).toEqual([
      0,
      `note: "${run}" has parts of an earlier version of cfalign, without checksums: damage to them would not be noticed\n`,
    ]);
    // Damage that the reader sees is told of the file that has it.
    const part = join(run, "changes/1of1-00001.parquet");
    const bytes = await readFile(part);
    await writeFile(part, bytes.fill(0, bytes.byteLength - 12));
    await expect(openRun(run)).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(
        `^${part}: cannot read table "changes" of the run \\(.*\\): delete "${commit(run, 1)}" and run align again`,
      ),
    });
  });
});
