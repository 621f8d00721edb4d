import fc from "fast-check";
import { expect, test } from "vitest";
import { balanced, inTurn } from "../../src/suite/balance.ts";

test("of many with a feature and few without it, the few are among the first", () => {
  const candidates = Array.from({ length: 20 }, (_, id) => ({ id, has: [id >= 5] }));
  const first = balanced(candidates).slice(0, 10);
  expect(first.filter(({ has }) => has[0])).toHaveLength(5);
});

test("nothing is lost, nothing comes twice, and candidates without features keep their order", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 })), (all) => {
      const candidates = all.map((has, id) => ({ id, has }));
      const ids = balanced(candidates).map(({ id }) => id);
      expect(ids.toSorted((a, b) => a - b)).toEqual(candidates.map(({ id }) => id));
    }),
  );
  const bare = Array.from({ length: 9 }, (_, id) => ({ id, has: [] }));
  expect(balanced(bare)).toEqual(bare);
});

test("lists give in turn, and one that is empty leaves its place to the others", () => {
  expect(inTurn([["a", "b", "c"], ["d"], []], 4)).toEqual(["a", "d", "b", "c"]);
  expect(
    inTurn(
      [
        ["a", "b"],
        ["d", "e"],
      ],
      3,
    ),
  ).toEqual(["a", "d", "b"]);
  expect(inTurn<string>([], 3)).toEqual([]);
});
