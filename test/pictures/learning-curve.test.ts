import { DOMParser } from "linkedom";
import { describe, expect, test } from "vitest";
import { lightColours } from "../../src/pictures/alignment-plot.ts";
import { learningCurve } from "../../src/pictures/learning-curve.ts";

const document = new DOMParser().parseFromString("<svg/>", "image/svg+xml") as unknown as Document;
const curves = [
  { name: "training", points: [0, 5, 10].map((step) => ({ step, value: 0.5 - step / 40 })) },
  {
    name: "test",
    points: [
      { step: 0, value: 0.6 },
      { step: 5, value: undefined },
      { step: 10, value: 0.2 },
    ],
  },
];
const svg = learningCurve(curves, {
  width: 400,
  height: 240,
  colours: lightColours,
  fontFamily: "DejaVu Sans",
  label: "mean |RC|",
  chosen: 5,
  last: 10,
  dots: true,
  document,
});

describe("the learning curve", () => {
  test("says in words what it shows", () => {
    expect(svg.getAttribute("role")).toBe("img");
    expect(svg.getAttribute("aria-label")).toBe(
      "mean |RC| by step: training 0.50 to 0.25, test 0.60 to 0.20; taken at step 5",
    );
  });

  test("draws a line per curve, a dot per look that has a value, and the step that was taken", () => {
    expect(svg.querySelectorAll('[aria-label="line"] path').length).toBe(2);
    const dots = [...svg.querySelectorAll("circle")].map((each) => Number(each.getAttribute("cx")));
    expect(dots.length).toBe(5);
    const rule = svg.querySelector("line[stroke-dasharray], [stroke-dasharray] line");
    // Dots of the first curve are at 0, 5 and 10: the rule stands at the second.
    expect(Number(rule?.getAttribute("x1"))).toBeCloseTo(dots[1] ?? Number.NaN, 6);
  });
});
