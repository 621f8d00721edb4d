import { createElement } from "react";
import { describe, expect, test } from "vitest";
import { lookOf } from "../../../src/ui/parts/cell-look.ts";
import { Heatmap } from "../../../src/ui/parts/heatmap.tsx";
import { Name, tailsOf } from "../../../src/ui/parts/name.tsx";
import { markup, textsOf } from "./markup.ts";

const values = [
  [1.26, -0.04, null],
  [0.5, 0, 0.8],
];
const page = markup(
  createElement(Heatmap, {
    label: "Relative change, base by downstream",
    rows: { names: ["hat", "beard"], label: "base", starts: new Set([1]) },
    columns: { names: ["hat", "beard", "smiling"], label: "downstream", starts: new Set([2]) },
    look: (row, column) => {
      const value = values[row]?.[column] ?? null;
      return lookOf(`${["hat", "beard"][row]}, column ${column}`, value, {
        words: `${value}, 12 images`,
        classes: ["found"],
      });
    },
    tip: () => null,
    open: () => undefined,
  }),
);
const cells = [...page.querySelectorAll('[role="gridcell"]')];

describe("a heatmap", () => {
  test("is a grid with a name, in which every cell says its pair, its value and its count", () => {
    expect(page.querySelector('[role="grid"]')?.getAttribute("aria-label")).toBe("Relative change, base by downstream");
    expect(cells.map((cell) => cell.getAttribute("aria-label"))).toEqual([
      "hat, column 0: 1.26, 12 images",
      "hat, column 1: -0.04, 12 images",
      "hat, column 2: no data",
      "beard, column 0: 0.5, 12 images",
      "beard, column 1: 0, 12 images",
      "beard, column 2: 0.8, 12 images",
    ]);
  });

  test("draws missing as missing: no number, no colour", () => {
    const missing = cells[2];
    expect(missing?.textContent).toBe("");
    expect(missing?.getAttribute("class")).toBe("none start");
    expect(missing?.getAttribute("style")).toBeNull();
    expect(cells[4]?.textContent).toBe("0");
    expect(cells[4]?.getAttribute("style")).toBe("--v:0");
  });

  test("has its names as headings, and a gap where another group begins", () => {
    expect(textsOf(page, 'th[scope="col"]')).toEqual(["hat", "beard", "smiling"]);
    expect(textsOf(page, 'th[scope="row"]')).toEqual(["hat", "beard"]);
    expect(textsOf(page, "tr.start th")).toEqual(["beard"]);
    expect(textsOf(page, "th.start")).toEqual(["smiling"]);
  });
});

describe("a name in a heading", () => {
  const drawn = (name: string, tail?: number) =>
    [
      ...markup(createElement(Name, { name, ...(tail === undefined ? {} : { tail }) })).querySelectorAll(".name > i"),
    ].map((part) => part.getAttribute("data-text"));

  test("keeps its end where it is cut, and says all of itself", () => {
    expect(drawn("smiling-eyeglasses-95")).toEqual(["smiling-eyegl", "asses-95"]);
    expect(drawn("hat")).toEqual(["hat", ""]);
    expect(drawn("smiling-eyeglasses-95", 13)).toEqual(["smiling-", "eyeglasses-95"]);
    expect(markup(createElement(Name, { name: "smiling-eyeglasses-95" })).body.textContent).toBe(
      "smiling-eyeglasses-95",
    );
  });
});

test("names that end alike are cut further from their ends", () => {
  const names = ["attributes-b/arched_eyebrows", "attributes-b/bushy_eyebrows", "hat"];
  const ends = tailsOf(names).map((tail, at) => names[at]?.slice(-tail));
  expect(ends).toEqual(["d_eyebrows", "y_eyebrows", "hat"]);
});

describe("the look of a cell", () => {
  const look = (value: number | null) => lookOf("a, b", value, { words: "said", classes: ["clear"] });

  test("has the sign as its colour and the size as its strength, at most 1", () => {
    expect([look(0.5).className, look(-0.5).className]).toEqual([
      expect.stringContaining("pos"),
      expect.stringContaining("neg"),
    ]);
    expect([look(-0.5).strength, look(1.7).strength, look(null).strength]).toEqual([0.5, 1, undefined]);
  });
});
