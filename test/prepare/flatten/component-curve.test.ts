import { describe, expect, test } from "vitest";
import { type CurvePoint, candidates, chooseComponents } from "../../../src/prepare/flatten/component-curve.ts";

const point = (components: number, decisionsKept: number | null, blind: readonly string[] = []): CurvePoint => ({
  components,
  varianceKept: 0.5,
  decisionsKept,
  blind,
});

describe("the numbers of components that are tried", () => {
  test("double up to half of the pictures, as more fit noise", () => {
    expect(candidates(3000, 2048)).toEqual([16, 32, 64, 128, 256, 512]);
    expect(candidates(200, 2048)).toEqual([16, 32, 64]);
    expect(candidates(3000, 40)).toEqual([16, 32]);
    expect(candidates(40, 8)).toEqual([8]);
  });
});

describe("the number that is chosen", () => {
  test("is the fewest from which doubling keeps less than 0.02 more", () => {
    const curve = [point(32, 0.891), point(64, 0.915), point(128, 0.938), point(256, 0.948), point(512, 0.957)];
    expect(chooseComponents(curve).components).toBe(128);
  });

  test("is larger where more components save a target from becoming blind", () => {
    const curve = [point(32, 0.9, ["eyeglasses"]), point(64, 0.905, ["eyeglasses"]), point(128, 0.91)];
    expect(chooseComponents(curve).components).toBe(128);
  });

  test("is not the first of a small step before a large one", () => {
    expect(chooseComponents([point(32, 0.7), point(64, 0.71), point(128, 0.9)]).components).toBe(128);
  });

  test("goes by the variance where there are no classifiers", () => {
    const curve = [0.6, 0.8, 0.81].map((varianceKept, i) => ({ ...point(32 * 2 ** i, null), varianceKept }));
    expect(chooseComponents(curve).components).toBe(64);
  });
});
