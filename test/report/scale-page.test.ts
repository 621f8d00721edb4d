import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { exampleParts } from "./example.ts";
import { pages } from "./pages.ts";

const parts = exampleParts({ images: 60, keep: 0, filler: 32, bases: 40, views: true });

const { onPage } = pages(async (folder) => ({ large: await folder.write("large", parts) }));

const rowNames = (page: Page) => page.locator(".grid tbody th").allTextContents();
const columnNames = (page: Page) => page.locator(".grid thead th").allTextContents();
const laptop = { viewport: { width: 1366, height: 768 } };

describe("a matrix of 40 × 60 on a laptop in Chromium", { timeout: 240_000 }, () => {
  test("is searched, cut to its findings, and ordered, the same in every view", () =>
    onPage(
      "large",
      "#matrix",
      async (page) => {
        expect([(await rowNames(page)).length, (await columnNames(page)).length]).toEqual([40, 60]);
        await page.keyboard.press("/");
        await page.keyboard.type("smiling-e, lipstick");
        expect(await rowNames(page)).toEqual(parts.matrix.bases.filter((name) => /smiling-e|lipstick/.test(name)));
        await page.getByLabel("Columns").fill("glasses");
        expect(await columnNames(page)).toEqual(parts.matrix.downstream.filter((name) => name.includes("glasses")));
        expect(await page.locator(".arrange [role=status]").textContent()).toMatch(/^\d of 40 rows, 5 of 60 columns$/);
        await page.getByRole("button", { name: "Show all" }).click();

        await page.getByLabel("findings only").check();
        const bases = new Set(parts.findings.map(({ base }) => base));
        expect((await rowNames(page)).toSorted()).toEqual([...bases].toSorted());
        await page.getByLabel("Order").selectOption("found");
        const found = (base: string) =>
          parts.matrix.cells.filter(
            (cell) => cell.base === base && cell.state === "found" && !cell.sameConcept && !cell.rejected,
          ).length;
        const counts = (await rowNames(page)).map(found);
        expect(counts).toEqual(counts.toSorted((a, b) => b - a));
        await page.getByLabel("findings only").uncheck();

        await page.getByLabel("Order").selectOption("similar");
        const clustered = await rowNames(page);
        expect(clustered).not.toEqual(parts.matrix.bases);
        expect(clustered.toSorted()).toEqual(parts.matrix.bases.toSorted());
        await page.locator("input[value=label-correlation]").check();
        expect(await rowNames(page)).toEqual(clustered);
        expect(new URL(page.url()).hash).toBe("#view=label-correlation&order=similar");
      },
      laptop,
    ));

  test("is sorted by a row and a column from the keyboard, and the focus stays on its cell", () =>
    onPage(
      "large",
      "#matrix",
      async (page) => {
        const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
        await page.locator(".grid td[aria-label^='smiling-eyeglasses-95, eyeglasses:']").focus();
        await page.keyboard.press("r");
        expect(await focused()).toMatch(/^smiling-eyeglasses-95, eyeglasses:/);
        const means = new Map(
          parts.matrix.cells
            .filter(({ downstream }) => downstream === "eyeglasses")
            .map(({ base, deciding }) => [base, deciding.mean ?? Number.NEGATIVE_INFINITY]),
        );
        const values = (await rowNames(page)).map((name) => means.get(name) ?? Number.NEGATIVE_INFINITY);
        expect(values).toEqual(values.toSorted((a, b) => b - a));
        expect(await page.locator(".grid thead th[aria-sort]").textContent()).toBe("eyeglasses");
        await page.keyboard.press("c");
        expect(await focused()).toMatch(/^smiling-eyeglasses-95, eyeglasses:/);
        // What is largest in both stands in the first places: the classifier itself, then what it relies on.
        expect((await columnNames(page))[0]).toBe("smiling-eyeglasses-95");
        await page.locator(".grid thead th", { hasText: "eyeglasses" }).first().click();
        await page.getByRole("button", { name: "Show all" }).click();
        expect(await rowNames(page)).toEqual(parts.matrix.bases);
      },
      laptop,
    ));

  test("keeps headings in view wherever one is, and fits the width without numbers", () =>
    onPage(
      "large",
      "#matrix",
      async (page) => {
        const seen = () =>
          page.evaluate(() => {
            const cell = document.activeElement as HTMLElement;
            const box = cell.getBoundingClientRect();
            const { row, column } = cell.dataset;
            const [top, left] = [`th[data-column="${column}"]`, `th[data-row="${row}"]`].map((name) =>
              document.querySelector(name)?.getBoundingClientRect(),
            );
            return {
              cell: box.left >= (left?.right ?? 1e9) - 1 && box.right <= innerWidth && box.bottom <= innerHeight,
              below: box.top >= (top?.bottom ?? 1e9) - 1,
              headings: (top?.top ?? -1) >= 0 && (left?.left ?? -1) >= 0,
            };
          });
        const whole = { cell: true, below: true, headings: true };
        await page.locator('.grid td[data-row="0"][data-column="0"]').focus();
        await page.keyboard.press("Control+End");
        expect(await seen()).toEqual(whole);
        await page.keyboard.press("Control+Home");
        for (let step = 0; step < 6; step++) await page.keyboard.press("PageDown");
        expect(await seen()).toEqual(whole);
        await page.getByLabel("fit the width, without numbers").check();
        await page.waitForFunction(() => document.querySelector(".grid-scroll[data-fits]"));
        await page.locator('.grid td[data-row="0"][data-column="0"]').focus();
        await page.keyboard.press("Control+End");
        expect(await seen()).toEqual(whole);
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      },
      laptop,
    ));

  test("stays where it is when the view is flicked, with the tip of the keyboard's cell", () =>
    onPage(
      "large",
      "#matrix",
      async (page) => {
        const top = () => page.locator(".grid").evaluate((grid) => grid.getBoundingClientRect().top);
        await page.locator('.grid td[data-row="2"][data-column="3"]').focus();
        const before = await top();
        const tops: number[] = [];
        for (let step = 0; step < 6; step++) {
          await page.keyboard.press("v");
          tops.push(await top());
        }
        expect(new Set(tops)).toEqual(new Set([before]));
        expect(new URL(page.url()).hash).toBe("");
        await page.mouse.move(683, 400);
        await page.mouse.wheel(0, 60);
        await page.waitForFunction(
          (was) => document.querySelector(".grid")?.getBoundingClientRect().top !== was,
          before,
        );
        await page.locator('.grid td[data-row="4"][data-column="3"]').focus();
        await page.evaluate(() => scrollBy(0, 40));
        const apart = () =>
          page.evaluate(() => {
            const tip = document.querySelector(".tip")?.getBoundingClientRect();
            const cell = document.activeElement?.getBoundingClientRect();
            return tip === undefined || cell === undefined
              ? Number.NaN
              : Math.min(Math.abs(tip.bottom + 8 - cell.top), Math.abs(tip.top - 8 - cell.bottom));
          });
        // The tip comes after the scroll event, with the next frame.
        await expect.poll(apart, { timeout: 10_000 }).toBeLessThan(2);
      },
      laptop,
    ));
});
