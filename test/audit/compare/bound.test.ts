import { expect, test } from "vitest";
import { parseBound } from "../../../src/audit/compare/bound.ts";

test("a number bounds the size, a range is signed", () => {
  expect(parseBound("smiling->eyeglasses=0.2")).toEqual({
    text: "smiling->eyeglasses=0.2",
    base: "smiling",
    downstream: "eyeglasses",
    measure: "any",
    low: -0.2,
    high: 0.2,
  });
  expect(parseBound(" a -> b = -0.2..0.4 ")).toMatchObject({ base: "a", downstream: "b", low: -0.2, high: 0.4 });
  expect(parseBound("a->b=-1e-1..+.5")).toMatchObject({ low: -0.1, high: 0.5 });
});

test("names hold = and quoted names hold ->", () => {
  expect(parseBound("smiling + 0.3*'x=y->z'->'a=b'=0.2")).toMatchObject({
    base: "smiling + 0.3*'x=y->z'",
    downstream: "'a=b'",
    high: 0.2,
  });
});

test("a field after the last dot says what is bounded", () => {
  expect(parseBound("a->b.share=0.2")).toMatchObject({ downstream: "b", measure: "share", high: 0.2 });
  expect(parseBound("a->b.rc=0.2")).toMatchObject({ downstream: "b", measure: "rc" });
  expect(parseBound("a->'x + 0.5*y'.share=-0.1..0.2")).toMatchObject({ downstream: "'x + 0.5*y'", measure: "share" });
  expect(parseBound("a->v1.2=0.2")).toMatchObject({ downstream: "v1.2", measure: "any" });
  expect(parseBound("a->b.effect=0.2")).toMatchObject({ downstream: "b", measure: "effect" });
});

test("what cannot be read says what was expected", () => {
  const says = (text: string, expected: string) =>
    expect(() => parseBound(text)).toThrow(`bounds "${text}": expected ${expected}, such as "smiling->eyeglasses=0.2"`);
  says("smiling=0.2", "base->downstream=bound");
  says("smiling->eyeglasses", "base->downstream=bound");
  says("smiling->.share=0.2", "a base before -> and a downstream classifier after it");
  says("->eyeglasses=0.2", "a base before -> and a downstream classifier after it");
  for (const bound of ["", "x", "0", "-0.2", "0.4..0.2", "0.1..", "1..2..3", "Infinity", "1e999", "0..1e999", "0x1"]) {
    says(`a->b=${bound}`, "a number above 0, or a range low..high with low below high, after =");
  }
});
