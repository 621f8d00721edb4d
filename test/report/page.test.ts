import { describe, expect, test } from "vitest";
import { exampleParts } from "./example.ts";
import { pages } from "./pages.ts";

const hostile = '<img src=x onerror="window.hacked = 1">';
const closing = "</script><script>window.hacked = 2</script>";
const cell = "#base=smiling-eyeglasses-95&downstream=eyeglasses";

const { onPage } = pages(async (folder) => ({
  usual: await folder.write("usual", exampleParts({ keep: 3 })),
  large: await folder.write(
    "large",
    exampleParts({ filler: 12, images: 160, keep: 1, rename: { eyeglasses: hostile, "smiling-lipstick-95": closing } }),
  ),
  empty: await folder.write("empty", exampleParts({ images: 0, keep: 0 })),
}));

describe("the report in Chromium", { timeout: 240_000 }, () => {
  test("opens from disk with no word on the console and no request", () =>
    onPage("usual", cell, async (page) => {
      await page.waitForSelector("#cell canvas[role=img]");
      expect(await page.locator("h1").textContent()).toMatch(
        /^smiling-eyeglasses-100 (may rely|relies) on eyeglasses, .* and /,
      );
    }));

  test("says first what was found, strongest first, and each sentence leads to its cell", () =>
    onPage("usual", "", async (page) => {
      const first = page.locator(".finding").first();
      expect(await first.locator(".sentence").textContent()).toMatch(
        /^Lowering smiling-eyeglasses-100 by 0\.\d\d lowers eyeglasses by 0\.\d\d on average over the images that have them: relative change/,
      );
      await first.locator("a").click();
      await page.waitForFunction(() => document.activeElement?.id === "cell-title");
      expect(await page.locator("#cell-title").textContent()).toBe("smiling-eyeglasses-100  eyeglasses");
      expect(new URL(page.url()).hash).toBe("#base=smiling-eyeglasses-100&downstream=eyeglasses");
    }));

  test("lets a keyboard reach a cell and its images", () =>
    onPage("usual", "", async (page) => {
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("matrix-title");
      for (let i = 0; i < 9 && !(await focused()).startsWith("smiling, "); i++) await page.keyboard.press("Tab");
      expect(await focused()).toBe("smiling, smiling: 1.00, interval 1.00 to 1.00, 60 images, the classifier itself");
      await page.keyboard.press("End");
      await page.keyboard.press("Home");
      for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Control+End");
      expect(await focused()).toMatch(/^eyeshadow-big_nose-95, eyeshadow-big_nose-95: /);
      await page.keyboard.press("Home");
      for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowRight");
      expect(await focused()).toMatch(
        /^eyeshadow-big_nose-95, big_nose: 0\.\d\d, interval 0\.\d\d to 0\.\d\d, \d+ images, found$/,
      );
      expect(await page.locator("[role=tooltip]").textContent()).toContain("judge 0.");
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.activeElement?.id === "cell-title");
      expect(await page.locator("#cell-title").textContent()).toBe("eyeshadow-big_nose-95  big_nose");

      const images = page.locator(".chooser a");
      const inChooser = () => page.evaluate(() => document.activeElement?.closest(".chooser") != null);
      for (let i = 0; i < 40 && !(await inChooser()); i++) await page.keyboard.press("Tab");
      await page.keyboard.press("Home");
      await page.keyboard.press("ArrowRight");
      expect(await images.nth(1).evaluate((link) => link === document.activeElement)).toBe(true);
      await page.keyboard.press("Enter");
      expect(new URLSearchParams(new URL(page.url()).hash.slice(1)).get("image")).toMatch(/^\d{4}\.png$/);
      const place = page.locator(".scrubber input");
      await place.focus();
      await page.keyboard.press("Home");
      expect(await place.getAttribute("aria-valuetext")).toMatch(
        /^the reconstruction: eyeshadow-big_nose-95 0\.\d\d, big_nose/,
      );
      await page.keyboard.press("ArrowRight");
      expect(await place.getAttribute("aria-valuetext")).toMatch(/^14 % of the way/);
      expect(await page.locator("#cell canvas[role=img]").count()).toBe(4);
      // Nothing moved against the base, and an empty panel takes no room.
      expect(await page.locator("#cell .panel svg[role=img]").count()).toBe(1);
    }));

  test("draws the images, and a difference that is not empty", () =>
    onPage("usual", cell, async (page) => {
      const colours = (index: number) =>
        page.waitForFunction((at) => {
          const canvas = document.querySelectorAll<HTMLCanvasElement>("#cell canvas[role=img]")[at];
          const data = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
          const seen = new Set<string>();
          for (let i = 0; i < data.length; i += 64) seen.add(`${data[i]} ${data[i + 1]} ${data[i + 2]}`);
          return seen.size > 8 ? seen.size : false;
        }, index);
      for (const index of [0, 1, 2, 3]) expect(await (await colours(index)).jsonValue()).toBeGreaterThan(8);
    }));

  test("opens an address as it was left", () =>
    onPage("usual", "#view=label-correlation&base=beard&downstream=eyeglasses&statistic=mean", async (page) => {
      expect(await page.locator("input[value=label-correlation]").isChecked()).toBe(true);
      expect(await page.locator("#cell-title").textContent()).toBe("beard  eyeglasses");
      expect(await page.locator("td[aria-selected=true]").getAttribute("aria-label")).toMatch(
        /^beard, eyeglasses: correlation 0\.\d\d$/,
      );
      await page.locator("input[value=alignment]").check();
      expect(await page.locator("#matrix .toolbar select").inputValue()).toBe("mean");
      expect(new URL(page.url()).hash).toBe("#statistic=mean&base=beard&downstream=eyeglasses");
    }));

  test("keeps hostile names as text", () =>
    onPage("large", `#${new URLSearchParams({ base: closing, downstream: hostile })}`, async (page) => {
      expect(await page.locator("#cell-title").textContent()).toBe(`${closing}  ${hostile}`);
      expect(await page.locator(".grid tbody th").allTextContents()).toContain(hostile);
      await page.locator(".plot svg").first().waitFor();
      expect(await page.evaluate(() => "hacked" in window)).toBe(false);
      expect(await page.locator("img").count()).toBe(0);
    }));

  test("says that nothing can be said of a run without images, labels or pictures", () =>
    onPage("empty", cell, async (page) => {
      // Of 28² cells 28 are a classifier with itself, 7·6 pairs are smiles and 2 are eyeshadow twice.
      expect(await page.locator("h1").textContent()).toBe("Nothing found, and 712 cells could not be resolved");
      expect(await page.locator("#cell .lead").first().textContent()).toMatch(
        /^No counterfactual of smiling-eyeglasses-95/,
      );
      expect(
        await page
          .locator("input[name=view]")
          .evaluateAll((inputs) => inputs.map((i) => (i as HTMLInputElement).value)),
      ).toEqual(["alignment"]);
    }));

  test("stays usable at 40 × 40 and on a narrow screen", () =>
    onPage(
      "large",
      "",
      async (page) => {
        const sizes = (): Promise<{ wide: number; tall: number; text: boolean; page: boolean }> =>
          page.evaluate(() => {
            const cells = [...document.querySelectorAll<HTMLElement>(".grid td[data-row]")];
            const box = cells[1]?.getBoundingClientRect();
            return {
              wide: box?.width ?? 0,
              tall: box?.height ?? 0,
              text: cells.length === 1600 && cells.every((each) => each.scrollWidth <= each.clientWidth),
              page: document.documentElement.scrollWidth <= innerWidth,
            };
          });
        for (const width of [400, 1280]) {
          await page.setViewportSize({ width, height: 800 });
          const { wide, tall, text, page: fits } = await sizes();
          expect(wide).toBeGreaterThanOrEqual(24);
          expect(tall).toBeGreaterThanOrEqual(20);
          expect(text).toBe(true);
          expect(fits).toBe(true);
        }
        await page.locator('td[data-row="0"][data-column="0"]').focus();
        await page.keyboard.press("Control+End");
        const visible = await page.evaluate(() => {
          const box = document.activeElement?.getBoundingClientRect();
          const header = document.querySelector('th[data-column="39"]')?.getBoundingClientRect();
          const name = document.querySelector('th[data-row="39"]')?.getBoundingClientRect();
          return box !== undefined && header !== undefined && name !== undefined
            ? {
                inside: box.right <= innerWidth && box.bottom <= innerHeight,
                column: header.top >= 0,
                row: name.left >= 0,
              }
            : undefined;
        });
        expect(visible).toEqual({ inside: true, column: true, row: true });
      },
      { viewport: { width: 400, height: 800 } },
    ));
});
