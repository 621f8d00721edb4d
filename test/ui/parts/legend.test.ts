import { createElement } from "react";
import { describe, expect, test } from "vitest";
import { Scale, Swatch } from "../../../src/ui/parts/legend.tsx";
import { markup, textsOf } from "./markup.ts";

describe("a legend", () => {
  test("says what a swatch means, with the classes and the strength of a cell", () => {
    const page = markup(createElement(Swatch, { className: "found pos", strength: 0.6, name: "found" }));
    expect(textsOf(page, "li")).toEqual(["found"]);
    const swatch = page.querySelector("i");
    expect([swatch?.getAttribute("class"), swatch?.getAttribute("style")]).toEqual(["swatch found pos", "--v:0.6"]);
  });

  test("has no strength where there is no data", () => {
    const page = markup(createElement(Swatch, { className: "none", name: "no data" }));
    expect(page.querySelector("i")?.getAttribute("style")).toBeNull();
  });

  test("gives the ends of the scale with true minus signs", () => {
    expect(textsOf(markup(createElement(Scale)), "span")).toEqual(["−1", "1"]);
  });
});
