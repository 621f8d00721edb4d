import { describe, expect, test } from "vitest";
import type { DiffData } from "../../src/report/data.ts";
import { exampleDiff } from "./example-diff.ts";
import { pages } from "./pages.ts";

const hostile = '<img src=x onerror="window.hacked = 1">';

const data: DiffData = exampleDiff();
const { onPage } = pages(async (folder) => ({
  usual: await folder.writeData("usual", data),
  named: await folder.writeData(
    "named",
    JSON.parse(JSON.stringify(data).replaceAll('"eyeglasses"', JSON.stringify(hostile))),
  ),
}));

describe("the page of a diff in Chromium", { timeout: 240_000 }, () => {
  test("says what was removed and introduced, first", () =>
    onPage("usual", "", async (page) => {
      const of = (outcome: string) => data.diff.cells.filter((cell) => cell.outcome === outcome);
      expect(of("removed").map(({ base }) => base.after)).toContain("smiling-eyeglasses-95");
      expect(of("introduced").map(({ base }) => base.after)).toContain("eyeshadow-big_nose-95");
      expect(await page.locator("h1").textContent()).toMatch(/^One reliance removed, one introduced$/);
      const sentences = await page.locator("#changes .sentence").allTextContents();
      expect(sentences[0]).toMatch(
        /^smiling-eyeglasses-95 → eyeglasses: removed \(found before, clear after\): relative change 0\.\d\d before/,
      );
      expect(sentences[1]).toMatch(/^eyeshadow-big_nose-95 → big_nose: introduced/);
      expect(await page.locator("#changes svg[role=img]").last().getAttribute("aria-label")).toMatch(
        /^Difference of relative change: smiling-eyeglasses-95 → eyeglasses −0\.\d\d, /,
      );
    }));

  test("marks every cell with what is known of it, and a keyboard reaches its figures", () =>
    onPage("usual", "", async (page) => {
      const cell = (base: string, downstream: string) =>
        page.locator(`.grid td[aria-label^="${base}, ${downstream}:"]`);
      const removed = cell("smiling-eyeglasses-95", "eyeglasses");
      expect(await removed.getAttribute("class")).toContain("removed");
      expect(await removed.getAttribute("aria-label")).toMatch(/: difference −0\.\d\d, removed$/);
      expect(await cell("eyeshadow-big_nose-95", "big_nose").getAttribute("class")).toContain("found");
      expect(await page.locator(".grid td.clear").count()).toBe(
        data.diff.cells.filter(({ outcome }) => outcome === "unchanged").length,
      );
      await removed.focus();
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.activeElement?.id === "cell-title");
      expect(new URL(page.url()).hash).toBe("#base=smiling-eyeglasses-95&downstream=eyeglasses");
      const found = data.diff.cells.find(
        ({ base, downstream }) => base.after === "smiling-eyeglasses-95" && downstream.after === "eyeglasses",
      );
      expect(await page.locator("#cell .decided td").last().textContent()).toBe(String(found?.present.count));
      expect(await page.locator("#cell .facts dd").allTextContents()).toEqual(["removed", "found", "clear"]);
    }));

  test("counts the images used under both and under one only", () =>
    onPage("usual", "", async (page) => {
      const rows = await page.locator("#provenance table").first().locator("tbody tr").allTextContents();
      expect(rows).toEqual(
        data.diff.rows.map(({ base, both, beforeOnly, afterOnly }) => `${base.after}${both}${beforeOnly}${afterOnly}`),
      );
    }));

  test("keeps hostile names as text, and fits a narrow screen", () =>
    onPage("named", `#${new URLSearchParams({ base: "smiling-eyeglasses-95", downstream: hostile })}`, async (page) => {
      expect(await page.locator("#cell-title").textContent()).toContain(hostile);
      expect(await page.locator("img").count()).toBe(0);
      expect(await page.evaluate(() => "hacked" in window)).toBe(false);
      await page.setViewportSize({ width: 400, height: 800 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }));
});
