import { expect, test } from "vitest";
import { wrapped } from "../../src/cli/wrapped.ts";

test("a line that fits stays as it is, with its spaces", () => {
  expect(wrapped("  two  spaces", 13)).toEqual(["  two  spaces"]);
});

test("a longer line breaks between words, and its further lines are indented", () => {
  expect(wrapped("  one two three four", 11, "    ")).toEqual(["  one two", "    three", "    four"]);
});

test("a word that has no room has a line of its own", () => {
  expect(wrapped("a incomprehensibilities b", 6)).toEqual(["a", "incomprehensibilities", "b"]);
});
