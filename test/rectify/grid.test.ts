import { describe, expect, test } from "vitest";
import type { Move } from "../../src/rectify/effect.ts";
import { type FitRequest, grid } from "../../src/rectify/fit.ts";

const count = 20;
const places = Array.from({ length: count }, (_, image) => image);

/** RC of every image is 0.8 + slope·c; from `lostFrom` on half of the images cannot be used, all of which may be corrected. */
function request(lostFrom: number, corrected: boolean, slope: number): FitRequest {
  const moves = (c: number, images: readonly number[]): readonly Move[] =>
    images.map((image) => ({
      ...{ baseChange: c <= lostFrom && image % 2 === 0 ? 0.1 : 0.6, stopReason: "dropped", apart: false },
      relativeChanges: [0.8 + slope * c],
    }));
  return {
    measure: async ([c = 0], images) => moves(c, images),
    before: moves(0, places),
    present: [places.map(() => true)],
    corrected: ([c = 0]) => places.map((image) => corrected && c < 0 && image % 2 === 0),
    open: [0],
    splits: { train: places, validation: [], test: [] },
    minBaseChange: 0.3,
    minEffect: 0.1,
  };
}

async function helping(lostFrom: number, corrected = false, slope = 2) {
  const shares: number[] = [];
  const points = await grid([0], 0, request(lostFrom, corrected, slope), (share) => shares.push(share));
  const helpful = points.filter(({ helps }) => helps).map(({ coefficient }) => coefficient);
  return { points: points.map(({ coefficient }) => coefficient), helpful, shares };
}

describe("the grid of coefficients", () => {
  test("goes from -2 to 2 in steps of 0.25 where one of them helps", async () => {
    const { points, helpful } = await helping(-3);
    expect(points).toEqual(Array.from({ length: 17 }, (_, index) => -2 + index / 4));
    expect(helpful).toEqual([-0.25]);
  });

  test("looks closer where a neighbour keeps the images and the next halves", async () => {
    // -0.25 loses images, 0 does not halve; of those between, -0.2 halves and keeps.
    const { points, helpful } = await helping(-0.22);
    expect(points.filter((c) => c > -0.3 && c < 0.1)).toEqual([-0.25, -0.2, -0.15, -0.1, -0.05, 0]);
    expect(points).toEqual([...points].sort((a, b) => a - b));
    expect(helpful).toEqual([-0.2]);
  });

  test("looks closer where the mean changes its sign", async () => {
    // It is 0.8 at 0 and -0.45 at -0.25; between them it is at most half, and not turned by 0.1, at 0.05 and 0.3.
    const { helpful } = await helping(-3, false, 5);
    expect(helpful).toEqual([-0.15, -0.1]);
  });

  test("finds none where the images are lost before mean |RC| halves, unless the lost ones are corrected", async () => {
    expect((await helping(-0.1)).helpful).toEqual([]);
    expect((await helping(-0.1, true)).helpful).toEqual([-0.25]);
  });

  test("reports a share that never falls and ends at 1", async () => {
    const { shares } = await helping(-0.22);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    expect(new Set(shares).size).toBe(shares.length);
  });
});
