import { describe, expect, test } from "vitest";
import { contrastOf, rgbOf } from "../../src/pictures/contrast.ts";
import { figureSvg } from "../../src/pictures/figure.ts";
import { type DrawnMatrix, matrixFigure } from "../../src/pictures/matrix-figure.ts";
import { xmlElements } from "./xml-elements.ts";

const names = (count: number) => Array.from({ length: count }, (_, index) => `feature_${index + 1}`);
const matrixOf = (count: number, changes: Partial<DrawnMatrix> = {}): DrawnMatrix => ({
  title: "A matrix",
  rows: names(count),
  columns: names(count),
  label: "relative change",
  cells: names(count).map((_, row) => names(count).map((_, column) => ({ value: (row - column) / count }))),
  ...changes,
});
const drawn = (matrix: DrawnMatrix, width: number) => {
  const figure = matrixFigure(matrix, { width });
  return { figure, elements: xmlElements(figureSvg(figure)) };
};

describe("a matrix on paper", () => {
  test("is as wide as asked, with every cell inside and none over another", () => {
    for (const [count, width] of [
      [3, 252],
      [28, 252],
      [28, 519],
      [60, 519],
    ] as const) {
      const { figure, elements } = drawn(matrixOf(count), width);
      // The first is the ground, the last ones are the scale's.
      const boxes = elements.filter(({ name }) => name === "rect").slice(1, 1 + count * count);
      const places = boxes.map(({ attributes: { x, y, width: side } }) => ({
        x: Number(x),
        y: Number(y),
        side: Number(side),
      }));
      expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(count * count);
      for (const { x, y, side } of places) {
        expect(x + side).toBeLessThanOrEqual(width);
        expect(y + side).toBeLessThanOrEqual(figure.height);
      }
      const [first, second] = places;
      expect((second?.x ?? 0) - (first?.x ?? 0)).toBeGreaterThanOrEqual(first?.side ?? 0);
    }
  });

  test("writes numbers where they have room, and names in full or with the middle left out", () => {
    const long = "a-classifier-of-many-words-that-was-named-by-a-committee-95";
    const { elements } = drawn(matrixOf(3, { rows: ["a", "b", long] }), 252);
    const texts = elements.filter(({ name }) => name === "text").map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(["a", "feature_3", ".33", "−.67", "0"]));
    expect(texts.some((text) => /^a-cl.*….*-95$/.test(text))).toBe(true);
    expect(elements.filter(({ name }) => name === "title").map(({ text }) => text)).toContain(long);
    const small = drawn(matrixOf(60), 252).elements.filter(({ name }) => name === "text");
    expect(small.map(({ text }) => text)).not.toContain(".50");
  });

  test("explains the marks that it has, and only these", () => {
    const cells = [
      [{ value: 0.4, mark: "found" }, { value: undefined }],
      [{ value: -3 }, { value: 0.1, mark: "unresolved" }],
    ] as const;
    const { elements } = drawn(matrixOf(2, { cells }), 252);
    const texts = elements.filter(({ name }) => name === "text").map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(["found", "unresolved", "relative change", "−3"]));
    for (const other of ["same concept", "found, expected", "found, rejected by the judge"])
      expect(texts).not.toContain(other);
  });

  test("marks as the page does what lies beyond the scale, has no value, or is the classifier itself", () => {
    const cells = [
      [{ value: undefined, mark: "self" }, { value: 1.3 }],
      [{ value: undefined }, { value: 0.2 }],
    ] as const;
    const { elements } = drawn(matrixOf(2, { cells }), 252);
    const texts = elements.filter(({ name }) => name === "text").map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(["itself", "beyond ±1", "no data", "1.3", ".20"]));
    // A dot in its cell and one in the legend.
    expect(elements.filter(({ name }) => name === "circle")).toHaveLength(2);
  });

  test("holds any name as text", () => {
    const hostile = '</text><script>alert("1")</script>&';
    const { elements } = drawn(matrixOf(2, { rows: [hostile, "b"], title: hostile }), 519);
    expect(elements.map(({ name }) => name)).not.toContain("script");
    expect(elements.map(({ text }) => text)).toContain(hostile);
  });

  test("writes every number so that it is legible on its colour, whatever its mark", () => {
    for (let value = -1.2; value <= 1.2; value += 0.05) {
      for (const mark of ["found", "unresolved", "own", undefined] as const) {
        const cell = { value, ...(mark === undefined ? {} : { mark }) };
        const { elements } = drawn(matrixOf(1, { cells: [[cell]] }), 252);
        const [, box] = elements.filter(({ name }) => name === "rect");
        const number = elements.find(({ name, text }) => name === "text" && /^[−.\d]+$/.test(text));
        const ground = (box?.attributes.fill?.match(/\d+/g) ?? []).map(Number) as [number, number, number];
        expect(contrastOf(ground, rgbOf(number?.attributes.fill ?? ""))).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  test("hatches what is unresolved under its number, as the page does", () => {
    const { elements } = drawn(matrixOf(1, { cells: [[{ value: 0.3, mark: "unresolved" }]] }), 252);
    const at = (wanted: (element: (typeof elements)[number]) => boolean) => elements.findIndex(wanted);
    const lines = at(({ name, attributes }) => name === "path" && (attributes.d ?? "").includes("L"));
    expect(lines).toBeGreaterThan(0);
    expect(at(({ text }) => text === ".30")).toBeGreaterThan(lines);
  });
});
