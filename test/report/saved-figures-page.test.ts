import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { embedded } from "../../src/report/page-file.ts";
import { xmlElements } from "../pictures/xml-elements.ts";
import { savedFile } from "./chromium.ts";
import { pages } from "./pages.ts";
import { sharedReport } from "./shared-reports.ts";

const { onPage } = pages(async (folder) => {
  const run = await sharedReport("views", folder);
  const notebook = join(folder.path, "notebook.html");
  const fragment = embedded(await readFile(run, "utf8"));
  await writeFile(
    notebook,
    `<!doctype html><title>Notebook</title><h1>Notebook</h1><p>Before</p>${fragment}<p>After</p>`,
  );
  return { run, notebook };
});

const saved = async (page: Page, button: string): Promise<Buffer> => {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button, exact: true }).first().click(),
  ]);
  return savedFile(download);
};

describe("figures saved from the page in Chromium", { timeout: 240_000 }, () => {
  test("are whole SVG files, 183 mm wide", () =>
    onPage("run", "#base=smiling-eyeglasses-95&downstream=eyeglasses", async (page) => {
      for (const what of ["the whole matrix", "the alignment plot"]) {
        const elements = xmlElements((await saved(page, `SVG (${what})`)).toString());
        expect(elements[0]?.attributes).toMatchObject({
          width: "183mm",
          viewBox: expect.stringMatching(/^0 0 518\.74 /),
        });
        expect(elements.map(({ text }) => text).join(" ")).toContain("smiling-eyeglasses-95");
        // The page's font is inside: who opens the file has none of the page's.
        const fonts = elements.find(({ name }) => name === "style")?.text ?? "";
        const [, data = ""] =
          /font-family:Inter;font-weight:100 900;src:url\("?data:[^,]*,([A-Za-z0-9+/=]+)/.exec(fonts) ?? [];
        expect(Buffer.from(data, "base64").subarray(0, 4).toString()).toBe("wOF2");
      }
    }));

  test("are pictures of 300 pixels an inch, with ink", () =>
    onPage("run", "#base=smiling-eyeglasses-95&downstream=eyeglasses", async (page) => {
      for (const what of ["the whole matrix", "the alignment plot"]) {
        const png = await saved(page, `PNG (${what})`);
        const { width, format } = await sharp(png).metadata();
        expect([width, format]).toEqual([2161, "png"]);
        const [red] = (await sharp(png).stats()).channels;
        expect([red?.max, (red?.min ?? 255) < 80]).toEqual([255, true]);
      }
    }));

  test("hold the intervals of the decomposition too", () =>
    onPage("run", "#view=decomposition", async (page) => {
      const elements = xmlElements((await saved(page, "SVG (this plot)")).toString());
      expect(elements.filter(({ name }) => name === "circle").length).toBeGreaterThan(2);
    }));
});

describe("a report as a fragment in another page", { timeout: 240_000 }, () => {
  test("works inside its frame, and leaves the page around it alone", () =>
    onPage("notebook", "", async (page) => {
      const frame = page.frameLocator("iframe");
      await frame.locator(".grid td[data-row]").first().waitFor();
      await frame.locator('td[aria-label^="smiling-eyeglasses-95, eyeglasses"]').click();
      await frame.locator("#cell-title").waitFor();
      expect(await page.locator("h1").allTextContents()).toEqual(["Notebook"]);
      expect(page.url()).toMatch(/notebook\.html$/);
    }));
});
