import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { mergeRuns, shareOut } from "../../src/results/merge.ts";
import { type OpenRun, openRun } from "../../src/results/open-run.ts";
import type { RunSummary } from "../../src/run/align-folder.ts";
import type { AlignFolderOptions } from "../../src/run/run-options.ts";
import { notFiniteNotes } from "../../src/words/not-finite.ts";
import { cli } from "../cli/cli.ts";
import {
  difference,
  drawFaces,
  type Hole,
  openSmallWorld,
  runToEnd,
  smallWorld,
  temporaryFolder,
} from "./small-world.ts";

let folder: string;
let world: string;
const at = (name: string): string => join(folder, name);

async function align(out: string, options: Partial<AlignFolderOptions> = {}, hole?: Hole): Promise<RunSummary> {
  const workspace = await openSmallWorld(hole === undefined ? world : await smallWorld(hole));
  try {
    const bases = ["smiling", "biased"];
    return await runToEnd(at("faces"), { workspace, bases, out: at(out), limit: null, keepImages: 2, ...options });
  } finally {
    await workspace.dispose();
  }
}

let summary: RunSummary;
let whole: OpenRun;
let holed: OpenRun;
/** Images on which "biased" is no number. */
let bad: ReadonlySet<string>;

beforeAll(async () => {
  folder = await temporaryFolder();
  await drawFaces(at("faces"), 150);
  const plain = await smallWorld();
  world = plain;
  await align("whole");
  world = await smallWorld({ below: -0.5 });
  summary = await align("holed");
  [whole, holed] = [await openRun(at("whole")), await openRun(at("holed"))];
  const known = new Set(
    holed.predictions.filter(({ classifier }) => classifier === "biased").map(({ image }) => image),
  );
  bad = new Set(holed.images.map(({ image }) => image).filter((image) => !known.has(image)));
}, 300_000);

