import { describe, expect, test } from "vitest";
import { applies, checkedOptions, choice, group, number, onOff, whole, wholeOrAll } from "../../src/options/option.ts";

const table = {
  way: choice(["straight", "curved", "random"], { default: "straight" }),
  bends: whole({ least: 1, most: 9 }, { default: 3, when: { option: "way", is: ["curved", "random"] } }),
  limit: wholeOrAll({ least: 1 }, { default: 400 }),
  share: number({ least: 0, below: 1 }, { default: 0.5 }),
  size: number({ above: 0 }, { default: 2 }),
  rate: number({ above: 0, most: 10 }, { default: 0.1 }),
  noise: number({ least: 0, finite: true }, { default: 0 }),
  loud: onOff({}),
  map: group(
    { method: choice(["a", "b"], { default: undefined }), images: whole({ least: 1 }, { default: 64 }) },
    { phrase: ({ method, images }) => `${method} of ${images}` },
  ),
};
const defaults = { way: "straight", bends: 3, limit: 400, share: 0.5, size: 2, rate: 0.1, noise: 0, loud: false };

describe("the options of a table", () => {
  test("have their defaults, in its order, and no group that was not asked for", () => {
    expect(JSON.stringify(checkedOptions(table, {}))).toBe(JSON.stringify(defaults));
  });

  test("keep what was given, also all of them and no limit", () => {
    expect(checkedOptions(table, { limit: null, loud: true, map: { method: "b" } })).toEqual({
      ...defaults,
      limit: null,
      loud: true,
      map: { method: "b", images: 64 },
    });
    expect(checkedOptions(table, { size: Infinity }).size).toBe(Infinity);
  });

  test.each<[Readonly<Record<string, unknown>>, string]>([
    [{ way: "up" }, 'way: expected "straight", "curved" or "random", got "up"'],
    [{ bends: 10 }, "bends: expected a whole number, 1 to 9, got 10"],
    [{ bends: null }, "bends: expected a whole number, 1 to 9, got null"],
    [{ limit: 0.5 }, "limit: expected a whole number, 1 or more, got 0.5"],
    [{ share: 1 }, "share: expected a number from 0 to below 1, got 1"],
    [{ share: "0.5" }, 'share: expected a number from 0 to below 1, got "0.5"'],
    [{ size: 0 }, "size: expected a number above 0, got 0"],
    [{ size: Number.NaN }, "size: expected a number above 0, got NaN"],
    [{ rate: 11 }, "rate: expected a number above 0, at most 10, got 11"],
    [{ noise: Infinity }, "noise: expected a number of at least 0, got Infinity"],
    [{ loud: 1 }, "loud: expected true or false, got 1"],
    [{ map: {} }, 'map.method: expected "a" or "b", got none'],
    [{ map: { method: "a", images: 0 } }, "map.images: expected a whole number, 1 or more, got 0"],
    [{ map: true }, "map: expected an object with method, images, got true"],
  ])("refuse %j", (given, message) => {
    const where = message.split(":")[0];
    expect(() => checkedOptions(table, given as Parameters<typeof checkedOptions<typeof table>>[1])).toThrow(
      expect.objectContaining({ code: "usage", message, where }),
    );
  });

  test("may count only beside a value of another", () => {
    expect(applies(table.bends, { way: "random" })).toBe(true);
    expect(applies(table.bends, { way: "straight" })).toBe(false);
    expect(applies(table.way, {})).toBe(true);
  });
});
