import fc from "fast-check";
import { expect, test } from "vitest";
import { findImages } from "../../../src/audit/find/find.ts";
import { exampleRun } from "../example-run.ts";

const run = exampleRun({
  bases: ["male"],
  downstream: ["male", "heavy_makeup", "no_beard"],
  count: 10,
  fall: (_, image) => (image === 9 ? 0.2 : 0.6),
  relativeChange: (_, downstream, image) => (downstream === "heavy_makeup" ? -0.1 * image : 0.05 * image),
});

test("images behind a cell below a relative change, most negative first, without those whose base did not move", () => {
  const hits = findImages(run, { base: "male", downstream: "heavy_makeup", below: -0.55 }).images;
  expect(hits.map(({ image }) => image)).toEqual(["face-0008.png", "face-0007.png", "face-0006.png"]);
  expect(hits[0]).toMatchObject({ base: "male", downstream: "heavy_makeup", stratum: "present" });
  expect(hits[0]?.relativeChange).toBeCloseTo(-0.8, 12);
  expect(hits[0]?.baseChange).toBeCloseTo(0.6, 12);
  expect(hits[0]?.change).toBeCloseTo(0.48, 12);
});

test("above alone puts the most positive first, and strata filter", () => {
  const hits = findImages(run, { base: "male", downstream: "no_beard", above: 0.2, stratum: "absent" }).images;
  expect(hits.map(({ image }) => image)).toEqual(["face-0007.png", "face-0005.png"]);
});

test("an open query looks at every pair but a base and its own concept", () => {
  expect(new Set(findImages(run).images.map(({ downstream }) => downstream))).toEqual(
    new Set(["heavy_makeup", "no_beard"]),
  );
  expect(findImages(run, { base: "male", downstream: "male" }).count).toBe(9);
  expect(findImages(run, { above: 5 })).toEqual({ count: 0, images: [] });
});

test("a name that is not in the run is refused with those that are", () => {
  expect(() => findImages(run, { base: "mal" })).toThrow(
    'base: expected a classifier of this run, got "mal": did you mean "male"?',
  );
});

const world = exampleRun({
  bases: ["male", "young"],
  downstream: ["male", "young", "heavy_makeup", "no_beard"],
  judges: ["judge/hat"],
  count: 40,
  fall: (_, image) => 0.31 + 0.01 * image,
  relativeChange: (base, downstream, image) =>
    (base === "male" ? 1 : 0.5) * ({ heavy_makeup: -0.02, no_beard: 0.03 }[downstream] ?? 0.01) * image,
  labels: (image) => (image < 30 ? { smiles: image % 3 } : {}),
});
const found = (query: string) => findImages(world, { query });
const numbers = (query: string) => found(query).images.map(({ image }) => Number(image.slice(5, 9)));
const all = Array.from({ length: 40 }, (_, image) => image);

test("the query of the help finds what a filter over the rows finds", () => {
  const { count, images } = found("base = male and heavy_makeup.rc < -0.4 and drop >= 0.5 order by abs(rc) limit 5");
  // RC is −0.02·image and the base fell by 0.31 + 0.01·image; 0.5 is reached from image 19 on.
  const expected = all.filter((image) => -0.02 * image < -0.4 && 0.31 + 0.01 * image >= 0.5).reverse();
  expect(count).toBe(expected.length);
  expect(images.map(({ image }) => Number(image.slice(5, 9)))).toEqual(expected.slice(0, 5));
  for (const hit of images) expect(hit).toMatchObject({ base: "male", downstream: "heavy_makeup" });
});

test("flags are shorthand for the query, and both must hold", () => {
  expect(found("base = male and downstream = no_beard and rc > 0.3 order by rc")).toEqual(
    findImages(world, { base: "male", downstream: "no_beard", above: 0.3 }),
  );
  expect(
    findImages(world, { query: "downstream = no_beard or downstream = heavy_makeup", base: "young", below: 0 }),
  ).toEqual(found("base = young and downstream = heavy_makeup and rc < 0 order by rc asc"));
});

test("and binds before or, not before and, and parentheses before all", () => {
  const cell = "base = male and downstream = no_beard";
  const image = "order by image";
  const has = (query: string) => numbers(`${cell} and (${query}) ${image}`);
  const rc = (index: number) => 0.03 * index;
  expect(has("rc < 0.1 or rc > 0.9 and drop < 0.65")).toEqual(
    all.filter((i) => rc(i) < 0.1 || (rc(i) > 0.9 && 0.31 + 0.01 * i < 0.65)),
  );
  expect(has("(rc < 0.1 or rc > 0.9) and drop < 0.65")).toEqual(
    all.filter((i) => (rc(i) < 0.1 || rc(i) > 0.9) && 0.31 + 0.01 * i < 0.65),
  );
  expect(has("not rc < 0.1 and not not rc < 0.5")).toEqual(all.filter((i) => !(rc(i) < 0.1) && rc(i) < 0.5));
});

