import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExpression, printExpression, printName, splitList } from "../../src/models/expression.ts";

describe("expressions", () => {
  it("read names, models, coefficients, signs and quotes", () => {
    expect(parseExpression("smiling + 0.3*attributes/arched_eyebrows - 2e-1*'big nose'")).toEqual([
      { coefficient: 1, ref: { name: "smiling" } },
      { coefficient: 0.3, ref: { model: "attributes", name: "arched_eyebrows" } },
      { coefficient: -0.2, ref: { name: "big nose" } },
    ]);
  });

  it("take a hyphen inside a name as part of it", () => {
    expect(parseExpression("smiling-eyeglasses-95/smiling")).toEqual([
      { coefficient: 1, ref: { model: "smiling-eyeglasses-95", name: "smiling" } },
    ]);
    expect(parseExpression("a-b - c")).toEqual([
      { coefficient: 1, ref: { name: "a-b" } },
      { coefficient: -1, ref: { name: "c" } },
    ]);
  });

  it("take any number of blanks around operators and at the ends", () => {
    expect(parseExpression("  a   +\t-0.5*b ")).toEqual([
      { coefficient: 1, ref: { name: "a" } },
      { coefficient: -0.5, ref: { name: "b" } },
    ]);
  });

  it.each([
    ["", `expression "": expected a name (letters, digits, _ . - or anything in single quotes) at the end`],
    ["a+b", `expression "a+b": expected " + " or " - " (with spaces around) and a term, or nothing at "+b"`],
    ["a + ", `expression "a + ": expected " + " or " - " (with spaces around) and a term, or nothing at " +"`],
    ["a b", `expression "a b": expected " + " or " - " (with spaces around) and a term, or nothing at " b"`],
    ["'a", `expression "'a": expected a closing quote for the name at "'a"`],
    ["''", `expression "''": expected a name between the quotes at the end`],
    ["1e999*a", `expression "1e999*a": expected a finite coefficient, got "1e999*" at "a"`],
    ["a/", `expression "a/": expected a name (letters, digits, _ . - or anything in single quotes) at the end`],
    ["0*smiling", 'expression "0*smiling": expected a coefficient other than 0, got "0*" at "smiling"'],
    ["a - 0.0*b", 'expression "a - 0.0*b": expected a coefficient other than 0, got "0.0*" at "b"'],
  ])("say where %j is wrong", (text, message) => {
    expect(() => parseExpression(text)).toThrow(expect.objectContaining({ code: "usage", message }));
  });

  const name = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/),
    fc.string({ minLength: 1, maxLength: 12 }),
    fc.constantFrom("-", "'", "a, b", "0.3*x", "a/b", " "),
  );
  const ref = fc.oneof(fc.record({ name }), fc.record({ model: name, name }));
  const coefficient = fc.oneof(
    fc.constantFrom(1, -1, 0.3, -0.5),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => value !== 0),
  );
  const terms = fc.array(fc.record({ coefficient, ref }), { minLength: 1, maxLength: 4 });

  it("parse back to what was printed", () => {
    fc.assert(
      fc.property(terms, (expression) => {
        expect(parseExpression(printExpression(expression))).toEqual(expression);
      }),
      { numRuns: 1000, seed: 2 },
    );
  });

  it("stay whole in a list whatever their names hold", () => {
    fc.assert(
      fc.property(fc.array(ref, { minLength: 1, maxLength: 4 }), (refs) => {
        expect(splitList(refs.map(printName).join(" , "))).toEqual(refs.map(printName));
      }),
      { seed: 3 },
    );
  });

  it("are missed between two commas", () => {
    expect(() => splitList("a,,b")).toThrow('list "a,,b": expected a name between commas, got nothing');
  });
});
