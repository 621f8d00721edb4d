import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  eachOf,
  earlierRebounds,
  type Ground,
  groundOf,
  median,
  pairedChanges,
  pearson,
  searched,
  searchFigures,
  whereMoved,
} from "../../scripts/search-figures.ts";
import { defaultSearch } from "../../src/counterfactual/search-options.ts";
import type { Classifier } from "../../src/models/types.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { faceSource, renderFaces } from "../../src/world/render.ts";

let workspace: Workspace;
let ground: Ground;
let bases: readonly Classifier[];
let fast: Awaited<ReturnType<typeof searched>>;

beforeAll(async () => {
  workspace = await openWorkspace("cartoon-faces");
  // A seed that nothing was trained on.
  const source = faceSource("searches of the built-in world");
  const faces = Array.from({ length: 200 }, (_, index) => source(index));
  ground = await groundOf(workspace.autoencoder, eachOf(await renderFaces(faces)));
  bases = workspace.classifiers(
    "smiling, eyeglasses, lipstick, big_nose, mouth_open, rosy_cheeks, narrow_eyes, smiling-eyeglasses-95, smiling + 0.3*arched_eyebrows",
  );
  fast = await searched(ground, bases, bases);
}, 300_000);
afterAll(() => workspace?.dispose());

describe("fast search on the built-in world", () => {
  it("takes a median of at most 5 evaluations and never more than 10", () => {
    const { evaluations, count } = searchFigures(fast.counterfactuals, defaultSearch);
    expect(count).toBeGreaterThan(500);
    expect(evaluations.median).toBeLessThanOrEqual(5);
    expect(evaluations.max).toBeLessThanOrEqual(10);
  });

  it("reaches the drop to within 0.02, and nothing nearer predicts lower", () => {
    const figures = searchFigures(fast.counterfactuals, defaultSearch);
    expect(figures.beyondTolerance).toBe(0);
    expect(figures.nearerLower).toBe(0);
  });

  it("hides an earlier rebound from a ladder of 32 steps in at most 2 % of 200 images", async () => {
    const smiling = await searched(ground, bases.slice(0, 1), [], {});
    const everyone = smiling.counterfactuals;
    const eyeglasses = fast.counterfactuals.filter(({ base }) => base === "eyeglasses");
    const ladders = [
      [bases[0], everyone],
      [bases[1], eyeglasses],
    ] as const;
    let [rebounds, count] = [0, 0];
    for (const [base, rows] of ladders) {
      const moved = rows.filter(({ before, after }) => before - after > 0.3);
      rebounds += await earlierRebounds(ground, base as Classifier, moved, 1e-3);
      count += moved.length;
    }
    expect(count).toBeGreaterThanOrEqual(150);
    expect(rebounds / count).toBeLessThanOrEqual(0.02);
  });

  it("agrees with the reference search on relative change", async () => {
    const some = { ...ground, images: ground.images.slice(0, 64) };
    const reference = await searched(some, bases, bases, { search: "reference", maxPixelChange: Infinity });
    const [byFast, byReference] = [whereMoved(fast.counterfactuals), whereMoved(reference.counterfactuals)];
    const pairs = pairedChanges(fast.changes, reference.changes, (row) => byFast(row) && byReference(row));
    expect(pairs.length).toBeGreaterThan(500);
    expect(pearson(pairs)).toBeGreaterThanOrEqual(0.95);
    expect(median(pairs.map(([a, b]) => Math.abs(a - b)))).toBeLessThanOrEqual(0.05);
  });
});
