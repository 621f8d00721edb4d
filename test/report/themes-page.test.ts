import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { exampleParts } from "./example.ts";
import { pages } from "./pages.ts";

const parts = exampleParts({ images: 120, keep: 1 });
const beyond = {
  ...parts,
  matrix: {
    ...parts.matrix,
    cells: parts.matrix.cells.map((cell) =>
      cell.base === "beard" && cell.downstream === "hat"
        ? { ...cell, deciding: { ...cell.deciding, mean: -1.7 } }
        : cell,
    ),
  },
};

const { onPage } = pages(async (folder) => ({ run: await folder.write("run", beyond) }));

/** Contrast of the strongest pixel of the difference with the ground that it stands on. */
function strongestContrast(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const canvas = [...document.querySelectorAll<HTMLCanvasElement>(".stage canvas")].at(-1) as HTMLCanvasElement;
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    const ground = (getComputedStyle(canvas).backgroundColor.match(/\d+/g) ?? []).slice(0, 3).map(Number);
    const light = (colour: readonly number[]): number => {
      const [r = 0, g = 0, b = 0] = colour.map((byte) => {
        const share = byte / 255;
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    for (let tries = 0; tries < 100; tries++) {
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      let best = 1;
      for (let at = 0; at < data.length; at += 4) {
        const opacity = (data[at + 3] ?? 0) / 255;
        const seen = ground.map((byte, channel) => byte * (1 - opacity) + (data[at + channel] ?? 0) * opacity);
        const [a, b] = [light(seen), light(ground)];
        best = Math.max(best, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
      }
      if (best > 1) return best;
      await new Promise((done) => setTimeout(done, 50));
    }
    return 1;
  });
}

const cell = "#base=smiling-eyeglasses-95&downstream=eyeglasses";

describe("the themes of a report in Chromium", { timeout: 240_000 }, () => {
  test("show differences against their ground, and again when the theme changes", () =>
    onPage("run", cell, async (page) => {
      for (const colorScheme of ["light", "dark", "light"] as const) {
        await page.emulateMedia({ colorScheme });
        await expect.poll(() => strongestContrast(page), { timeout: 20_000 }).toBeGreaterThan(4.5);
      }
    }));

  test("keep outlines and colours of cells where the user's colours are forced", () =>
    onPage(
      "run",
      cell,
      async (page) => {
        const style = (selector: string) =>
          page
            .locator(selector)
            .first()
            .evaluate((one) => {
              const { outlineStyle, outlineWidth, backgroundColor } = getComputedStyle(one);
              return { outlineStyle, outlineWidth, backgroundColor };
            });
        expect(await style(".grid td.found:not(.rejected, [aria-selected])")).toMatchObject({
          outlineStyle: "solid",
          outlineWidth: "2px",
        });
        expect(await style('.grid td[aria-selected="true"]')).toMatchObject({ outlineWidth: "3px" });
        expect(await style(".view:has(:checked)")).toMatchObject({ outlineStyle: "solid", outlineWidth: "3px" });
        const [found, clear] = [await style(".grid td.found.pos"), await style(".grid td.clear")];
        expect(found.backgroundColor).not.toBe(clear.backgroundColor);
      },
      { forcedColors: "active" },
    ));

  test("mark what lies beyond ±1, and give no room to what is empty", () =>
    onPage("run", "#base=beard&downstream=hat", async (page) => {
      const marked = page.locator(".grid td.beyond");
      expect(await marked.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")))).toEqual([
        expect.stringMatching(/^beard, hat: −1\.70/),
      ]);
      const mark = await marked.evaluate((one) => getComputedStyle(one, "::after").borderTopWidth);
      expect(Number.parseFloat(mark)).toBeGreaterThan(2);
      expect(await page.locator(".panels .panel").count()).toBe(1);
    }));
});
