import { expect, test } from "vitest";
import { choice, group, number, onOff, whole, wholeOrAll } from "../../src/options/option.ts";
import { optionsSchema } from "../../src/results/options-schema.ts";

const schema = optionsSchema({
  drop: number({ above: 0 }, { default: 0.6 }),
  limit: wholeOrAll({ least: 1 }, { default: 400 }),
  way: choice(["straight", "curved"], { default: "curved", before: "straight" }),
  loud: onOff({}),
  map: group({ images: whole({ least: 1 }, { default: 64 }) }, { phrase: ({ images }) => `${images} images` }),
});
const file = { drop: 0.8, limit: null, way: "curved", loud: false };

test("options are read as they were written, in the order of the table", () => {
  expect(JSON.stringify(schema.parse({ map: { images: 3 }, ...file }))).toBe(
    JSON.stringify({ ...file, map: { images: 3 } }),
  );
});

test("an option that came later means what there was before it", () => {
  const { way: _, ...older } = file;
  expect(schema.parse(older)).toEqual({ ...file, way: "straight" });
});

test.each([{ drop: "0.8" }, { limit: 1.5 }, { way: "up" }, { loud: null }, { drop: undefined }, { map: {} }])(
  "%j is refused",
  (wrong) => expect(schema.safeParse({ ...file, ...wrong }).success).toBe(false),
);
