import { DOMParser } from "linkedom";
import { describe, expect, test } from "vitest";
import { lightColours } from "../../src/pictures/alignment-plot.ts";
import { type IntervalRow, intervalPlot } from "../../src/pictures/interval-plot.ts";

const document = new DOMParser().parseFromString("<svg/>", "image/svg+xml") as unknown as Document;
const draw = (rows: readonly IntervalRow[], kinds = 1) =>
  intervalPlot(rows, {
    width: 500,
    colours: lightColours,
    fontFamily: "DejaVu Sans",
    domain: [-1, 1],
    ticks: [-1, 0, 1],
    tickFormat: String,
    label: "relative change",
    band: [-0.1, 0.1],
    kinds,
    document,
  });
const places = (svg: Element, selector: string, name: string): number[] =>
  [...svg.querySelectorAll(selector)].map((each) => Number(each.getAttribute(name)));

describe("the plot of intervals", () => {
  test("puts a value between the ends of its interval, on a linear axis", () => {
    const svg = draw([
      { name: "a", points: [{ value: 0.5, ci: [0.25, 0.75], kind: 0 }] },
      { name: "b", points: [{ value: -0.5, ci: null, kind: 0 }] },
    ]);
    const [right, left] = places(svg, "circle", "cx") as [number, number];
    const [link] = [...svg.querySelectorAll('[aria-label="link"] path')].map((each) => each.getAttribute("d") ?? "");
    const [low, high] = [...(link ?? "").matchAll(/[ML]([\d.]+)/g)].map(([, x]) => Number(x)) as [number, number];
    expect((low + high) / 2).toBeCloseTo(right, 1);
    // 0.5 is a quarter of the axis: as wide as the interval.
    expect(high - low).toBeCloseTo((right - left) / 2, 1);
    expect(svg.querySelectorAll('[aria-label="link"] path').length).toBe(1);
  });

  test("draws what lies beyond the axis at its end", () => {
    const row = (value: number): IntervalRow => ({ name: "a", points: [{ value, ci: [-9, 9], kind: 0 }] });
    expect(places(draw([row(7)]), "circle", "cx")).toEqual(places(draw([row(1)]), "circle", "cx"));
  });

  test("keeps rows of one name apart, and shortens names that do not fit", () => {
    const name = "smiling-eyeglasses-100 → a_feature_with_a_long_name_95";
    const rows = [0.1, 0.2].map((value): IntervalRow => ({ name, points: [{ value, ci: null, kind: 0 }] }));
    const svg = draw(rows);
    expect(new Set(places(svg, "circle", "cy")).size).toBe(2);
    const words = [...svg.querySelectorAll("text")].map((each) => each.textContent ?? "");
    expect(words.filter((text) => /^smiling.*….*95$/.test(text)).length).toBe(2);
  });

  test("draws the first of two kinds hollow", () => {
    const points = [0, 1].map((kind) => ({ value: 0.5, ci: null, kind }));
    const fills = [...draw([{ name: "a", points }], 2).querySelectorAll("circle")].map(
      (each) => each.getAttribute("fill") ?? each.parentElement?.getAttribute("fill"),
    );
    expect(fills).toEqual([lightColours.paper, lightColours.lines[0]]);
  });

  test("rings what is found, fills what is clear, and leaves hollow what is unresolved", () => {
    const rows = (["found", "clear", "unresolved"] as const).map((state): IntervalRow => {
      return { name: state, points: [{ value: 0.5, ci: null, kind: 0, state }] };
    });
    const { ink, paper, lines } = lightColours;
    const looks = [...draw(rows).querySelectorAll("circle")].map((dot) => [
      dot.getAttribute("fill"),
      dot.getAttribute("stroke"),
    ]);
    expect(looks).toEqual([
      [lines[0], ink],
      [lines[0], paper],
      [paper, lines[0]],
    ]);
  });
});
