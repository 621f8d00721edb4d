import { describe, expect, test } from "vitest";
import { platform } from "#platform";
import { base64 } from "../../src/pictures/base64.ts";
import type { DiffData } from "../../src/report/data.ts";
import { tiled } from "../../src/results/thumbnail-sheets.ts";
import { exampleDiff } from "./example-diff.ts";
import { pages } from "./pages.ts";

const hostile = '<img src=x onerror="window.hacked = 1">';

const [base, downstream] = ["smiling-eyeglasses-95", "eyeglasses"];

/** Two images of a cell, each tile of its own grey. */
async function facesOf(): Promise<DiffData["faces"]> {
  const greys = [40, 60, 80, 100, 140, 160, 180, 200];
  const pixels = greys.map((grey) => ({
    ...{ data: new Uint8Array(3 * 16 * 16).fill(grey), width: 16, height: 16, channels: 3 as const },
  }));
  const tiles = { width: 16, height: 16, columns: 8 };
  const source = `data:image/webp;base64,${base64(await platform.encodeImage(tiled(pixels, tiles), "webp"))}`;
  const changes = {
    [downstream]: [
      [0.5, 0.4],
      [0.6, 0.01],
    ] as const,
  };
  return [{ base, images: ["0001.png", "0002.png"], tiles: { ...tiles, source }, changes }];
}

const data: DiffData = { ...exampleDiff(), faces: await facesOf() };
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

      // The image that says most about the change first, as each model lowered it.
      const said = page.locator(".beside figcaption");
      expect(await page.locator(".beside option").allTextContents()).toEqual([
        "0002.png: 0.60 → 0.01",
        "0001.png: 0.50 → 0.40",
      ]);
      expect(await said.allTextContents()).toEqual([
        `released: ${base} lowered; relative change of ${downstream}: 0.60`,
        `new: ${base} lowered; relative change of ${downstream}: 0.01`,
      ]);
      const greys = () =>
        page.locator(".beside .frame").evaluateAll((all) =>
          [0, 1, 3, 4].map((at) => {
            const copy = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
            copy?.drawImage(all[at] as HTMLCanvasElement, 8, 8, 1, 1, 0, 0, 1, 1);
            return copy?.getImageData(0, 0, 1, 1).data[0] ?? -1;
          }),
        );
      const near = (wanted: readonly number[]) =>
        expect.poll(async () => (await greys()).every((grey, at) => Math.abs(grey - (wanted[at] ?? 0)) < 4)).toBe(true);
      await near([140, 160, 180, 200]);
      expect(await page.locator(".beside .note").textContent()).toBe(
        `2 of ${data.diff.rows.find((row) => row.base.after === base)?.both} images used under both are in this file, those on which some relative change differs most: not a random sample.`,
      );
      await page.locator(".beside select").selectOption({ label: "0001.png: 0.50 → 0.40" });
      await near([40, 60, 80, 100]);
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
