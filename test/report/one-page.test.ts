import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { exampleParts } from "./example.ts";
import { pages } from "./pages.ts";

const parts = exampleParts({ images: 200, keep: 1, interventions: true });
const [first = "", second = ""] = parts.matrix.bases;
const part = { ci: null, count: 40, images: [] };
const accountedFor = [
  { base: first, value: 0.12, enough: false, ...part },
  { base: second, value: 0.8, enough: true, ...part },
];
const { onPage } = pages(async (folder) => ({
  sheet: await folder.write("sheet", { ...parts, layout: "onepage" }),
  unnamed: await folder.write("unnamed", {
    ...parts,
    matrix: { ...parts.matrix, accountedFor, unchecked: ["eyeglasses"] },
    layout: "onepage",
  }),
  lowered: await folder.write("lowered", { ...exampleParts({ images: 120, keep: 1 }), layout: "onepage" }),
}));

/** Sheets of A4 that a page is printed on. */
async function sheets(page: Page): Promise<number> {
  const pdf = await page.pdf({ format: "A4", printBackground: true, preferCSSPageSize: true });
  return (pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g) ?? []).length;
}

describe("the verdict on one page in Chromium", { timeout: 240_000 }, () => {
  test.each(["sheet", "lowered", "unnamed"] as const)("is one sheet of A4, white, with nothing to press: %s", (kind) =>
    onPage(
      kind,
      "",
      async (page) => {
        await page.locator(".card canvas").first().waitFor();
        expect(await sheets(page)).toBe(1);
        expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
          "rgb(255, 255, 255)",
        );
        expect(await page.locator("a, button, select, input, summary").count()).toBe(0);
      },
      { colorScheme: "dark" },
    ),
  );

  test("names every classifier, with what it uses", () =>
    onPage("sheet", "", async (page) => {
      const rows = await page.locator(".one-page table.plain tbody tr").allTextContents();
      const using = parts.matrix.bases.filter((base) =>
        parts.matrix.cells.some((cell) => cell.base === base && cell.state === "found" && !cell.sameConcept),
      );
      expect(rows.length).toBe(using.length);
      const text = await page.locator(".one-page").textContent();
      for (const base of parts.matrix.bases) expect(text).toContain(base);
    }));

  test("says which classifiers something without a name lowers, and which names nobody has checked", () =>
    onPage("unnamed", "", async (page) => {
      const notes = (await page.locator(".one-page .note").allTextContents()).join("\n");
      expect(notes).toContain(
        `names lowers ${first} (they explain 12 % of its fall): no all-clear.\nNamed by CLIP, not checked: eyeglasses.`,
      );
      expect(notes).not.toContain(`${second} (they explain`);
    }));
});
