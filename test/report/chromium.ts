import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import {
  type Browser,
  type BrowserContextOptions,
  type BrowserServer,
  chromium,
  type Download,
  type LaunchOptions,
  type Page,
} from "playwright-core";
import { type FitOptions, fitReport, orderPictures } from "../../src/report/build.ts";
import type { PageData } from "../../src/report/data.ts";
import { fillTemplate } from "../../src/report/fill-template.ts";
import type { ReportParts } from "../../src/report/report-data.ts";
import { built } from "../built.ts";

/** A page opened from disk, with everything that it said and asked for. */
export interface OpenedPage {
  readonly page: Page;
  readonly messages: string[];
  readonly requests: string[];
}

/** A busy machine needs minutes for what takes a second. */
const PATIENCE_MS = 240_000;

const options = (graphics: readonly string[] = ["--disable-gpu"]): LaunchOptions => ({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", ...graphics, "--disable-background-networking", "--no-first-run", "--disable-extensions"],
  timeout: PATIENCE_MS,
});

/** The system's Chromium. graphics: flags of it, by which there are graphics. */
export function launch(graphics?: readonly string[]): Promise<Browser> {
  return chromium.launch(options(graphics));
}

/** The same for many processes, which find it where it listens. */
export function serveBrowser(): Promise<BrowserServer> {
  return chromium.launchServer(options());
}

/** The Chromium that listens at an address, with windows of one's own; where that one has ended, a new one. */
export function connect(address: string): Promise<Browser> {
  return chromium.connect(address, { timeout: PATIENCE_MS }).catch(() => launch());
}

/** The bytes of a file that a page saved. */
export async function savedFile(download: Download): Promise<Buffer> {
  return buffer(await download.createReadStream());
}

/** Opens a file with no network and waits until the report is drawn. */
export async function openFile(
  browser: Browser,
  path: string,
  hash = "",
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    offline: true,
    reducedMotion: "reduce",
    ...options,
  });
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const messages: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => messages.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) requests.push(request.url());
  });
  await page.goto(`file://${path}${hash}`);
  await page.waitForSelector("h1");
  return { page, messages, requests };
}

/** Writes reports into a temporary folder that is removed with `dispose`. */
export async function reportFolder() {
  const folder = await mkdtemp(join(tmpdir(), "cfalign-report-"));
  const template = await readFile(built("ui/index.html"), "utf8");
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
