import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { type FitOptions, fitReport, orderPictures } from "../../src/report/build.ts";
import type { PageData } from "../../src/report/data.ts";
import { fillTemplate } from "../../src/report/fill-template.ts";
import type { ReportParts } from "../../src/report/report-data.ts";

/** A page opened from disk, with everything that it said and asked for. */
export interface OpenedPage {
  readonly page: Page;
  readonly messages: string[];
  readonly requests: string[];
}

/** The system's Chromium. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
    timeout: 120_000,
  });
}

/** How a window is; 1280 × 900, light and in its own colours by default. */
export interface Screen {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
  readonly forcedColors?: "active" | "none";
}

/** Opens an empty window with no network. */
export async function openWindow(browser: Browser): Promise<OpenedPage> {
  const context = await browser.newContext({ offline: true });
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const messages: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => messages.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!/^(about|file|data|blob):/.test(request.url())) requests.push(request.url());
  });
  return { page, messages, requests };
}

/** Shows a file in a window as if it were a new one, and waits until the report is drawn. address: path and hash. */
export async function showFile(
  { page }: OpenedPage,
  address: string,
  { viewport = { width: 1280, height: 900 }, colorScheme = "light", forcedColors = "none" }: Screen = {},
): Promise<void> {
  // Another hash alone would not open the file anew.
  await page.goto("about:blank");
  await page.setViewportSize(viewport);
  await page.emulateMedia({ media: null, reducedMotion: "reduce", colorScheme, forcedColors });
  await page.mouse.move(0, 0);
  await page.goto(`file://${address}`);
  await page.waitForSelector("h1");
}

/** Writes reports into a temporary folder that is removed with `dispose`. */
export async function reportFolder() {
  const folder = await mkdtemp(join(tmpdir(), "cfalign-report-"));
  const template = await readFile(join(import.meta.dirname, "../../dist/ui/index.html"), "utf8").catch(() => {
    throw new Error("the report's page is not built: run npm run build:ui");
  });
  return {
    path: folder,
    async write(name: string, parts: ReportParts, thumbnails: FitOptions["thumbnails"] = []): Promise<string> {
      const pictures = orderPictures(parts.pictures, parts.findings);
      const report = await fitReport(template, { ...parts, pictures }, { maxBytes: 15e6, thumbnails });
      if (report === undefined) throw new Error("the example does not fit");
      const path = join(folder, `${name}.html`);
      await writeFile(path, report.text);
      return path;
    },
    async writeData(name: string, data: PageData): Promise<string> {
      const path = join(folder, `${name}.html`);
      await writeFile(path, fillTemplate(template, data));
      return path;
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}
