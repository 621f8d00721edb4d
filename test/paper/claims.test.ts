import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { localLinks } from "../house/readme.ts";
import { claims } from "./claims.ts";
import { type CellFigures, type Measured, measure, quick, type Sizes } from "./measure.ts";
import { resultsPage } from "./page.ts";

const docs = join(import.meta.dirname, "../../docs");

/** A smaller sample than any that the page was written from. The benchmark has its own tests in test/bench. */
const small: Sizes = {
  faces: 70,
  positives: 16,
  decomposed: { images: 3, draws: 2 },
  maps: 2,
  bases: quick.bases,
  rectify: {
    ...{ faces: 380, positives: 190, targets: ["smiling-eyeglasses-85"] },
    ...{ fits: 1, checkImages: 20, patience: 2, resamples: 200 },
  },
  benchmark: undefined,
};

describe("on a smaller sample", () => {
  let folder = "";
  let workspace: Workspace;
  let measured: Measured;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "cfalign-results-"));
    workspace = await openWorkspace("cartoon-faces");
    measured = (await measure(workspace, small, { kind: "small", folder, say: () => {} })).measured;
  }, 600_000);

  afterAll(async () => {
    await workspace?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  test("every claim of docs/results.md holds", () => {
    const some = claims(measured);
    expect(some.length).toBeGreaterThanOrEqual(9);
    expect(some.filter(({ holds }) => !holds)).toEqual([]);
  });
});

/** The page's numbers, changed one way at a time; what `measure` picks its pairs and pictures by stays as it picks. */
const spoiled: Readonly<Record<string, (measured: Measured) => Measured>> = {
  "a planted classifier in a clean one's place": (measured) => {
    const names: Readonly<Record<string, string>> = {
      eyeshadow: "eyeshadow-big_nose-95",
      "eyeshadow-big_nose-95": "eyeshadow",
    };
    return withCells(measured, (cell) => ({ ...cell, base: names[cell.base] ?? cell.base }));
  },
  "every clean classifier moves every other": (measured) =>
    withCells(measured, (cell) => (cell.sameConcept || cell.base.includes("-") ? cell : { ...cell, mean: 0.2 })),
  "a feature that moves along on one image and hardly on others": (measured) =>
    withCells(measured, (cell) => ({ ...cell, present: { ...cell.present, ci: [0.3, 1.2] } })),
  "a path that falls short as often as one gradient": (measured) => ({
    ...measured,
    ways: measured.ways.map((way) => ({ ...way, path: { ...way.path, reached: way.gradient.reached } })),
  }),
  "a path whose changes nobody but the classifier sees": (measured) => ({
    ...measured,
    ways: measured.ways.map((way) => ({ ...way, path: { ...way.path, judgeAgrees: way.path.gone / 2 } })),
  }),
  "overlapping maps mean alignment, but for a pair far down the list": (measured) => ({
    ...measured,
    overlap: { ...measured.overlap, place: 200 },
  }),
  "a coefficient that does nothing": (measured) => ({
    ...measured,
    induced: measured.induced.map((one) => ({ ...one, cell: measured.induced[0]?.cell ?? one.cell })),
  }),
  "most targets cannot be rectified": (measured) => ({
    ...measured,
    rectified: measured.rectified.map((target) => ({ ...target, verdict: "no coefficient helps" })),
  }),
  "what is rectified is as large as before": (measured) => ({
    ...measured,
    rectified: measured.rectified.map((target) => ({
      ...target,
      features: target.features.map((feature) => ({
        ...feature,
        splits: { ...feature.splits, test: { ...feature.splits.test, after: feature.splits.test.before } },
      })),
    })),
  }),
  "labels that rectifying gets wrong": (measured) => ({
    ...measured,
    rectified: measured.rectified.map((target) => ({
      ...target,
      performance: target.performance.map((labels) => ({ ...labels, after: { ...labels.after, auroc: 0.8 } })),
    })),
  }),
  "shares in the wrong order": (measured) => ({
    ...measured,
    alignments: {
      ...measured.alignments,
      decomposition: measured.alignments.decomposition.map((one) => ({ ...one, shares: one.shares.toReversed() })),
    },
  }),
  "a benchmark in which baselines detect and the methods do not": (measured) => ({
    ...measured,
    benchmark: measured.benchmark && {
      ...measured.benchmark,
      scores: measured.benchmark.scores.map((score) => ({
        ...score,
        auroc: { ...score.auroc, value: score.role === "baseline" ? 0.9 : 0.6 },
        falseAlarms: 0.5,
      })),
    },
  }),
};

function withCells(measured: Measured, change: (cell: CellFigures) => CellFigures): Measured {
  const { alignments } = measured;
  return { ...measured, alignments: { ...alignments, cells: alignments.cells.map(change) } };
}

describe("a claim", () => {
  test("can fail: none holds by the way its numbers were picked", async () => {
    const numbers = JSON.parse(await readFile(join(docs, "results.json"), "utf8")) as Measured;
    const all = claims(numbers).map((_, index) => index);
    const failed = Object.values(spoiled).flatMap((spoil) => {
      const some = claims(spoil(numbers));
      expect(some).toHaveLength(all.length);
      return all.filter((index) => some[index]?.holds === false);
    });
    expect([...new Set(failed)].sort((a, b) => a - b)).toEqual(all);
  });
});

describe("docs/results.md", () => {
  test("is what its numbers say", async () => {
    const numbers = JSON.parse(await readFile(join(docs, "results.json"), "utf8")) as Measured;
    expect(await readFile(join(docs, "results.md"), "utf8")).toBe(resultsPage(numbers));
  });

  test("links to pictures and pages that exist", async () => {
    const links = localLinks(await readFile(join(docs, "results.md"), "utf8"));
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !existsSync(join(docs, link)))).toEqual([]);
  });
});
