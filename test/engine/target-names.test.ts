import { expect, test } from "vitest";
import { targetNames } from "../../src/engine/target-names.ts";

test("a name that repeats gets its place, one that does not and null stay", () => {
  expect(targetNames(["crane", "tench, Tinca tinca", null, "crane", null])).toEqual([
    "crane-0",
    "tench, Tinca tinca",
    null,
    "crane-3",
    null,
  ]);
});
