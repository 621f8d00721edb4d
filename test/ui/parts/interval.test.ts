import { createElement } from "react";
import { describe, expect, test } from "vitest";
import { Interval } from "../../../src/ui/parts/interval.tsx";
import { markup } from "./markup.ts";

type Props = Parameters<typeof Interval>[0];
const drawn = (props: Omit<Props, "minEffect">) => {
  const svg = markup(createElement(Interval, { minEffect: 0.1, ...props })).querySelector("svg");
  const number = (selector: string, name: string): number => Number(svg?.querySelector(selector)?.getAttribute(name));
  return { svg, number };
};

describe("an interval", () => {
  test("says what it is and its value", () => {
    expect(drawn({ value: -0.5, ci: null }).svg?.getAttribute("aria-label")).toBe("relative change −0.50");
    expect(drawn({ value: 0.5, ci: null, what: "difference" }).svg?.getAttribute("aria-label")).toBe("difference 0.50");
  });

  test("is drawn around its value, on one scale that is centred at 0", () => {
    const { svg, number } = drawn({ value: 0.5, ci: [0.25, 1] });
    const zero = number(".zero", "x1");
    const ends = [...(svg?.querySelectorAll(".axis") ?? [])].slice(1).map((line) => Number(line.getAttribute("x1")));
    const x = (value: number): number => zero + 38 * value;
    expect([number("circle", "cx"), number(".bar", "x1"), number(".bar", "x2")]).toEqual([x(0.5), x(0.25), x(1)]);
    expect(number(".band", "x") + number(".band", "width") / 2).toBeCloseTo(zero, 9);
    expect(ends).toEqual([x(-1), x(1)]);
  });

  test("is missing where there is none, and ends where the line does", () => {
    expect(drawn({ value: 0.5, ci: null }).svg?.querySelector(".bar")).toBeNull();
    const { number } = drawn({ value: 9, ci: [-9, 9] });
    expect([number("circle", "cx"), number(".bar", "x1"), number(".bar", "x2")]).toEqual([117, 3, 117]);
  });
});
