import { describe, expect, test } from "vitest";
import { assertSameRun, differencePhrase, differences, listingDifference } from "../../src/results/identity.ts";
import { type RunFile, runFileSchema } from "../../src/results/run-file.ts";
import type { ListingRow } from "../../src/results/schema.ts";
import { runFile as run } from "./run-file.ts";

const withOptions = (options: Partial<RunFile["options"]>): RunFile => ({
  ...run,
  options: { ...run.options, ...options },
});

describe("the identity of a run", () => {
  test("is not changed by what changes no value", () => {
    const later: RunFile = {
      ...run,
      versions: { ...run.versions, node: "22.0.0" },
      startedAt: "2026-02-02T00:00:00.000Z",
      finishedAt: "2026-02-02T01:00:00.000Z",
      images: { ...run.images, folder: "elsewhere/faces" },
    };
    expect(differences(run, later)).toEqual([]);
    // Options of the direction and the search that are not used; runs of earlier versions have none.
    expect(differences(run, withOptions({ steps: 1, draws: 1, noise: 0 }))).toEqual([]);
    const smoothed = withOptions({ direction: "smoothed" });
    expect(differences(smoothed, { ...smoothed, options: { ...smoothed.options, steps: 9 } })).toEqual([]);
    expect(differences(run, withOptions({ step: 20, maxPixelChange: 0.1 }))).toEqual([]);
    const reference = withOptions({ search: "reference" });
    expect(differences(reference, { ...reference, options: { ...reference.options, maxShift: 2 } })).toEqual([]);
  });

  test.each<[RunFile, string[]]>([
    [
      { ...run, models: [{ name: "attributes", hash: "d".repeat(64) }] },
      ["model attributes: bbbbbbbbbbbb there, dddddddddddd now"],
    ],
    [{ ...run, models: [] }, ["model attributes: bbbbbbbbbbbb there, none now"]],
    [
      { ...run, autoencoder: { name: "faces", hash: "e".repeat(64) } },
      ["autoencoder faces: aaaaaaaaaaaa there, eeeeeeeeeeee now"],
    ],
    [{ ...run, versions: { ...run.versions, cfalign: "0.2.0" } }, ["cfalign: 0.1.0 there, 0.2.0 now"]],
    [{ ...run, versions: { ...run.versions, onnxruntime: "1.31.0" } }, ["onnxruntime: none there, 1.31.0 now"]],
    [{ ...run, compute: { batch: null, threads: 4 } }, ["threads: default there, 4 now"]],
    [{ ...run, compute: { ...run.compute, device: "webgpu" } }, ["device: cpu there, webgpu now"]],
    [{ ...run, judges: ["judge/smiling"] }, ["judges: none there, judge/smiling now"]],
    [{ ...run, positives: { smiling: "young" } }, ["positive: none there, smiling by young now"]],
    [
      withOptions({ select: "all", minPrediction: 0.9 }),
      ["select: positive there, all now", "min-prediction: 0.5 there, 0.9 now"],
    ],
    [
      withOptions({ direction: "path", draws: 5 }),
      [
        "direction: gradient there, path now",
        "steps: none there, 3 now",
        "draws: none there, 5 now",
        "noise: none there, 0.5 now",
      ],
    ],
    [withOptions({ maxShift: 2 }), ["max-shift: 1 there, 2 now"]],
    [
      { ...run, images: { ...run.images, count: 4, hash: "f".repeat(64) } },
      ["image list: 3 images (cccccccccccc) there, 4 images (ffffffffffff) now"],
    ],
  ])("is changed by what changes values: %#", (other, expected) => {
    expect(differences(run, other).map(differencePhrase)).toEqual(expected);
  });

  test("lets the limit grow, and not shrink", () => {
    expect(() => assertSameRun("r", { there: run, now: withOptions({ limit: 400 }) })).not.toThrow();
    expect(() => assertSameRun("r", { there: run, now: withOptions({ limit: null }) })).not.toThrow();
    expect(() => assertSameRun("r", { there: withOptions({ limit: null }), now: run })).toThrow(
      '"r" holds another run: limit: none there, 60 now (it may only grow): choose another folder (out), delete "r", or repeat what it was made with',
    );
  });
});

test("a run of an earlier version reads as one along the gradient, without options that went, and is the same run", () => {
  const { direction, steps, draws, noise, ...options } = run.options;
  const old = runFileSchema.parse(JSON.parse(JSON.stringify({ ...run, options: { ...options, nullDraws: 1 } })));
  expect(old.options.direction).toBe("gradient");
  expect(differences(old, run)).toEqual([]);
});

test("two image lists differ by what is new, gone, changed or labelled differently", () => {
  const row = (image: string, sha256: string, labels: Record<string, number> = {}): ListingRow => ({
    image,
    sha256,
    position: 0,
    labels,
  });
  const there = [row("a", "1"), row("b", "2"), row("c", "3", { old: 1 }), row("d", "4", { old: 1 })];
  const now = [row("a", "9"), row("c", "3", { old: 0 }), row("d", "4", { old: 1 }), row("e", "5"), row("f", "6")];
  expect(listingDifference(there, now)).toBe(
    '2 new, such as "e"; 1 gone, such as "b"; 1 changed, such as "a"; 1 labelled differently, such as "c"',
  );
  expect(listingDifference(there, there)).toBe("");
});
