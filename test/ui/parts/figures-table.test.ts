import { createElement } from "react";
import { describe, expect, test } from "vitest";
import { type FiguresRow, FiguresTable } from "../../../src/ui/parts/figures-table.tsx";
import { markup, textsOf } from "./markup.ts";

const rows: readonly FiguresRow[] = [
  {
    key: "a",
    name: "with hat",
    figures: [{ text: "0.50", strong: true }],
    value: 0.5,
    ci: [0.4, 0.6],
    count: 12,
    decided: true,
  },
  { key: "b", name: "without hat", figures: [{ text: "–" }], value: null, ci: null, count: 0 },
];
const table = (intervals: boolean) =>
  markup(
    createElement(FiguresTable, {
      caption: "Relative change of hat",
      head: "Relative change",
      columns: ["mean"],
      rows,
      ...(intervals ? { intervals: { minEffect: 0.1 } } : {}),
    }),
  );

describe("a table of figures", () => {
  test("gives every figure with its interval, in words and drawn, and its count", () => {
    const page = table(true);
    expect(textsOf(page, "caption")).toEqual(["Relative change of hat"]);
    expect(textsOf(page, "thead th")).toEqual(["Relative change", "mean", "interval", "interval drawn", "images"]);
    expect(textsOf(page, "tbody tr:first-child td")).toEqual(["0.50", "0.40 to 0.60", "", "12"]);
    expect(page.querySelectorAll("tbody tr:first-child svg").length).toBe(1);
  });

  test("has a dash and no drawing where there is no value", () => {
    expect(textsOf(table(true), "tbody tr:last-child td")).toEqual(["–", "–", "", "0"]);
    expect(table(true).querySelector("tbody tr:last-child svg")).toBeNull();
  });

  test("marks the line that decided", () => {
    expect(textsOf(table(true), ".decided th")).toEqual(["with hat"]);
  });

  test("has no columns of intervals where there are none", () => {
    expect(textsOf(table(false), "thead th")).toEqual(["Relative change", "mean", "images"]);
  });
});
