import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { exampleParts } from "./example.ts";
import { exampleRectification } from "./example-rectification.ts";
import { pages } from "./pages.ts";
import { sharedReport } from "./shared-reports.ts";

const parts = exampleParts({ images: 200, keep: 1 });
// The same findings on more columns: more than a screen lists at first.
const findings = ["hat", "beard", "bangs"].flatMap((downstream) =>
  parts.findings.map((finding) => ({ ...finding, downstream: `${finding.downstream}, ${downstream}` })),
);
const { onPage } = pages(async (folder) => ({
  run: await sharedReport("run", folder),
  long: await folder.write("long", { ...parts, findings }),
  diff: await sharedReport("diff", folder),
  rectification: await folder.writeData("rectification", {
    ...{ kind: "rectification", format: 1, title: "rectified" },
    ...{ rectification: exampleRectification(), pictures: {}, omittedPictures: 0 },
  }),
}));
const cell = "#base=smiling-eyeglasses-95&downstream=eyeglasses";

/** What reaches beyond the right edge of the paper. */
const tooWide = (page: Page): Promise<string[]> =>
  page.locator("body *").evaluateAll((all) =>
    all
      .filter((each) => each.closest(".hidden, .skip, svg, noscript") === null)
      .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
      .map((each) => `${each.tagName}.${each.getAttribute("class")}`),
  );

describe("a printed report in Chromium", { timeout: 240_000 }, () => {
  test.each([
    ["run", cell, ".distribution svg"],
    ["diff", "#base=smiling-eyeglasses-95&downstream=eyeglasses", "#cell .figures"],
    ["rectification", "", "#target svg"],
  ] as const)("is as wide as A4 and Letter and no wider: %s", (kind, hash, drawn) =>
    onPage(kind, hash, async (page) => {
      await page.locator(drawn).first().waitFor();
      await page.emulateMedia({ media: "print" });
      // Widths of the paper less its margins of 14 mm, in CSS pixels.
      for (const width of [688, 710]) {
        await page.setViewportSize({ width, height: 1000 });
        await expect.poll(() => tooWide(page)).toEqual([]);
      }
    }),
  );

  test("has every finding, also those that the screen folds away", () =>
    onPage("long", "", async (page) => {
      const visible = () => page.locator("li.finding:visible").count();
      expect(await visible()).toBe(8);
      expect(await page.locator("#cell, .screen-only").filter({ visible: true }).count()).toBe(2);
      await page.emulateMedia({ media: "print" });
      expect(await visible()).toBe(findings.length);
      // Nothing that only a screen can do.
      expect(await page.locator("#cell, .screen-only").filter({ visible: true }).count()).toBe(0);
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
        expect(paper).toEqual({ backgroundColor: "rgb(255, 255, 255)", printColorAdjust: "exact" });
      },
      { colorScheme: "dark" },
    ));
});
