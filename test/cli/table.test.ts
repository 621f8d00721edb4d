import { describe, expect, test } from "vitest";
import { csv, figure, textTable } from "../../src/cli/table.ts";

describe("a text table", () => {
  test("aligns the first column left and figures right", () => {
    expect(
      textTable([
        ["name", "n"],
        ["a", "10"],
        ["longer", "7"],
      ]),
    ).toBe("name     n\na       10\nlonger   7");
  });
});

describe("a figure", () => {
  test("that rounds to zero has no sign", () => {
    expect(figure(-0.004)).toBe("0.00");
    expect(figure(-0.006)).toBe("-0.01");
  });

  test("that is missing is drawn as missing", () => {
    expect(figure(null)).toBe("—");
    expect(figure(undefined)).toBe("—");
  });
});

describe("csv", () => {
  test("quotes commas, quotes and line breaks, and leaves null empty", () => {
    expect(csv([["a", 'say "b"', "c,d", "e\nf", null, 1.5, true]])).toBe('a,"say ""b""","c,d","e\nf",,1.5,true\r\n');
  });
});
