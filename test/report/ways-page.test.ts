import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { exampleParts } from "./example.ts";
import { exampleThumbnails } from "./example-thumbnails.ts";
import { pages } from "./pages.ts";
import { sharedReport } from "./shared-reports.ts";

const parts = exampleParts({ images: 200, keep: 6 });
const { onPage } = pages(async (folder) => ({
  run: await folder.write("run", parts, exampleThumbnails(parts.run)),
  diff: await sharedReport("diff", folder),
}));

const cell = "#base=smiling-eyeglasses-95&downstream=eyeglasses";
const words = (page: Page): URLSearchParams => new URLSearchParams(new URL(page.url()).hash.slice(1));
/** Whether all of it is on the screen. */
const onScreen = (one: Locator): Promise<boolean> =>
  one.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });
const tip = (page: Page) => page.locator(".tip-names");

describe("ways through a report in Chromium", { timeout: 240_000 }, () => {
  test("the tip is of the cell that stands under it, also when the order changes", () =>
    onPage("run", "#matrix", async (page) => {
      const names = async (): Promise<readonly string[]> => {
        const label = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
        return (label ?? "").split(":")[0]?.split(", ") ?? [];
      };
      await page.locator('.grid td[aria-label^="smiling-clean, hat:"]').focus();
      for (const key of ["r", "c", "R", "C"]) {
        await page.keyboard.press(key.toLowerCase());
        const [base = "", downstream = ""] = await names();
        expect([base, downstream]).toEqual(["smiling-clean", "hat"]);
        await expect.poll(() => tip(page).textContent()).toContain(base);
        expect(await tip(page).textContent()).toContain(downstream);
      }
      // The pointer stays where it was, and another cell comes under it.
      await page.locator(".grid td[data-row]").nth(3).hover();
      await page.evaluate(() => (location.hash = "#order=name"));
      const under = page.locator(".grid td[data-row]:hover");
      await expect
        .poll(async () => {
          const [base = "?", downstream = "?"] =
            ((await under.getAttribute("aria-label")) ?? "").split(":")[0]?.split(", ") ?? [];
          const shown = (await tip(page).count()) === 0 ? "" : ((await tip(page).textContent()) ?? "");
          return shown === "" || (shown.includes(base) && shown.includes(downstream));
        })
        .toBe(true);
    }));

  test("a tile leads to its picture, and back to the tile", () =>
    onPage("run", cell, async (page) => {
      const tile = page.locator(".tiles [role=option]").nth(2);
      const name = (await tile.getAttribute("title")) ?? "";
      await tile.focus();
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.activeElement?.id === "picture");
      expect(words(page).get("image")).toBe(name);
      expect(await onScreen(page.locator(".viewer .stage"))).toBe(true);
      expect(await page.locator(".viewer .note b").first().textContent()).toBe(name);
      await page.getByRole("button", { name: "Back to where you were" }).click();
      await page.waitForFunction((title) => document.activeElement?.getAttribute("title") === title, name);
      expect(await onScreen(tile)).toBe(true);
    }));

  test("the picture stays in view as one goes through the tiles, and leaves them half of the window", () =>
    onPage(
      "run",
      cell,
      async (page) => {
        const tiles = page.locator(".tiles [role=option]");
        await tiles.first().scrollIntoViewIfNeeded();
        const [first, second] = [tiles.first(), tiles.nth(1)];
        await first.click();
        await page.waitForFunction(() => document.activeElement?.id === "picture");
        expect([await onScreen(page.locator("#picture .stage")), await onScreen(second)]).toEqual([true, true]);
        const name = (await second.getAttribute("title")) ?? "";
        const place = () => page.evaluate(() => scrollY);
        const before = await place();
        await second.click();
        await expect.poll(() => page.locator("#picture .note b").first().textContent()).toBe(name);
        expect(Math.abs((await place()) - before)).toBeLessThan(5);
        const covered = await page.locator("#picture").evaluate((one) => one.getBoundingClientRect().height);
        expect(covered).toBeLessThan(800 * 0.56);
      },
      { viewport: { width: 1280, height: 800 } },
    ));

  test("a dot leads to its picture, and back to the dot", () =>
    onPage("run", cell, async (page) => {
      const dots = page.locator(".distribution svg a");
      await dots.first().waitFor();
      const all = await dots.count();
      expect(all).toBeGreaterThan(10);
      // One tab stop, and keys between the dots.
      expect(await page.locator('.distribution svg a[tabindex="0"]').count()).toBe(1);
      await dots.first().focus();
      await page.keyboard.press("ArrowRight");
      const spoken = () =>
        page.evaluate(() => document.activeElement?.querySelector("[aria-label]")?.getAttribute("aria-label"));
      const label = await spoken();
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.activeElement?.id === "picture");
      expect(label).toContain(words(page).get("image") ?? "nothing");
      expect(await onScreen(page.locator(".viewer .stage"))).toBe(true);
      await page.goBack();
      await expect.poll(spoken).toBe(label);
    }));

  test("an address with an image lands on the picture, at once", () =>
    onPage(
      "run",
      `${cell}&image=0001.png`,
      async (page) => {
        const placed = () => page.evaluate(() => [scrollY, document.activeElement?.id] as const);
        await page.waitForFunction(() => document.activeElement?.id === "picture");
        const first = await placed();
        await page.waitForTimeout(400);
        expect(await placed()).toEqual(first);
        expect(first[0]).toBeGreaterThan(1000);
      },
      { reducedMotion: "no-preference" },
    ));

  test("dots of the scatter plot open their cells and are one tab stop", () =>
    onPage("run", "", async (page) => {
      const dots = page.locator("#contrast svg a");
      await dots.first().waitFor();
      expect(await dots.count()).toBeGreaterThan(100);
      expect(await page.locator('#contrast svg a[tabindex="0"]').count()).toBe(1);
      const last = dots.last();
      const label = await last.locator("[aria-label]").getAttribute("aria-label");
      await last.focus();
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.activeElement?.id === "cell-title");
      expect(label).toContain(words(page).get("base") ?? "nothing");
      expect(label).toContain(words(page).get("downstream") ?? "nothing");
    }));

  test("thumbnails of the kept counterfactuals are one tab stop with keys between them", () =>
    onPage("run", "#base=beard&downstream=eyeglasses", async (page) => {
      const stops = page.locator('.chooser a:not([tabindex="-1"])');
      expect(await stops.count()).toBe(1);
    }));

  test.each([
    ["run", "beard, eyeglasses"],
    ["diff", "smiling-eyeglasses-95, eyeglasses"],
  ] as const)("Back to the matrix leads to the cell that was open: %s", (kind, names) =>
    onPage(kind, `#base=${names.split(", ")[0]}&downstream=eyeglasses`, async (page) => {
      await page.getByRole("link", { name: "Back to the matrix" }).click();
      await page.waitForFunction((start) => document.activeElement?.ariaLabel?.startsWith(start), `${names}:`);
      expect(await onScreen(page.locator(".grid td:focus"))).toBe(true);
    }),
  );

  test("a name that the run does not have is told, with the nearest", () =>
    onPage("run", "#base=smilin-clean", async (page) => {
      const told = page.locator("#cell [role=status]");
      expect(await told.textContent()).toBe('This run has no base "smilin-clean": did you mean "smiling-clean"?');
      expect(await onScreen(told)).toBe(true);
    }));
});