describe("a classifier that is NaN on a few images", () => {
  test("has no rows of them, and every other row is there, with the same numbers", () => {
    expect(bad.size).toBeGreaterThan(0);
    expect(bad.size).toBeLessThan(10);
    const left = ({ image, base, downstream, classifier }: Readonly<Record<string, unknown>>): boolean =>
      bad.has(image as string) && [base, downstream, classifier].includes("biased");
    expect(holed.predictions.filter(left as never)).toEqual([]);
    expect([...holed.predictions]).toEqual(whole.predictions.filter((row) => !left({ ...row })));
    const named = ({ image, base }: { readonly image: string; readonly base: string }): string => `${base} ${image}`;
    const expected = whole.counterfactuals.filter((row) => !left({ ...row })).map(named);
    expect(holed.counterfactuals.map(named)).toEqual(expected);
    // A counterfactual may lead to where it is NaN: this row is left out too, and told.
    const told = new Set(holed.notFinite.map(({ image, classifier }) => `${classifier} ${image}`));
    const lost = whole.changes
      .filter((row) => !left({ ...row }))
      .filter(
        ({ image, base, downstream }) =>
          !holed.changes.find((one) => one.image === image && one.base === base && one.downstream === downstream),
      );
    expect(lost.every(({ image, downstream }) => told.has(`${downstream} ${image}`))).toBe(true);
    expect([...bad].every((image) => told.has(`biased ${image}`))).toBe(true);
    expect(holed.notFinite.every(({ classifier }) => classifier === "biased")).toBe(true);
  });

  test("has no saliency map of them, and its maps of the others are compared as ever", async () => {
    const saliency = { method: "input-gradients", images: 150 } as const;
    const options = { saliency, limit: 5, interventions: 0 };
    await align("maps", options, { below: -0.5 });
    const workspace = await openSmallWorld(await smallWorld());
    await runToEnd(at("faces"), {
      workspace,
      bases: ["smiling", "biased"],
      out: at("maps of all"),
      keepImages: 0,
      ...options,
    });
    await workspace.dispose();
    const [some, all] = [await openRun(at("maps")), await openRun(at("maps of all"))];
    const first = new Set(some.images.slice(0, 64).map(({ image }) => image));
    expect([...bad].some((image) => first.has(image))).toBe(true);
    for (const [place, row] of (some.saliency ?? []).entries()) {
      const cosine: Readonly<Record<string, number>> = all.saliency?.[place]?.cosine ?? {};
      const { biased: _, ...rest } = cosine;
      const expected = !bad.has(row.image) ? cosine : row.classifier === "biased" ? {} : rest;
      expect(row.cosine, `${row.classifier} ${row.image}`).toEqual(expected);
    }
  });

  test("is told with its count and an image, by align and by whoever reads the run", async () => {
    const note = expect.stringMatching(
      /^"biased" gives no finite number on \d+ images, such as "face-\d+\.png": its rows of them are left out$/,
    );
    expect(summary.notes).toContainEqual(note);
    expect(notFiniteNotes(holed.notFinite)).toEqual([note]);
    for (const verb of [["matrix"], ["find"], ["check", "--max", "*->*=3"]]) {
      const [name = "", ...rest] = verb;
      const { stderr, code } = await cli(name, at("holed"), ...rest);
      expect([verb, code === 0 || code === 1, stderr]).toEqual([
        verb,
        true,
        expect.stringContaining(`note: "biased" gives`),
      ]);
    }
    expect((await cli("report", at("holed"), "--out", at("report.html"))).code).toBe(0);
  });

  test("makes the same run in shards, grown, and along paths as in one piece", async () => {
    for (const options of [{ limit: 30 }, { limit: 20, direction: "path", draws: 2 }] as const) {
      const name = `${options.limit}`;
      await align(`one-${name}`, options);
      const shards = [1, 2].map((index) => at(`shard-${name}-${index}`));
      const alignShards = async (): Promise<void> => {
        for (const index of [1, 2]) {
          await align(basename(shards[index - 1] as string), { ...options, shard: { index, count: 2 } });
        }
      };
      await alignShards();
      for (let round = 0; round < 5 && (await shareOut(shards)).length > 0; round++) await alignShards();
      await mergeRuns(shards, { out: at(`merged-${name}`) });
      const one = await openRun(at(`one-${name}`));
      expect(difference(await openRun(at(`merged-${name}`)), one)).toBeUndefined();
      await align(`grown-${name}`, { ...options, limit: 5 });
      await align(`grown-${name}`, options);
      expect(difference(await openRun(at(`grown-${name}`)), one)).toBeUndefined();
    }
  });

  test("makes the same run with workers", async () => {
    await align("alone", { limit: 30 });
    await align("pool", { limit: 30, workers: 2 });
    const [alone, pool] = [await openRun(at("alone")), await openRun(at("pool"))];
    expect([difference(pool, alone), pool.notFinite.length]).toEqual([undefined, alone.notFinite.length]);
  });

  test("with a decomposition and perturbations ends as well", async () => {
    await align("everything", { limit: 30, decompose: { images: 20, draws: 2, noise: 0.5 }, robustness: true });
    expect((await openRun(at("everything"))).finished).toBe(true);
  });
});

test("a classifier that is NaN on all images is refused by align and by preflight", async () => {
  await expect(align("nothing", {}, { below: 9 })).rejects.toMatchObject({
    code: "runtime",
    message: expect.stringMatching(
      /^biased, on all of 64 images: output "smiling" is NaN, expected a finite number: check range, mean and std$/,
    ),
  });
  const { code, stdout } = await cli("preflight", at("faces"), "-w", await smallWorld({ below: 9 }));
  expect([code, stdout]).toEqual([1, expect.stringContaining('it does not run: biased: output "smiling" is NaN')]);
  const some = await cli("preflight", at("faces"), "-w", world);
  expect(some.stdout).toMatch(/biased is no finite number on \d of 64 pictures: cfalign align leaves it out on such/);
}, 120_000);
