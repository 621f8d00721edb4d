import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { pages } from "./pages.ts";
import { sharedReport } from "./shared-reports.ts";

const { onPage } = pages(async (folder) => ({
  run: await sharedReport("run", folder),
  diff: await sharedReport("diff", folder),
}));

const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.id ?? "");
const landedOn = async (page: Page, section: string): Promise<void> => {
  await page.waitForFunction((id) => document.activeElement?.id === `${id}-title`, section);
  await page.waitForFunction((id) => {
    const top = document.getElementById(`${id}-title`)?.getBoundingClientRect().top ?? -1;
    return top >= 0 && top < innerHeight / 2;
  }, section);
};
const cell = "#base=beard&downstream=eyeglasses";

describe("a link into the report in Chromium", { timeout: 240_000 }, () => {
  test.each(["matrix", "findings", "audit"])("to #%s lands there, and its heading has the focus", (section) =>
    onPage("run", `#${section}`, (page) => landedOn(page, section)),
  );

  test("to a cell lands on it, and its heading is read out", () =>
    onPage("run", cell, async (page) => {
      await landedOn(page, "cell");
      expect(await page.locator("#cell-title").textContent()).toBe("beard  eyeglasses");
    }));

  test("to a cell of a diff lands on it", () =>
    onPage("diff", "#base=smiling-eyeglasses-95&downstream=eyeglasses", (page) => landedOn(page, "cell")));

  test("to nothing that there is leaves the page where it was", () =>
    onPage("run", "#app", async (page) => {
      expect([await focused(page), await page.evaluate(() => scrollY)]).toEqual(["", 0]);
    }));

  test("gives the focus back to where it was on the way back, and forward again", () =>
    onPage("run", "", async (page) => {
      const from = page.locator('.grid td[aria-label^="beard, eyeglasses:"]');
      await from.focus();
      await page.keyboard.press("Enter");
      await landedOn(page, "cell");
      await page.goBack();
      await page.waitForFunction(() => document.activeElement?.ariaLabel?.startsWith("beard, eyeglasses:"));
      expect(await from.evaluate((td) => td.getBoundingClientRect().bottom <= innerHeight)).toBe(true);
      await page.goForward();
      await landedOn(page, "cell");
    }));

  test("opens a cell again that is open already", () =>
    onPage("run", cell, async (page) => {
      await landedOn(page, "cell");
      await page.locator('.grid td[aria-label^="beard, eyeglasses:"]').click();
      await landedOn(page, "cell");
    }));

  test("says so where the picture that it asks for was not kept", () =>
    onPage("run", `${cell}&image=not-kept.png`, async (page) => {
      expect(await page.locator("#cell .warning[role=status]").textContent()).toMatch(
        /^No counterfactual of beard on not-kept\.png is in this file with its picture; \d{4}\.png is shown in its place\.$/,
      );
      const shown = page.locator(".chooser a[aria-current]");
      await shown.click();
      expect(await page.locator("#cell .warning[role=status]").count()).toBe(0);
    }));

  test("to a cell with images on one side only draws its interval", () =>
    onPage("run", "#base=smiling&downstream=smiling-clean", async (page) => {
      const plot = page.locator(".distribution svg").first();
      await plot.waitFor();
      expect(await plot.getAttribute("aria-label")).not.toContain("without");
      const heights = await plot
        .locator("rect")
        .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute("height"))));
      expect(heights.filter((height) => height > 2 && height < 4).length).toBe(1);
    }));
});
