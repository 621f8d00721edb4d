import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { mergeRuns, shareOut } from "../../src/results/merge.ts";
import { type OpenRun, openRun } from "../../src/results/open-run.ts";
import { alignFolder } from "../../src/run/align-folder.ts";
import { decompositionCost } from "../../src/run/decomposition-cost.ts";
import type { AlignFolderOptions } from "../../src/run/run-options.ts";
import { difference, runToEnd, smallScene } from "./small-world.ts";

const bases = ["biased", "smiling", "rare"];

const { workspace, folder } = await smallScene(200);
const at = (name: string): string => join(folder, name);
const options = { bases, limit: 25, keepImages: 0, decompose: { images: 12, draws: 4 } } as const;
/** A run in one piece: 25 images a base, 12 of them decomposed. */
const whole = await aligned("whole");
afterAll(() => workspace.dispose());

async function aligned(name: string, more: Partial<AlignFolderOptions> = {}): Promise<OpenRun> {
  await runToEnd(at("faces"), { workspace, ...options, out: at(name), ...more });
  return openRun(at(name));
}

const same = (a: OpenRun, b: OpenRun): void => {
  expect(difference(a, b)).toBeUndefined();
  expect(a.products).toEqual(b.products);
};

describe("a run with a decomposition", () => {
  test("holds the slopes' inner products on the first images of every base, and no others", () => {
    const first = new Map(
      bases.map((base) => [base, whole.counterfactuals.filter((row) => row.base === base).slice(0, 12)]),
    );
    const images = new Set([...first.values()].flatMap((rows) => rows.map(({ image }) => image)));
    expect(new Set(whole.products?.map(({ image }) => image))).toEqual(images);
    const row = whole.products?.find(({ classifier }) => classifier === "biased");
    // Slopes (10, 9, 0, 0) and (14, 0, 0, 0).
    expect(row?.products.biased).toBeCloseTo(181, 2);
    expect(row?.products.smiling).toBeCloseTo(140, 2);
  });

  test("finds the planted feature and says what is unexplained", () => {
    const matrix = alignmentMatrix(whole, { resamples: 200 });
    const biased = matrix.decomposition?.find(({ base }) => base === "biased");
    expect(biased?.count).toBe(12);
    expect(biased?.explained.value).toBeGreaterThan(0.99);
    // biased = (10/14)·smiling + (9/15)·glasses.
    const [a, b] = [10 / 14, 9 / 15];
    const share = (concept: string): number | undefined => biased?.shares.find((row) => row.concept === concept)?.share;
    expect(share("smiling")).toBeCloseTo(a / Math.hypot(a, b), 1);
    expect(share("glasses")).toBeCloseTo(b / Math.hypot(a, b), 1);
    expect(biased?.shares.find(({ concept }) => concept === "glasses")).toMatchObject({
      state: "found",
      downstream: ["glasses"],
    });
    // The base's own concept is the judge's; "rare" has no other classifier of its name.
    const own = matrix.decomposition?.find(({ base }) => base === "smiling")?.shares[0];
    expect([own?.classifier, own?.concept]).toEqual(["judge/smiling", "smiling"]);
    expect(own?.share).toBeGreaterThan(0.95);
    const rare = matrix.decomposition?.find(({ base }) => base === "rare")?.shares.map(({ concept }) => concept);
    expect(rare).toEqual(["smiling", "glasses", "red", "green", "blue"]);
    expect(matrix.partial?.find(({ base }) => base === "biased")?.explained).toBeGreaterThan(0.95);
  });

  test("grown from fewer images, interrupted, or merged from shards has equal rows", async () => {
    await aligned("grown", { limit: 5 });
    same(await aligned("grown"), whole);

    const steps = alignFolder(at("faces"), { workspace, ...options, out: at("left") });
    for await (const { phase, done } of steps) if (phase === "aligning" && done > 64) break;
    same(await aligned("left"), whole);

    const alignShards = async (): Promise<void> => {
      for (const index of [1, 2, 3]) await aligned(`shard-${index}`, { shard: { index, count: 3 } });
    };
    await alignShards();
    while ((await shareOut([1, 2, 3].map((index) => at(`shard-${index}`)))).length > 0) await alignShards();
    await mergeRuns(
      [1, 2, 3].map((index) => at(`shard-${index}`)),
      { out: at("merged") },
    );
    same(await openRun(at("merged")), whole);
  }, 300_000);

  test("tells its progress also while it decomposes", async () => {
    const steps = alignFolder(at("faces"), { workspace, ...options, out: at("told") });
    const told: { done: number; counterfactuals: number }[] = [];
    for await (const { phase, done, counterfactuals } of steps) {
      if (phase !== "aligning") continue;
      told.push({ done, counterfactuals });
      if (done >= 64) break;
    }
    const most = Math.max(...told.map(({ counterfactuals }) => counterfactuals));
    // Both parts of the chunk are half of it.
    const after = told.filter(({ done, counterfactuals }) => counterfactuals === most && done > 32 && done < 64);
    expect(new Set(after.map(({ done }) => done)).size).toBeGreaterThan(3);
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).toSorted((a, b) => a - b));
  });

  test("says beforehand which bases need a judge", async () => {
    const { lacking, gradients } = await decompositionCost(
      { workspace, bases, images: 5, out: at("never"), decompose: { images: 1, draws: 2 } },
      () => 0,
    );
    // "biased" and "smiling" are about smiles, which the judge knows; nothing but "rare" itself knows "rare".
    expect(lacking).toEqual(["rare"]);
    expect(gradients).toBeGreaterThan(0);
  });

  test("is another run than one with other draws", async () => {
    await expect(aligned("whole", { decompose: { images: 12, draws: 2 } })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining(
        "decompose: 12 images, 4 draws, noise 0.5, into smiling, glasses, rare, red, green, blue, judge/smiling there, 12 images, 2 draws",
      ),
    });
    await expect(aligned("other", { decompose: { images: 0 } })).rejects.toMatchObject({
      message: "decompose.images: expected a whole number, 1 or more, got 0",
    });
  });
});
