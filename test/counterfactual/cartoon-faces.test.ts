import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rowsOf } from "../../src/base/tensor.ts";
import { defaultSearch } from "../../src/counterfactual/search-options.ts";
import type { Classifier } from "../../src/models/types.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { median } from "../../src/statistics/moments.ts";
import { faceSource, renderFaces } from "../../src/world/render.ts";
import {
  earlierRebounds,
  type Ground,
  groundOf,
  pairedChanges,
  pearson,
  searched,
  searchFigures,
  whereMoved,
} from "./search-figures.ts";

let workspace: Workspace;
let ground: Ground;
let bases: readonly Classifier[];
let fast: Awaited<ReturnType<typeof searched>>;

beforeAll(async () => {
  workspace = await openWorkspace("cartoon-faces");
  // A seed that nothing was trained on.
  const source = faceSource("searches of the built-in world");
  const faces = Array.from({ length: 200 }, (_, index) => source(index));
  ground = await groundOf(workspace.autoencoder, rowsOf(await renderFaces(faces)));
  bases = workspace.classifiers(
    "smiling, eyeglasses, lipstick, big_nose, mouth_open, rosy_cheeks, narrow_eyes, smiling-eyeglasses-95, smiling + 0.3*arched_eyebrows",
  );
  fast = await searched(ground, bases, bases);
}, 600_000);
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

  it("hides an earlier rebound of more than 0.005 from a ladder of 32 steps in at most 2 % of 200 images", {
    timeout: 600_000,
  }, async () => {
    // Image i with base i mod 9, or the next base that calls it positive and reaches the drop.
    const reached = fast.counterfactuals.filter(({ stopReason }) => stopReason === "dropped");
    const chosen = ground.images.flatMap((_, index) => {
      const own = reached.filter(({ image }) => image === `${index}`);
      const place = ({ base }: (typeof own)[number]): number =>
        (bases.findIndex(({ name }) => name === base) - index + 200 * bases.length) % bases.length;
      return own.sort((a, b) => place(a) - place(b)).slice(0, 1);
    });
    expect(chosen.length).toBeGreaterThanOrEqual(190);
    let rebounds = 0;
    for (const base of bases) {
      rebounds += await earlierRebounds(
        ground,
        base,
        chosen.filter((row) => row.base === base.name),
        0.005,
      );
    }
    expect(rebounds / chosen.length).toBeLessThanOrEqual(0.02);
  });

  it("agrees with the reference search on relative change", { timeout: 600_000 }, async () => {
    const some = { ...ground, images: ground.images.slice(0, 64) };
    const reference = await searched(some, bases, bases, { search: "reference", maxPixelChange: Infinity });
    const [byFast, byReference] = [whereMoved(fast.counterfactuals), whereMoved(reference.counterfactuals)];
    const pairs = pairedChanges(fast.changes, reference.changes, (row) => byFast(row) && byReference(row));
    expect(pairs.length).toBeGreaterThan(500);
    expect(pearson(pairs)).toBeGreaterThanOrEqual(0.95);
    expect(median(pairs.map(([a, b]) => Math.abs(a - b)))).toBeLessThanOrEqual(0.05);
  });
});
