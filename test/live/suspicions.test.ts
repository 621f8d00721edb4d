import { describe, expect, test } from "vitest";
import { leastPictures, suspicionsIn } from "../../src/live/suspicions.ts";
import type { Cell } from "../../src/results/matrix-schema.ts";

test("a verdict takes 20 pictures to find and 44 with and without to clear: 0.9 to the 44th is below 0.01", () => {
  expect(leastPictures()).toEqual({ found: 20, clear: 44 });
  expect([0.9 ** 43 > 0.01, 0.9 ** 44 > 0.01]).toEqual([true, false]);
});

describe("an audit points", () => {
  const cell = (downstream: string, state: Cell["state"], mean: number | null, count = 20): Cell =>
    ({ base: "b", downstream, state, deciding: { mean, count, ci: null, stratum: null, median: mean } }) as Cell;
  const pointed = (...cells: Cell[]) => suspicionsIn({ cells, minEffect: 0.1 }).map(({ downstream }) => downstream);

  test("at what it found first, then at what is large and unsettled, the largest first", () => {
    const found = pointed(
      ...[cell("small", "found", 0.2), cell("large", "found", -0.5)],
      ...[cell("perhaps", "unresolved", 0.3), cell("likely", "unresolved", -0.9)],
    );
    expect(found).toEqual(["large", "small", "likely", "perhaps"]);
  });

  test("at nothing that is clear, not judged, hardly moves, or was seen on fewer than ten pictures", () => {
    const found = pointed(
      ...[cell("clear", "clear", 0.2), cell("same", null, 0.9), cell("little", "unresolved", 0.1)],
      ...[cell("few", "unresolved", 0.9, 9), cell("none", "unresolved", null)],
    );
    expect(found).toEqual([]);
  });
});
