import { createElement } from "react";
import { describe, expect, test } from "vitest";
import { NumbersTable } from "../../../src/ui/parts/numbers-table.tsx";
import { markup, textsOf } from "./markup.ts";

describe("the numbers of a plot as a table", () => {
  test("are folded away, and made only when they are opened", () => {
    const page = markup(createElement(NumbersTable, { caption: "c", columns: ["a", "b"], rows: [["x", "1"]] }));
    expect(textsOf(page, "summary")).toEqual(["The numbers as a table"]);
    expect(page.querySelector("table")).toBeNull();
  });
});
