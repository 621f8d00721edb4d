import { parseHTML } from "linkedom";
import { createElement } from "react";
import { describe, expect, test } from "vitest";
import { Tip } from "../../../src/ui/parts/tip.tsx";
import { markup, textsOf } from "./markup.ts";

describe("a tip", () => {
  test("is a tooltip that holds what it is given", () => {
    const { document } = parseHTML("<p></p>");
    const element = document.querySelector("p") as HTMLElement;
    const children = createElement("p", null, "hat 0.50");
    const page = markup(createElement(Tip, { element, children }));
    expect(textsOf(page, '[role="tooltip"]')).toEqual(["hat 0.50"]);
  });
});
