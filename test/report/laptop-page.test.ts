import { describe, expect, test } from "vitest";
import { exampleParts } from "./example.ts";
import { pages } from "./pages.ts";
import { sharedReport } from "./shared-reports.ts";

const { onPage } = pages(async (folder) => ({
  run: await sharedReport("run", folder),
  row: await folder.write("row", exampleParts({ images: 60, keep: 0, bases: 1, rename: { smiling: "s" } })),
}));

describe("the matrix on a laptop in Chromium", { timeout: 240_000 }, () => {
  test("hides no row and no column, however wide the window is", () =>
    onPage("run", "#matrix", async (page) => {
      for (const width of [1024, 1152, 1280, 1366, 1440, 1680, 1920]) {
        await page.setViewportSize({ width, height: 768 });
        const hidden = () =>
          page.locator(".grid-scroll").evaluate((scroller) => ({
            across: Math.max(0, scroller.scrollWidth - scroller.clientWidth),
            down: Math.max(0, scroller.scrollHeight - scroller.clientHeight),
            nested: getComputedStyle(scroller).overflowY !== "visible",
          }));
        await page.waitForFunction(() => document.querySelector(".grid-scroll[data-fits]"));
        expect({ width, ...(await hidden()) }).toEqual({ width, across: 0, down: 0, nested: false });
      }
    }));

  test("keeps the words of its corner apart and inside, however short the names of its rows are", () =>
    onPage("row", "#matrix", async (page) => {
      for (const width of [400, 1366]) {
        await page.setViewportSize({ width, height: 768 });
        const [corner, base, downstream] = await page
          .locator(".corner, .corner span")
          .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON() as DOMRect));
        for (const word of [base, downstream]) {
          expect(word?.left).toBeGreaterThanOrEqual(corner?.left ?? 0);
          expect(word?.right).toBeLessThanOrEqual(corner?.right ?? 0);
          expect(word?.top).toBeGreaterThanOrEqual(corner?.top ?? 0);
        }
        expect(downstream?.bottom).toBeLessThanOrEqual(base?.top ?? 0);
      }
    }));

  test("cuts a name that is too long in its middle, so that no two columns read alike", () =>
    onPage("run", "#matrix", async (page) => {
      await page.setViewportSize({ width: 1024, height: 768 });
      const ends = await page.locator(".grid thead th").evaluateAll((headings) =>
        headings.map((heading) => {
          const [first, last] = heading.querySelectorAll<HTMLElement>(".name > i");
          const whole = heading.getBoundingClientRect();
          const box = last?.getBoundingClientRect();
          const inside =
            last?.dataset.text === "" || (box !== undefined && box.top >= whole.top && box.bottom <= whole.bottom);
          const cut = first !== undefined && first.scrollHeight > first.clientHeight;
          return { inside, shown: cut ? (last?.dataset.text ?? "") : (heading.textContent ?? "") };
        }),
      );
      expect(ends.every(({ inside }) => inside)).toBe(true);
      expect(new Set(ends.map(({ shown }) => shown)).size).toBe(28);
    }));
});
