import { describe, expect, test } from "vitest";
import { given, hashOf, oneOf, unlessFirst } from "../../../src/ui/shell/hash.ts";

describe("the words after #", () => {
  test("leave out what has no value, and keep what is empty", () => {
    expect(hashOf({ base: "a b", image: undefined, target: "" })).toBe("#base=a+b&target=");
    expect(given("#base=a+b&target=&more=1", ["base", "target", "image"])).toEqual({ base: "a b", target: "" });
  });

  test("are one of those known, the first by default, which is not written", () => {
    const known = ["all", "present"] as const;
    expect([oneOf(known, "present"), oneOf(known, "x"), oneOf(known, undefined)]).toEqual(["present", "all", "all"]);
    expect([unlessFirst(known, "all"), unlessFirst(known, "present")]).toEqual([undefined, "present"]);
  });
});
