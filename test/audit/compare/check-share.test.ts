import { expect, test } from "vitest";
import { checkRun } from "../../../src/audit/compare/check.ts";
import { alignmentMatrix } from "../../../src/audit/matrix.ts";
import { createRandom } from "../../../src/base/random.ts";
import type { RunData } from "../../../src/results/run-data.ts";
import { directedRun as run } from "../directed-run.ts";
import { exampleRun } from "../example-run.ts";

const check = (some: RunData, ...bounds: string[]) => checkRun(some, bounds).checks;

test("a share beyond its bound fails, one within passes, one over its end is unresolved and says how many more images", () => {
  const some = run([0.8, 0.6, 0, 0]);
  expect(check(some, "biased->glasses.share=0.3")[0]).toMatchObject({
    measure: "share",
    verdict: "failed",
    reason: null,
    stratum: null,
    present: { count: 0 },
  });
  expect(check(some, "biased->hat.share=0.3")[0]).toMatchObject({ verdict: "passed", reason: null });
  const [open] = check(some, "biased->glasses.share=0.6");
  expect(open).toMatchObject({ verdict: "unresolved", reason: "straddles" });
  expect(open?.moreImages).toBeGreaterThan(0);
  expect(open?.sentence).toContain(`decompose about ${open?.moreImages} more images (decompose.images)`);
});

test("a share that lowers the base fails a bound on its size, and may be allowed by a range", () => {
  const some = run([0.8, -0.6, 0, 0]);
  expect(check(some, "biased->glasses.share=0.3")[0]?.verdict).toBe("failed");
  expect(check(some, "biased->glasses.share=-0.9..0.1")[0]?.verdict).toBe("passed");
  expect(check(some, "biased->glasses.share=-0.1..0.9")[0]?.verdict).toBe("failed");
});

test("the figures are those of the matrix at the corrected confidence; a share counts as one interval", () => {
  const some = run([0.8, 0.6, 0, 0]);
  const { checks, intervalConfidence, resamples } = checkRun(some, ["biased->glasses.share=0.3", "biased->hat=0.3"]);
  expect(intervalConfidence).toBeCloseTo(1 - 0.05 / 3, 12);
  const { decomposition } = alignmentMatrix(some, { confidence: intervalConfidence, resamples });
  const share = decomposition?.[0]?.shares.find(({ concept }) => concept === "glasses");
  expect(checks[0]?.share).toEqual({ mean: share?.share, ci: share?.ci, count: 20 });
  expect(checks[1]).toMatchObject({ measure: "rc", share: null });
});

test("the sentence says the share, its interval, the images, and where little is explained", () => {
  const [failed] = check(run([0.8, 0.6, 0, 0], { spread: 0.001, rest: 0.001 }), "biased->glasses.share=0.3");
  // Weights of 0.8 and 0.6, both less the cosine of 0.05 that a concept needs.
  expect(failed?.sentence).toBe("share 0.59 (0.59–0.59) of the direction on 20 images: beyond ±0.3");
  const [low] = check(run([0.8, 0.6, 0, 0], { rest: 1.2 }), "biased->glasses.share=0.3");
  expect(low?.sentence).toMatch(/; only \d\d % of the direction is explained$/);
});

test("too few images, a lost feature and collinear concepts are unresolved, and say so; what is not there is refused", () => {
  const some = run([0.8, 0.6, 0, 0]);
  const says = (...args: Parameters<typeof check>) => {
    const [item] = check(...args);
    return [item?.verdict, item?.reason, item?.sentence];
  };
  expect(says(run([0.8, 0.6, 0, 0], { images: 9 }), "biased->glasses.share=0.3").slice(0, 2)).toEqual([
    "unresolved",
    "too-few",
  ]);
  expect(says(run([0.8, 0.6, 0, 0], { blind: true }), "biased->hat.share=0.3").slice(0, 2)).toEqual([
    "unresolved",
    "blind",
  ]);
  const twin = says(run([0.8, 0.6, 0, 0], { twin: true }), "biased->glasses.share=0.3");
  expect(twin.slice(0, 2)).toEqual(["unresolved", "collinear"]);
  expect(twin[2]).toContain("glasses and specs are collinear");
  expect(() => says(some, "baised->glasses.share=0.3")).toThrow('the run has no base "baised": did you mean "biased"?');
  expect(() => says(some, "biased->galsses.share=0.3")).toThrow(
    'the direction of "biased" was not decomposed into "galsses": did you mean "glasses"?',
  );
  const { products: _, ...without } = some;
  expect(() => says(without, "biased->glasses.share=0.3")).toThrow(
    "the run has no decomposition: align with decompose",
  );
});

test("a * covers the shares of every concept but the base's own", () => {
  const some = run([0.8, 0.6, 0, 0]);
  const ofSmiling = { ...some, concepts: { ...some.concepts, biased: "smiling" } };
  const { checks, notes } = checkRun(ofSmiling, ["biased->*.share=0.9"]);
  expect(checks.map(({ downstream }) => downstream)).not.toContain("smiling");
  expect(checks.every(({ measure, verdict }) => measure === "share" && verdict === "passed")).toBe(true);
  expect(notes).toEqual([`"biased->*.share=0.9" covers ${checks.length} cells`]);
});

test("a share beyond its bound whose sign depends on the shrinkage is unresolved", () => {
  // As in the statistics' own test: unshrunk the second concept is subtracted, strongly shrunk it is added.
  const random = createRandom("sign");
  const noise = (size: number): number[] => Array.from({ length: 12 }, () => size * random.normal());
  const example = exampleRun({ bases: ["biased"], downstream: ["smiling", "glasses"], count: 40 });
  const products = example.images.flatMap(({ image }) => {
    const first = noise(1);
    const second = noise(0.75).map((value, i) => value + (first[i] as number));
    const own = noise(0.02).map((value, i) => value + (first[i] as number) - 0.45 * (second[i] as number));
    const vectors = { biased: own, smiling: first, glasses: second };
    const names = ["biased", "smiling", "glasses"] as const;
    return names.map((classifier, i) => ({
      image,
      classifier,
      products: Object.fromEntries(
        names
          .slice(i)
          .map((other) => [
            other,
            vectors[classifier].reduce((sum, value, at) => sum + value * (vectors[other][at] as number), 0),
          ]),
      ),
    }));
  });
  const some: RunData = {
    ...example,
    options: { ...example.options, decompose: { images: 40 } },
    conceptSets: { biased: ["smiling", "glasses"] },
    products,
  };
  expect(check(some, "biased->glasses.share=0.1")[0]).toMatchObject({ verdict: "unresolved", reason: "shrinkage" });
});

test("with a baseline a share is held against its bound only, and that is said", () => {
  const some = run([0.8, 0.6, 0, 0]);
  const { checks, notes } = checkRun(some, ["biased->glasses.share=0.3", "biased->hat=0.3"], { baseline: some });
  expect(checks.map(({ kind, measure }) => [kind, measure])).toEqual([
    ["bound", "share"],
    ["bound", "rc"],
    ["regression", "rc"],
  ]);
  expect(notes).toEqual(['shares are held against their bound only, not the baseline: "biased->glasses.share=0.3"']);
});
