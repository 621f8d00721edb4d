import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { doubted } from "./example-views.ts";
import { pages } from "./pages.ts";
import { sharedReport } from "./shared-reports.ts";

const { onPage } = pages(async (folder) => ({
  views: await sharedReport("views", folder),
}));

const spoken = (page: Page, base: string, downstream: string): Promise<string | null> =>
  page.locator(`.grid td[aria-label^="${base}, ${downstream}:"]`).getAttribute("aria-label");

describe("the views of a run in Chromium", { timeout: 240_000 }, () => {
  test("switch the matrix and stand in the address", () =>
    onPage("views", "#base=smiling-eyeglasses-95&downstream=eyeglasses", async (page) => {
      const values = await page
        .locator("input[name=view]")
        .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
      expect(values).toEqual([
        "alignment",
        "decomposition",
        "partial",
        "saliency-similarity",
        "prediction-correlation",
        "label-correlation",
      ]);
      const names = await page.locator(".grid tbody th").allTextContents();
      await page.locator("input[value=decomposition]").check();
      expect(await spoken(page, "smiling-eyeglasses-95", "eyeglasses")).toBe(
        "smiling-eyeglasses-95, eyeglasses: share 0.40, interval 0.36 to 0.44, found",
      );
      expect(await spoken(page, "beard", "necktie")).toMatch(/, found, with beard and necktie$/);
      await page.locator("input[value=partial]").check();
      expect(await spoken(page, "smiling-eyeglasses-95", "eyeglasses")).toBe(
        "smiling-eyeglasses-95, eyeglasses: coefficient 0.36",
      );
      await page.locator("input[value=saliency-similarity]").check();
      expect(await spoken(page, "eyeglasses", "eyeshadow")).toBe("eyeglasses, eyeshadow: similarity 0.82");
      await page.locator("#matrix .toolbar select").selectOption("rank");
      expect(await spoken(page, "eyeglasses", "eyeshadow")).toBe("eyeglasses, eyeshadow: similarity 0.66");
      expect(new URL(page.url()).hash).toBe(
        "#view=saliency-similarity&measure=rank&base=smiling-eyeglasses-95&downstream=eyeglasses",
      );
      expect(await page.locator(".grid tbody th").allTextContents()).toEqual(names);
    }));

  test("say how much of each direction is explained", () =>
    onPage("views", "#view=decomposition", async (page) => {
      const explained = page.locator(".explained");
      expect(await explained.locator("li").first().textContent()).toBe(`${doubted.unexplained}: only 43 % explained`);
      const plot = await explained.locator("svg[role=img]").getAttribute("aria-label");
      expect(plot).toMatch(/^Explained part of each direction: hat 0\.43, /);
      await explained.locator(".numbers summary").click();
      await explained.locator(".numbers tbody tr").first().waitFor();
      expect(await explained.locator(".numbers tbody tr").first().allTextContents()).toEqual(["hat0.430.35 to 0.50"]);
    }));

  test("say which views confirm a finding", () =>
    onPage("views", "", async (page) => {
      const finding = (name: string) =>
        page
          .locator(".finding", { has: page.locator(`em:text-is("${name}")`) })
          .filter({ hasText: "eyeglasses" })
          .first();
      expect(await finding("smiling-eyeglasses-95").locator(".finding-views").textContent()).toMatch(
        /^Confirmed by the judge 0\.\d\d, share of the direction 0\.40, regression on predictions 0\.36/,
      );
      expect(await finding("smiling-eyeglasses-85").locator(".finding-views [data-mark=no]").textContent()).toBe(
        "Not confirmed by regression on predictions 0.02",
      );
    }));

  test("show which share of a change survives, and how much was clamped", () =>
    onPage("views", "", async (page) => {
      const row = page.locator(".survival tr", { hasText: doubted.fragile });
      expect(await row.locator("td").allTextContents()).toEqual(expect.arrayContaining(["97 %", "31 %", "88 %"]));
      expect(await page.locator(".survival .lead").textContent()).toMatch(/Less than half survives for narrow_eyes\.$/);
      expect(await page.locator("#audit .lead").textContent()).toContain("1.23 % of the reconstructions");
    }));

  test("fit a narrow screen", () =>
    onPage("views", "#view=decomposition", async (page) => {
      await page.setViewportSize({ width: 400, height: 800 });
      await page.locator(".explained svg").waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }));
});