test("a missing value satisfies neither a comparison nor its negation", () => {
  const cell = "base = male and downstream = no_beard";
  expect(numbers(`${cell} and label.smiles = 1 order by image`)).toEqual(all.filter((i) => i < 30 && i % 3 === 1));
  expect(numbers(`${cell} and not label.smiles = 1 order by image`)).toEqual(all.filter((i) => i < 30 && i % 3 !== 1));
  expect(numbers(`${cell} and (label.smiles = 1 or rc >= 0) order by image`)).toEqual(all);
  expect(numbers(`${cell} order by label.smiles limit 10`)).toEqual(all.filter((i) => i < 30 && i % 3 === 2));
});

test("a query that speaks of classifiers by name looks at these only, and compares their fields", () => {
  const { images } = found("base = young and no_beard.rc > heavy_makeup.rc and heavy_makeup.stratum = absent");
  expect(new Set(images.map(({ downstream }) => downstream))).toEqual(new Set(["no_beard", "heavy_makeup"]));
  expect(new Set(images.map(({ image }) => image)).size).toBe(20);
  expect(new Set(found("judge/hat.rc > 0").images.map(({ downstream }) => downstream))).toEqual(new Set(["judge/hat"]));
});

test("keywords may be written in any case, and names in double quotes", () => {
  expect(found('base = "male" AND "no_beard".rc >= .9 ORDER BY rc ASC LIMIT 3')).toEqual(
    found("base=male and no_beard.rc>=0.9 order by rc asc limit 3"),
  );
});

test("ways are found by how far they went, where that is known", () => {
  const counterfactuals = world.counterfactuals.map((row, index) =>
    index % 4 === 0
      ? { ...row, displacement: null, length: null, gradients: null }
      : { ...row, lambda: null, displacement: 0.002 * index, length: 0.004 * index, gradients: index },
  );
  const has = (query: string) =>
    findImages({ ...world, counterfactuals }, { query: `base = male and heavy_makeup.rc <= 0 and ${query} limit 100` })
      .images.map(({ image }) => image)
      .sort();
  const rows = (holds: (row: (typeof counterfactuals)[number]) => boolean) =>
    counterfactuals
      .filter((row) => row.base === "male" && holds(row))
      .map(({ image }) => image)
      .sort();
  const bent = rows(({ length }) => length !== null && length > 0.1);
  // Of the 20 images of the base that have a length, those after the 25th row.
  expect(bent.length).toBe(14);
  expect(has("length > 0.1")).toEqual(bent);
  expect(has("displacement > 0.05")).toEqual(bent);
  expect(has("gradients > 25")).toEqual(bent);
  expect(has("not gradients > 25")).toEqual(rows(({ gradients }) => gradients !== null && gradients <= 25));
});

test("what cannot be read is said with its place", () => {
  const says = (query: string, message: string) => expect(() => found(query)).toThrow(`query, at character ${message}`);
  says("base = male and", "16: expected a field, a name or a number, got the end");
  says("rc", "3: expected a comparison (= != < <= > >=), got the end");
  says("rc < 0.1 drop > 0.5", '10: expected "and", "or", "order by", "limit" or the end, got "drop"');
  says("(rc < 0.1", '10: expected "and", "or" or ")", got the end');
  says("rc < 0.1 order rc", '16: expected "by" after "order", got "rc"');
  says("limit 0", '7: expected a whole number, at least 1, after "limit", got "0"');
  says("rc < 0.1; drop table", '9: expected a field, a name, a number or a comparison, got ";"');
  says('base = "male', '8: expected a closing ", got the end');
  says("bas = male", '1: unknown field "bas": the fields are base, downstream, image, stratum');
  says("base = mal", '8: the run has no base "mal": did you mean "male"?');
  says("heavy_makup.rc < 0", '1: the run has no downstream classifier "heavy_makup": did you mean "heavy_makeup"?');
  says("label.smile = 1", '1: the images have no label "smile": did you mean "smiles"?');
  says("base < male", '1: "base" is text: expected = or != after it, got "<"');
  says("rc = male", '6: unknown field "male"');
  says("stratum = there", '11: expected present or absent, got "there"');
  says("abs(base) > 1", '5: expected a number or a field that is one, got "base"');
  says("x.toString > 1", '1: unknown field "x.toString"');
});

test("every text parses or is refused with a usage error", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          "base",
          "rc",
          "male",
          "=",
          "<",
          "(",
          ")",
          "and",
          "or",
          "not",
          "order",
          "by",
          "limit",
          "3",
          '"',
          "'",
          "abs",
          ".",
          "-0.5",
          ";",
          "--",
          "\n",
        ),
      ),
      (words) => {
        try {
          found(words.join(" "));
        } catch (error) {
          expect(error).toMatchObject({ name: "CfalignError", code: "usage" });
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("images that are counted apart are listed where the query speaks of how searches ended", () => {
  const run = exampleRun({ fall: (_, image) => (image % 10 < 3 ? 0.4 : 0.6) });
  const count = (query: string) => findImages(run, { base: "smiling", downstream: "eyeglasses", query }).count;
  expect([count(""), count("stop = shift-limit"), count("not stop = dropped"), count("drop < 0.5")]).toEqual([
    70, 30, 30, 0,
  ]);
});
