import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { localLinks } from "../house/readme.ts";
import { claims } from "./claims.ts";
import { type Measured, measure, quick, type Sizes } from "./measure.ts";
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
    ...{ faces: 140, positives: 64, targets: ["smiling-eyeglasses-85"] },
    // Most smiling faces have glasses, so that few images suffice.
    correlate: [{ a: "smiling", b: "eyeglasses", phi: 0.8 }],
    ...{ fits: 1, checkImages: 10, patience: 1, resamples: 200 },
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

  test("what a claim says is in the numbers: a swapped matrix breaks it", () => {
    // The planted classifier in the clean one's place, and the other way round.
    const names: Readonly<Record<string, string>> = {
      eyeshadow: "eyeshadow-big_nose-95",
      "eyeshadow-big_nose-95": "eyeshadow",
    };
    const cells = measured.alignments.cells.map((cell) => ({ ...cell, base: names[cell.base] ?? cell.base }));
    const broken = claims({ ...measured, alignments: { ...measured.alignments, cells } });
    expect(broken.filter(({ figure, holds }) => figure === "2a" && !holds).length).toBeGreaterThan(0);
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
