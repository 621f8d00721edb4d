import { describe, expect, test } from "vitest";
import { platform } from "#platform";
import type { Mode } from "../../src/modes/schema.ts";
import type { ModeSheets } from "../../src/report/mode-sheets.ts";
import type { ReportParts } from "../../src/report/report-data.ts";
import { exampleParts } from "./example.ts";
import { pages } from "./pages.ts";

const base = "smiling-eyeglasses-95";
const parts = exampleParts({ images: 120, keep: 1, interventions: true });
const images = parts.run.counterfactuals.filter((row) => row.base === base).map(({ image }) => image);

/** A mode of some images, written down by hand. */
function modeOf(sentence: string, unnamed: boolean, own: readonly string[]): Mode {
  return {
    ...{ sentence, unnamed, count: own.length, share: own.length / images.length, ci: [0.2, 0.5], stability: 0.9 },
    ...{ fall: 0.6, accounted: { value: 0.1, ci: [0, 0.2] }, unaccountedShare: 0.7, place: "at the lower left" },
    features: [{ feature: "eyeglasses", classifier: "judge", change: -0.4, ci: [-0.5, -0.3], explains: 0.35 }],
    images: [...own],
  };
}

const modes = [
  modeOf("37 % of the pictures: something at the lower left that no feature names.", true, images.slice(0, 20)),
  modeOf("63 % of the pictures: eyeglasses go.", false, images.slice(20)),
];

/** A grey picture of seven tiles, or of thirteen. */
async function sheetOf({ images: own }: Mode): Promise<ModeSheets["sheets"][number]> {
  const pixels = { data: new Uint8Array(3 * 16 * 16 * 13).fill(128), width: 16 * 13, height: 16, channels: 3 as const };
  const bytes = await platform.encodeImage(pixels, "webp", 80);
  const source = `data:image/webp;base64,${Buffer.from(bytes).toString("base64")}`;
  return { width: 16, height: 16, source, ends: 0.25, images: own.slice(0, 6) };
}

const { onPage } = pages(async (folder) => {
  const sheets = await Promise.all(modes.map(sheetOf));
  const whole = { base, count: images.length, withoutPicture: 12, smallest: 5, confidence: 0.95, modes };
  const withModes: ReportParts = { ...parts, modes: [{ modes: whole, sheets }] };
  return { run: await folder.write("run", withModes), without: await folder.write("without", parts) };
});

describe("the modes of a classifier, in Chromium", { timeout: 240_000 }, () => {
  test("are sentences, each with its mean change and six pairs, on the classifier's page", () =>
    onPage("run", `#base=${base}`, async (page) => {
      const items = page.locator("#classifier .modes > li");
      expect(await items.locator(".sentence").allTextContents()).toEqual(
        modes.map(({ sentence }) => sentence.replaceAll(/(\d) %/g, "$1\u00a0%")),
      );
      for (const at of [0, 1]) {
        const item = items.nth(at);
        expect(await item.locator("canvas").count()).toBe(13);
        expect(await item.locator(".mode-pictures li small").allTextContents()).toEqual(modes[at]?.images.slice(0, 6));
        expect(await item.locator("figcaption").textContent()).toContain("white +0.25, black −0.25");
      }
      expect(await page.locator(".is-unnamed").count()).toBe(1);
      expect(await page.locator("#classifier").textContent()).toContain(
        `Its ${images.length} counterfactuals with a picture (12 more have none), grouped by`,
      );
    }));

  test("say what the features did when they are asked", () =>
    onPage("run", `#base=${base}`, async (page) => {
      const first = page.locator("#classifier .modes > li").first();
      expect(await first.locator("table").isVisible()).toBe(false);
      await first.locator("summary").click();
      expect(await first.locator("tbody tr").allTextContents()).toEqual(["eyeglasses−0.40 (−0.50 to −0.30)0.35"]);
    }));

  test("are no part of a page whose run kept no pictures", () =>
    onPage("without", `#base=${base}`, async (page) => {
      expect(await page.locator("#classifier").count()).toBe(1);
      expect(await page.locator(".modes").count()).toBe(0);
    }));
});
