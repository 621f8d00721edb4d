import { expect, test } from "vitest";
import { findImages } from "../../src/audit/find.ts";
import { exampleRun } from "./example-run.ts";

const run = exampleRun({
  bases: ["male"],
  downstream: ["male", "heavy_makeup", "no_beard"],
  count: 10,
  fall: (_, image) => (image === 9 ? 0.2 : 0.6),
  relativeChange: (_, downstream, image) => (downstream === "heavy_makeup" ? -0.1 * image : 0.05 * image),
});

test("images behind a cell below a relative change, most negative first, without those whose base did not move", () => {
  const hits = findImages(run, { base: "male", downstream: "heavy_makeup", below: -0.55 });
  expect(hits.map(({ image }) => image)).toEqual(["face-0008.png", "face-0007.png", "face-0006.png"]);
  expect(hits[0]).toMatchObject({ base: "male", downstream: "heavy_makeup", stratum: "present" });
  expect(hits[0]?.relativeChange).toBeCloseTo(-0.8, 12);
  expect(hits[0]?.baseChange).toBeCloseTo(0.6, 12);
  expect(hits[0]?.change).toBeCloseTo(0.48, 12);
});

test("above alone puts the most positive first, and strata filter", () => {
  const hits = findImages(run, { base: "male", downstream: "no_beard", above: 0.2, stratum: "absent" });
  expect(hits.map(({ image }) => image)).toEqual(["face-0007.png", "face-0005.png"]);
});

test("an open query looks at every pair but a base and its own concept", () => {
  expect(new Set(findImages(run).map(({ downstream }) => downstream))).toEqual(new Set(["heavy_makeup", "no_beard"]));
  expect(findImages(run, { base: "male", downstream: "male" })).toHaveLength(9);
  expect(findImages(run, { above: 5 })).toEqual([]);
});

test("a name that is not in the run is refused with those that are", () => {
  expect(() => findImages(run, { base: "mal" })).toThrow(
    '--base: expected a classifier of this run ("male"), got "mal"',
  );
});
