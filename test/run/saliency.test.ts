import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { mergeRuns, shareOut } from "../../src/results/merge.ts";
import { type OpenRun, openRun } from "../../src/results/open-run.ts";
import type { AlignFolderOptions } from "../../src/run/run-options.ts";
import { rankCorrelation } from "../../src/statistics/rank-correlation.ts";
import { alongLatent } from "../models/linear-world.ts";
import { runToEnd, smallScene } from "./small-world.ts";

const sum = "smiling + 0.3*glasses";
const bases = ["smiling", sum];
const downstream = ["smiling", "glasses", "biased", "red"];

const { workspace, folder } = await smallScene(150);
const whole = await aligned("whole");
afterAll(() => workspace.dispose());

async function aligned(name: string, options: Partial<AlignFolderOptions> = {}): Promise<OpenRun> {
  const out = join(folder, name);
  const saliency = { method: "input-gradients", images: 70 } as const;
  const given = { bases, downstream, judges: [], limit: 45, keepImages: 0, saliency, ...options };
  await runToEnd(join(folder, "faces"), { workspace, out, ...given });
  return openRun(out);
}

/** Gradients of the logits by pixel: the world is linear. */
const weights: Readonly<Record<string, readonly number[]>> = {
  smiling: alongLatent([14, 0, 0, 0]),
  glasses: alongLatent([0, 15, 0, 0]),
  biased: alongLatent([10, 9, 0, 0]),
};

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((total, value, i) => total + Math.abs(value) * Math.abs(y[i] as number), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe("saliency similarity of a run", () => {
  test("is of the first images of the order, of every pair of classifiers once", () => {
    const first = whole.images.filter(({ position }) => position < 70).map(({ image }) => image);
    const names = ["smiling", sum, "glasses", "biased", "red"];
    expect(whole.saliency?.map(({ image, classifier }) => [image, classifier])).toEqual(
      first.flatMap((image) => names.map((name) => [image, name])),
    );
    for (const [place, row] of (whole.saliency ?? []).slice(0, 5).entries()) {
      expect(Object.keys(row.cosine)).toEqual(names.slice(place + 1));
      expect(Object.keys(row.rank)).toEqual(names.slice(place + 1));
    }
  });

  test("of linear classifiers is the similarity of their weights without sign", () => {
    for (const row of whole.saliency ?? []) {
      if (row.classifier !== "glasses") continue;
      const [a, b] = [weights.glasses ?? [], weights.biased ?? []];
      expect(row.cosine.biased).toBeCloseTo(cosine(a, b), 5);
      expect(row.rank.biased).toBeCloseTo(rankCorrelation(a.map(Math.abs), b.map(Math.abs)) as number, 6);
    }
  });

  test("of a sum weighs the terms by the slopes of their own heads on the image", () => {
    const predictions = new Map(whole.predictions.map((row) => [`${row.image} ${row.classifier}`, row.input]));
    const rows = (whole.saliency ?? []).filter(({ classifier }) => classifier === sum);
    expect(rows.length).toBe(70);
    for (const { image, cosine: found } of rows) {
      const slope = (name: string): number => {
        const p = predictions.get(`${image} ${name}`) as number;
        return p * (1 - p);
      };
      const map = (weights.smiling ?? []).map(
        (w, i) => slope("smiling") * w + 0.3 * slope("glasses") * ((weights.glasses ?? [])[i] as number),
      );
      expect(found.biased).toBeCloseTo(cosine(map, weights.biased ?? []), 4);
    }
  });

  test("in shards, merged, and grown to a larger limit is that of the whole", async () => {
    const alignShards = async (): Promise<void> => {
      for (const index of [1, 2]) await aligned(`shard-${index}`, { shard: { index, count: 2 } });
    };
    await alignShards();
    while ((await shareOut([1, 2].map((index) => join(folder, `shard-${index}`)))).length > 0) await alignShards();
    const out = join(folder, "merged");
    await mergeRuns(
      [1, 2].map((index) => join(folder, `shard-${index}`)),
      { out },
    );
    expect((await openRun(out)).saliency).toEqual(whole.saliency);
    await aligned("grown", { limit: 10 });
    expect((await aligned("grown")).saliency).toEqual(whole.saliency);
  }, 200_000);

  test("belongs to the run: another method there is refused", async () => {
    const other = aligned("whole", { saliency: { method: "guided-backprop", images: 70 } });
    await expect(other).rejects.toThrow(
      "saliency: input-gradients of 70 images there, guided-backprop of 70 images now",
    );
    await expect(aligned("none", { saliency: { method: "lrp" as never } })).rejects.toThrow(
      'saliency.method: expected "input-gradients", "integrated-gradients" or "guided-backprop", got "lrp"',
    );
  });

  test("is in the matrix as means over images, or null", async () => {
    const { saliencySimilarity: found } = alignmentMatrix(whole, { resamples: 100 });
    expect(found).toMatchObject({ method: "input-gradients", count: 70 });
    expect(found?.names).toEqual(["smiling", sum, "glasses", "biased", "red"]);
    expect(found?.cosine[2]?.[3]).toBeCloseTo(cosine(weights.glasses ?? [], weights.biased ?? []), 5);
    expect(found?.cosine[3]?.[2]).toBe(found?.cosine[2]?.[3]);
    const { options, ...rest } = whole;
    const { saliency: _, ...without } = options;
    expect(alignmentMatrix({ ...rest, options: without }, { resamples: 100 }).saliencySimilarity).toBeNull();
  });
});
