import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { exampleParts } from "./example.ts";
import { exampleDiff } from "./example-diff.ts";
import { pages } from "./pages.ts";
import { sharedReport } from "./shared-reports.ts";

const renamed = { hat: "attributes-of-a-face/arched_eyebrows", bangs: "attributes-of-a-face/bushy_eyebrows" };
const parts = exampleParts({ images: 120, keep: 1, rename: renamed });
const diff = exampleDiff({ images: 120 });
const { onPage } = pages(async (folder) => ({
  run: await folder.write("run", parts),
  views: await sharedReport("views", folder),
  within: await folder.writeData("within", { ...diff, after: { ...diff.after, title: diff.before.title } }),
}));
const cell = "#base=smiling-eyeglasses-95&downstream=eyeglasses";

/** Contrasts of all pixels of the difference with the ground that it stands on. */
async function contrasts(page: Page): Promise<number[]> {
  await page.waitForTimeout(500);
  return page.evaluate(() => {
    const canvas = [...document.querySelectorAll<HTMLCanvasElement>(".stage canvas")].at(-1) as HTMLCanvasElement;
    const { data } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(
      0,
      0,
      canvas.width,
      canvas.height,
    );
    const ground = (getComputedStyle(canvas).backgroundColor.match(/\d+/g) ?? []).slice(0, 3).map(Number);
    const light = (colour: readonly number[]): number => {
      const [r = 0, g = 0, b = 0] = colour.map((byte) => ((byte / 255 + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    return Array.from({ length: data.length / 4 }, (_, pixel) => {
      const opacity = (data[4 * pixel + 3] ?? 0) / 255;
      const seen = ground.map((byte, channel) => byte * (1 - opacity) + (data[4 * pixel + channel] ?? 0) * opacity);
      const [a, b] = [light(seen), light(ground)];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    });
  });
}

describe("what stands on the pages of a report, in Chromium", { timeout: 240_000 }, () => {
  test("names are one word for who hears or copies them, and no two that are cut look alike", () =>
    onPage("run", "#matrix", async (page) => {
      for (const scope of ["row", "col"]) {
        const heading = page.locator(`.grid th[scope=${scope}]`, { hasText: "smiling-eyeglasses-75" });
        const copied = await heading.evaluate((th) => {
          const selection = getSelection() as Selection;
          selection.selectAllChildren(th);
          const text = selection.toString();
          selection.removeAllRanges();
          return text;
        });
        expect(copied.trim()).toBe("smiling-eyeglasses-75");
        expect(await heading.ariaSnapshot()).toContain('"smiling-eyeglasses-75"');
      }
      const ends = await page
        .locator(".grid th[scope=row]", { hasText: "attributes-of-a-face" })
        .evaluateAll((all) => all.map((th) => th.querySelector("i:last-of-type")?.getAttribute("data-text")));
      expect(new Set(ends).size).toBe(ends.length);
    }));

  test("differences are seen in the dark as well as in the light", () =>
    onPage("run", cell, async (page) => {
      await page.emulateMedia({ colorScheme: "light" });
      const light = await contrasts(page);
      await page.emulateMedia({ colorScheme: "dark" });
      const changed = light.flatMap((contrast, pixel) => (contrast > 1.15 && contrast < 2 ? [pixel] : []));
      const median = (of: readonly number[]): number =>
        changed.map((pixel) => of[pixel] ?? 1).sort((a, b) => a - b)[Math.floor(changed.length / 2)] ?? 0;
      expect(changed.length).toBeGreaterThan(20);
      // It is drawn anew after the theme has changed.
      await expect
        .poll(async () => median(await contrasts(page)), { timeout: 20_000 })
        .toBeGreaterThan(0.95 * median(light));
    }));

  test("who was moved is a table of short lines at 400 pixels", () =>
    onPage(
      "run",
      "#selection",
      async (page) => {
        const heights = await page
          .locator("table.selection tbody tr")
          .evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
        expect(Math.max(...heights)).toBeLessThan(66);
        const used = await page.locator("table.selection thead th", { hasText: "used" }).boundingBox();
        expect((used?.x ?? 999) + (used?.width ?? 0)).toBeLessThan(400);
      },
      { viewport: { width: 400, height: 800 } },
    ));

  test("a run without pictures lists names and no blank tiles", () =>
    onPage("run", cell, async (page) => {
      expect(await page.locator(".tiles .tile").count()).toBe(0);
      const tile = page.locator(".tiles [role=option]").first();
      expect(await tile.locator(".tile-name").textContent()).toBe(await tile.getAttribute("title"));
      expect(await page.locator(".gallery .note").textContent()).toContain("None of them is in this file as a picture");
    }));

  test("a run that compared saliency maps says what it has of them", () =>
    onPage("views", cell, async (page) => {
      const note = await page.locator(".viewer .note", { hasText: "saliency" }).textContent();
      expect(note).toMatch(/^The run compared where its classifiers look on \d+ images/);
      expect(note).toContain("cfalign report --saliency");
    }));

  test("two classifiers of one run are compared as before and after", () =>
    onPage("within", "#provenance", async (page) => {
      const title = diff.before.title;
      expect(await page.locator(".kicker span").textContent()).toBe(`${title}: before → after`);
      const heads = await page.locator("#provenance thead th").allTextContents();
      expect(heads).toEqual([
        "Base",
        "used under both",
        "before only",
        "after only",
        "Model",
        "before",
        "after",
        "the same",
      ]);
    }));

  test("on paper there is nothing to press", () =>
    onPage("run", cell, async (page) => {
      await page.emulateMedia({ media: "print" });
      const controls = page.locator("button, select, input, textarea, nav:not(.chooser)").filter({ visible: true });
      expect(await controls.evaluateAll((all) => all.map((one) => one.outerHTML.slice(0, 80)))).toEqual([]);
    }));
});
