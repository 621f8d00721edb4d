import { describe, expect, test } from "vitest";
import { numberBetween, shardOf, wholeNumber } from "../../src/cli/numbers.ts";

describe("a number option", () => {
  test("refuses what is not a number, and what is out of bounds", () => {
    const parse = numberBetween(0, 1, "a number from 0 to 1");
    expect(parse("0.25")).toBe(0.25);
    for (const wrong of ["", " ", "x", "0,5", "-0.1", "1.1", "NaN"]) {
      expect(() => parse(wrong), wrong).toThrow("expected a number from 0 to 1");
    }
  });

  test("that counts refuses fractions and signs", () => {
    const parse = wholeNumber(1);
    expect(parse("400")).toBe(400);
    for (const wrong of ["0", "1.5", "-3", "1e3", "", "99999999999999999999"]) {
      expect(() => parse(wrong), wrong).toThrow("expected a whole number, at least 1");
    }
  });
});

describe("a shard", () => {
  test("is i of n, counted from 1", () => {
    expect(shardOf("2/4")).toEqual({ index: 2, count: 4 });
    for (const wrong of ["0/4", "5/4", "1", "1/0", "a/b", "1/4/2"]) {
      expect(() => shardOf(wrong), wrong).toThrow("expected i/n with i from 1 to n, such as 1/4");
    }
  });
});
