import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch } from "../report/chromium.ts";
import { drawFaces, openSmallWorld, runToEnd, smallWorld, temporaryFolder } from "../run/small-world.ts";
import { hosted, openLive } from "../serve/live-site.ts";

const root = join(import.meta.dirname, "../..");

async function build(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const script = ["--conditions=source", "--import", "tsx", "scripts/site/build.ts", ...args];
  const building = spawn(process.execPath, script, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [building.stdout, building.stderr]) stream.on("data", (data) => (said += String(data)));
  const [code] = await once(building, "exit");
  return { code, said };
}

describe("the static site", { timeout: 600_000 }, () => {
  let browser: Browser;
  let folder: string;
  let site: string;
  let said = "";

  beforeAll(async () => {
    const workspace = await smallWorld();
    folder = await temporaryFolder();
    site = join(folder, "site");
    const run = join(folder, "run");
    await drawFaces(join(folder, "faces"), 30);
    await using small = await openSmallWorld(workspace);
    await runToEnd(join(folder, "faces"), {
      workspace: small,
      bases: ["biased"],
      out: run,
      limit: null,
      keepImages: 1,
    });
    await rm(dirname(workspace), { recursive: true, force: true });
    const built = await build(site, "--run", run);
    said = built.said;
    expect([built.code, built.code === 0 ? "" : said]).toEqual([0, ""]);
    browser = await launch();
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("takes no place of what is no site", async () => {
    const own = join(folder, "own");
    await mkdir(own);
    await writeFile(join(own, "thesis.txt"), "my only copy");
    const { code, said: why } = await build(own);
    expect(code).not.toBe(0);
    expect(why).toContain("expected a new or empty folder, or a site that this wrote");
    expect(await readFile(join(own, "thesis.txt"), "utf8")).toBe("my only copy");
  });

  test("checks every link of its pages", () => {
    expect(said).toMatch(/\d+ files, \d+ pages, every link leads somewhere/);
  });

  test("opens from disk: what cfalign is, the documents, and a search that needs no network", async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", ({ message }) => void errors.push(message));
    await page.goto(`file://${join(site, "index.html")}`);
    expect(await page.locator("h1").first().textContent()).toBe("cfalign");
    expect(await page.locator(".doors a").count()).toBe(3);
    await page.fill("#search", "worst group");
    const found = page.locator("#found a");
    expect(await found.count()).toBeGreaterThan(1);
    await found.first().click();
    await page.waitForLoadState();
    const anchor = decodeURIComponent(new URL(page.url()).hash.slice(1));
    expect(await page.locator(`[id="${anchor}"]`).count()).toBe(1);
    // From a document in a folder as from the first page.
    await page.fill("#search", "quasar nebula");
    expect(await page.locator("#found").textContent()).toBe("Nothing found.");
    await page.click('nav a:text-is("A report")');
    await page.waitForSelector(".grid");
    expect(errors).toEqual([]);
    await context.close();
  });

  test("on a host the live page opens with the game", async () => {
    const host = await hosted(site);
    const { page, errors } = await openLive(browser, `${host.url}live/`);
    await page.waitForSelector(".guess-faces");
    expect(errors).toEqual([]);
    host.close();
  });
});
