import { DOMParser } from "linkedom";
import { describe, expect, test } from "vitest";
import { platform } from "#platform";
import { alignmentFigure } from "../../src/pictures/alignment-figure.ts";
import { type Alignment, alignmentPanel, lightColours, linesOf } from "../../src/pictures/alignment-plot.ts";

const shares = [0, 0.5, 1];
const alignment: Alignment = {
  base: { name: "smiling-eyeglasses-95", predictions: [0.93, 0.6, 0.32] },
  downstream: [
    { name: "eyeglasses", predictions: [0.97, 0.8, 0.56] },
    { name: "smiling", predictions: [0.95, 0.7, 0.5] },
    { name: "narrow_eyes", predictions: [0.1, 0.15, 0.31] },
    { name: "hat", predictions: [0.02, 0.02, 0.03] },
    { name: "beard", predictions: [0.5, 0.5, 0.49] },
  ],
  shares,
  lambda: -142.3,
};

const document = new DOMParser().parseFromString("<svg/>", "image/svg+xml") as unknown as Document;
const panel = (name: "aligned" | "inverse", focus?: string) =>
  alignmentPanel(alignment, name, {
    width: 520,
    height: 300,
    colours: lightColours,
    fontFamily: "DejaVu Sans, sans-serif",
    document,
    ...(focus === undefined ? {} : { focus }),
  });
const words = (svg: Element): string[] => [...svg.querySelectorAll("text")].map((each) => each.textContent ?? "");

describe("the alignment plot", () => {
  test("puts what moves with the base in one panel and what moves against it in the other, strongest first", () => {
    expect(linesOf(alignment, "aligned").map(({ name }) => name)).toEqual(["smiling", "eyeglasses", "beard"]);
    expect(linesOf(alignment, "inverse").map(({ name }) => name)).toEqual(["narrow_eyes", "hat"]);
  });

  test("labels the lines that moved at their ends, with the change; the others stay unnamed", () => {
    const text = words(panel("aligned")).join("|");
    expect(text).toContain("eyeglasses −0.41");
    expect(text).toContain("smiling-eyeglasses-95 −0.61");
    expect(text).not.toContain("beard");
    expect(words(panel("inverse")).join("|")).toContain("narrow_eyes +0.21");
  });

  test("names the line in focus even where it did not move", () => {
    expect(words(panel("aligned", "beard")).join("|")).toContain("beard −0.01");
  });

  test("says the same to a screen reader", () => {
    expect(panel("inverse").getAttribute("aria-label")).toBe(
      "inverse predictions on the way to the counterfactual: smiling-eyeglasses-95 0.93 to 0.32, narrow_eyes 0.10 to 0.31",
    );
  });

  test("as a file is this SVG", async () => {
    const { svg } = alignmentFigure(alignment, { title: "face.png", width: 900, height: 260 });
    await expect(svg.replaceAll("><", ">\n<")).toMatchFileSnapshot("fixtures/alignment-plot.svg");
  });

  test("as a file renders, with ink in both panels and hostile names as text", async () => {
    const hostile = { ...alignment, base: { ...alignment.base, name: "</text><script>alert(1)</script>" } };
    const figure = alignmentFigure(hostile, { title: "<b>&" });
    expect(figure.svg).not.toContain("<script>");
    const pixels = await platform.renderSvg(figure.svg, figure);
    const dark = (from: number, to: number): number => {
      let count = 0;
      for (let y = 0; y < pixels.height; y++) {
        for (let x = from; x < to; x++)
          if ((pixels.data[(y * pixels.width + x) * pixels.channels] ?? 255) < 60) count++;
      }
      return count;
    };
    expect(dark(0, figure.width / 2)).toBeGreaterThan(300);
    expect(dark(figure.width / 2, figure.width)).toBeGreaterThan(300);
  });
});
