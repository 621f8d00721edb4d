import { describe, expect, test } from "vitest";
import { exampleParts } from "./example.ts";
import { exampleThumbnails } from "./example-thumbnails.ts";
import { pages } from "./pages.ts";

const parts = exampleParts({ images: 120, keep: 1, interventions: true });
const base = "smiling-eyeglasses-95";
const own = parts.run.counterfactuals.filter((row) => row.base === base).slice(0, 6);
const images = own.map(({ image, before, after }, place) => ({ image, fall: before - after, explained: 0.01 * place }));
const accountedFor = [{ base, value: 0.12, ci: [0.08, 0.16] as [number, number], count: 40, enough: false, images }];

const { onPage } = pages(async (folder) => ({
  unnamed: await folder.write(
    "unnamed",
    { ...parts, matrix: { ...parts.matrix, accountedFor } },
    exampleThumbnails(parts.run),
  ),
  named: await folder.write("named", { ...parts, matrix: { ...parts.matrix, accountedFor: [] } }),
}));

describe("what no feature names, in Chromium", { timeout: 240_000 }, () => {
  test("is said of a classifier with the counterfactuals that show it, the most unexplained first", () =>
    onPage("unnamed", "", async (page) => {
      const section = page.locator(".unnamed");
      expect(await section.locator(".sentence").allTextContents()).toEqual([
        expect.stringContaining(
          `lowers ${base}: they explain 12 % (95 % interval 8 to 16 %) of its fall, which is no all-clear`,
        ),
      ]);
      const names = (await section.locator("li p").allTextContents()).map((text) => text.split(":")[0]);
      expect(names).toEqual(images.slice(0, 4).map(({ image }) => image));
      expect(await section.locator("li canvas").count()).toBe(12);
    }));

  test("is no part of a page where everything is explained", () =>
    onPage("named", "", async (page) => {
      expect(await page.locator("#findings").count()).toBe(1);
      expect(await page.locator(".unnamed").count()).toBe(0);
    }));
});
