import { createElement } from "react";
import { describe, expect, test } from "vitest";
import { PlotFigure } from "../../../src/ui/parts/plot-figure.tsx";
import { markup } from "./markup.ts";

describe("the place of a plot", () => {
  test("is empty until its width is known: nothing is drawn at a guess", () => {
    let asked = 0;
    const page = markup(
      createElement(PlotFigure, {
        draw: () => {
          asked++;
          throw new Error("drawn without a width");
        },
        className: "panel",
        // biome-ignore lint/correctness/noChildrenProp: a function, which only JSX takes as a child
        children: () => "drawn over it",
      }),
    );
    expect(asked).toBe(0);
    expect(page.querySelector(".plot.panel")?.textContent).toBe("");
  });
});
