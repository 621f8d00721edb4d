import { expect, test } from "vitest";
import { CfalignError } from "../src/errors.ts";

test("an error names options as whoever reads it knows them", () => {
  const error = new CfalignError("usage", (named) => `${named("maxShift")}: expected less\nthan ${named("out")}`, {
    option: "maxShift",
  });
  expect([error.message, error.where]).toEqual(["maxShift: expected less than out", "maxShift"]);
  expect(error.messageWith((name) => `-${name}`)).toBe("-maxShift: expected less than -out");
  expect(new CfalignError("input", "no option").messageWith((name) => `-${name}`)).toBe("no option");
});
