import { describe, expect, test } from "vitest";
import { exampleParts } from "./example.ts";
import { pages } from "./pages.ts";

const parts = exampleParts({ images: 200, keep: 1 });
// The same findings on more columns: more than a screen lists at first.
const findings = ["hat", "beard", "bangs"].flatMap((downstream) =>
  parts.findings.map((finding) => ({ ...finding, downstream: `${finding.downstream}, ${downstream}` })),
);
const { onPage } = pages(async (folder) => ({
  run: await folder.write("run", parts),
  long: await folder.write("long", { ...parts, findings }),
}));
const cell = "#base=smiling-eyeglasses-95&downstream=eyeglasses";

describe("a printed report in Chromium", { timeout: 240_000 }, () => {
  // Widths of the paper less its margins of 14 mm, in CSS pixels.
  test.each([
    ["A4", 688],
    ["Letter", 710],
  ])("is as wide as %s and no wider", (_, width) =>
    onPage("run", cell, async (page) => {
      await page.setViewportSize({ width, height: 1000 });
      await page.emulateMedia({ media: "print" });
      await page.locator(".distribution svg").waitFor();
      const wide = await page.locator("body *").evaluateAll((all) =>
        all
          .filter((each) => each.closest(".hidden, .skip, svg, noscript") === null)
          .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
          .map((each) => `${each.tagName}.${each.getAttribute("class")}`),
      );
      expect(wide).toEqual([]);
    }),
  );

  test("has every finding, also those that the screen folds away", () =>
    onPage("long", "", async (page) => {
      const visible = () => page.locator("li.finding:visible").count();
      expect(await visible()).toBe(8);
      await page.emulateMedia({ media: "print" });
      expect(await visible()).toBe(findings.length);
    }));

  test("keeps its colours, on light paper also in a dark room", () =>
    onPage(
      "run",
      "",
      async (page) => {
        await page.emulateMedia({ media: "print", colorScheme: "dark" });
        const paper = await page.evaluate(() => {
          const { backgroundColor, printColorAdjust } = getComputedStyle(document.documentElement);
          return { backgroundColor, printColorAdjust };
        });
        expect(paper).toEqual({ backgroundColor: "rgb(252, 251, 248)", printColorAdjust: "exact" });
      },
      { colorScheme: "dark" },
    ));
});
