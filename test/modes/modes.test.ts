import { describe, expect, test } from "vitest";
import { modesOf } from "../../src/modes/modes.ts";
import { count, isPatch, plantedPictures, plantedRun } from "./planted-modes.ts";

const run = plantedRun();
const pictures = plantedPictures(run);
const found = modesOf(run)("smiling", pictures);
const [patch, smile] = found?.modes ?? [];
const isOfPatch = (image: string): boolean => isPatch(Number(image.slice(5, 9)));

describe("the modes of a classifier's counterfactuals", () => {
  test("are the kinds of change in the pictures, the least accounted for first", () => {
    expect(found).toMatchObject({ base: "smiling", count, withoutPicture: 0, smallest: 5 });
    expect(found?.modes).toHaveLength(2);
    expect(patch?.images).toHaveLength(count / 3);
    expect(patch?.images.every(isOfPatch)).toBe(true);
    expect(smile?.images.some(isOfPatch)).toBe(false);
    expect(patch?.stability).toBeGreaterThan(0.95);
  });

  test("have their share of the pictures with the exact interval", () => {
    // Clopper and Pearson's of 20 among 60, as tables have it.
    expect(patch?.share).toBeCloseTo(1 / 3, 10);
    expect(patch?.ci[0]).toBeCloseTo(0.2169, 3);
    expect(patch?.ci[1]).toBeCloseTo(0.4669, 3);
  });

  test("say how much of their fall the features explain, and how much of what is left they hold", () => {
    // Falls are 0.6; the smile explains 0.8 of a unit of itself.
    expect(patch?.accounted?.value).toBeCloseTo(0, 5);
    expect(smile?.accounted?.value).toBeCloseTo(0.8, 1);
    const left = 1 - (smile?.accounted?.value ?? 0);
    expect(patch?.unaccountedShare).toBeCloseTo(1 / (1 + 2 * left), 5);
    expect([patch?.unnamed, smile?.unnamed]).toEqual([true, false]);
  });

  test("name what the features did, those that explain most first", () => {
    expect(smile?.features[0]).toMatchObject({ feature: "smiling", classifier: "judge/smiling" });
    expect(smile?.features[0]?.change).toBeCloseTo(-0.6, 10);
    expect(smile?.features[0]?.explains).toBeCloseTo(0.8, 1);
    expect(patch?.features.every(({ change }) => Math.abs(change) < 1e-9)).toBe(true);
  });

  test("begin with the images that change most", () => {
    const places = (mode = patch) => mode?.images.map((image) => Number(image.slice(5, 9))) ?? [];
    expect(
      places(patch)
        .slice(0, 10)
        .toSorted((a, b) => a - b),
    ).toEqual([30, 33, 36, 39, 42, 45, 48, 51, 54, 57]);
    expect(Math.min(...places(smile).slice(0, 20))).toBeGreaterThan(Math.max(...places(smile).slice(20)));
  });

  test("are said in a sentence each", () => {
    expect(patch?.sentence).toMatch(
      /^33 % of the pictures \(95 % interval 22 to 47 %\): something at the lower left that no feature names; it holds \d\d % of the fall that is not accounted for\.$/,
    );
    expect(smile?.sentence).toBe("67 % of the pictures (95 % interval 53 to 78 %): smiling goes.");
  });

  test("leave a feature open that goes along and was not moved", () => {
    // Glasses go with the patch, and nobody took them out or put them in.
    const changes = run.changes.map((row) =>
      row.downstream === "judge/glasses" && isOfPatch(row.image) ? { ...row, before: 0.9, after: 0.1 } : row,
    );
    const interventions = (run.interventions ?? []).filter(({ feature }) => feature !== "glasses");
    const [first] = modesOf({ ...run, changes, interventions })("smiling", pictures)?.modes ?? [];
    expect(first?.unnamed).toBe(true);
    expect(first?.sentence).toMatch(
      /: something at the lower left that no feature of known effect names; it holds .*; glasses go along, whose effect is not known\.$/,
    );
  });

  test("hold what is not accounted for in parts that add up, where effects explain too much of one of them", () => {
    const changes = run.changes.map((row) =>
      row.downstream === "judge/smiling" && !isOfPatch(row.image) ? { ...row, before: 1.5, after: 0 } : row,
    );
    const modes = modesOf({ ...run, changes })("smiling", pictures)?.modes ?? [];
    expect(modes.map(({ unaccountedShare }) => unaccountedShare)).toEqual([1, 0]);
  });

  test("of a run without interventions say what moves, and judge nothing", () => {
    const [first, second] = modesOf(plantedRun({ interventions: false }))("smiling", pictures)?.modes ?? [];
    expect(first).toMatchObject({ count: 40, unnamed: null, accounted: null, unaccountedShare: null });
    expect(first?.sentence).toContain(": something in the middle; no feature moves by 0.25 on average.");
    expect(second?.sentence).toContain(": something at the lower left; no feature moves by 0.25 on average.");
  });

  test("are one where all pictures change alike", () => {
    const alike = pictures.map((picture) => ({ ...(pictures[0] as (typeof pictures)[number]), image: picture.image }));
    expect(modesOf(run)("smiling", alike)?.modes).toHaveLength(1);
  });

  test("are none of fewer than ten counterfactuals with a picture, and of a classifier that was not lowered", () => {
    expect(modesOf(run)("smiling", pictures.slice(0, 9))).toBeUndefined();
    expect(modesOf(run)("glasses", pictures)).toBeUndefined();
    expect(modesOf(run)("smiling", pictures.slice(0, 30))?.withoutPicture).toBe(30);
  });
});
