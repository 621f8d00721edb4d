import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { openRun } from "../../src/results/open-run.ts";
import { type Listening, listen } from "../../src/serve/listen.ts";
import { siteOf } from "../../src/serve/site.ts";
import { cli } from "../cli/cli.ts";
import { launch } from "../report/chromium.ts";
import { drawFaces, openSmallWorld, runToEnd, smallWorld, temporaryFolder } from "../run/small-world.ts";
import { besidesFonts, type LivePage, openLive } from "./live-site.ts";

/** How far numbers of the browser may be from those of Node. */
const tolerance = 1e-4;
const bases = ["biased", "smiling"];
/** Pictures: enough for ten looks. */
const count = 160;

/** The intervals of the row that is open, by classifier. */
async function intervalsOn(page: Page): Promise<ReadonlyMap<string, readonly [number, number]>> {
  const rows = await page.$$eval(".audit table.plain tbody tr", (all) =>
    all.map((row) => [row.querySelector("th")?.textContent ?? "", row.children[3]?.textContent ?? ""] as const),
  );
  return new Map(
    rows.flatMap(([name, text]) => {
      const ends = text.replaceAll("−", "-").split(" to ").map(Number);
      return ends.length === 2 ? [[name, ends as [number, number]] as const] : [];
    }),
  );
}

/** Waits until an audit is at rest, or has seen so many pictures. */
async function seen(page: Page, pictures: number): Promise<void> {
  await page.waitForFunction((count) => {
    const words = document.querySelector("[data-audit]")?.textContent ?? "";
    return Number(/(\d+) of \d+ pictures/.exec(words)?.[1] ?? 0) >= count;
  }, pictures);
}

/** Presses Stop as soon as so many pictures were seen, and waits for it. */
async function stopOnce(page: Page, pictures: number): Promise<void> {
  await page.evaluate((count) => {
    const stop = [...document.querySelectorAll<HTMLButtonElement>(".audit-bar button")].find(
      ({ textContent }) => textContent === "Stop",
    );
    const look = (): void => {
      const words = document.querySelector("[data-audit]")?.textContent ?? "";
      if (Number(/(\d+) of \d+ pictures/.exec(words)?.[1] ?? 0) >= count) stop?.click();
      else setTimeout(look, 1);
    };
    look();
  }, pictures);
  await page.waitForSelector('[data-audit="stopped"]', { timeout: 60_000 });
}

describe("an audit in the live page", { timeout: 240_000 }, () => {
  let browser: Browser;
  let server: Listening;
  let live: LivePage;
  let workspace: string;
  let folder: string;

  beforeAll(async () => {
    workspace = await smallWorld();
    folder = await temporaryFolder();
    await drawFaces(join(folder, "faces"), count);
    const { site } = await siteOf(workspace, { isolate: false });
    server = await listen(site, 0);
    browser = await launch();
    live = await openLive(browser, `${server.url}#base=${bases[0]}`, { acceptDownloads: true });
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test("waits for pictures enough", async () => {
    const { page } = live;
    await page.click(".audit summary");
    await page.waitForFunction(() => document.querySelector<HTMLButtonElement>(".audit .go")?.disabled === true);
    await page.setInputFiles('input[aria-label="A folder of your own pictures"]', join(folder, "faces"));
    await page.waitForFunction(() => document.querySelector<HTMLButtonElement>(".audit .go")?.disabled === false);
    expect(await page.locator(".audit select option").allTextContents()).toEqual([
      "the workspace’s (0)",
      `my own (${count})`,
    ]);
  });

  test("stops at once when it has just begun: before its first look, or after that where it was over already", async () => {
    const { page } = live;
    await page.click(".audit .go");
    await stopOnce(page, 0);
    expect(await page.textContent('[data-audit="stopped"]')).toMatch(
      /^Stopped( before the first look\.|: 16 of 160 pictures)/,
    );
    expect(await page.locator('.audit [role="alert"]').count()).toBe(0);
  });

  test("shows intervals that narrow, and stops where one has seen enough", async () => {
    const { page, requests } = live;
    const before = requests.length;
    await page.fill(".bases input", bases[1] as string);
    await page.press(".bases input", "Enter");
    await page.click(".audit .go");
    await seen(page, 16);
    const first = await intervalsOn(page);
    await stopOnce(page, 32);
    const looked = /^Stopped: (\d+) of 160 pictures/.exec(
      (await page.textContent('[data-audit="stopped"]')) ?? "",
    )?.[1];
    expect(Number(looked)).toBeGreaterThanOrEqual(32);
    expect(Number(looked)).toBeLessThan(count);
    const last = await intervalsOn(page);
    const widthIn = (intervals: typeof last): number => {
      const [low, high] = intervals.get("glasses") ?? [0, Number.POSITIVE_INFINITY];
      return high - low;
    };
    expect(widthIn(last)).toBeGreaterThan(0);
    expect(widthIn(last)).toBeLessThan(widthIn(first));
    expect(besidesFonts(requests.slice(before))).toEqual([]);
    expect(live.errors).toEqual([]);
  });

  test("is saved as a run that report opens, with the numbers of align on the same pictures", async () => {
    const { page } = live;
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click('.audit-bar button:text-is("Save as a run")'),
    ]);
    expect(download.suggestedFilename()).toBe("my-pictures.run.zip");
    const file = join(folder, "mine.run.zip");
    await download.saveAs(file);
    const { code, stdout } = await cli("report", file);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`report: ${join(folder, "mine", "report.html")}`)]);

    const run = await openRun(join(folder, "mine"));
    const out = join(folder, "aligned");
    await using small = await openSmallWorld(workspace);
    await runToEnd(join(folder, "faces"), { workspace: small, bases, out, limit: null, keepImages: 0 });
    const aligned = await openRun(out);
    const keyOf = ({ image, base, downstream = "" }: { image: string; base: string; downstream?: string }): string =>
      `${image} ${base} ${downstream}`;
    const counterfactuals = new Map(aligned.counterfactuals.map((row) => [keyOf(row), row]));
    const changes = new Map(aligned.changes.map((row) => [keyOf(row), row]));
    expect(run.processed).toBeGreaterThanOrEqual(32);
    expect(run.counterfactuals.length).toBeGreaterThan(20);
    const images = new Set(run.images.map(({ image }) => image));
    expect(run.counterfactuals.map(keyOf)).toEqual(
      aligned.counterfactuals.filter(({ image }) => images.has(image)).map(keyOf),
    );
    for (const row of run.counterfactuals) {
      const other = counterfactuals.get(keyOf(row));
      expect(row.stopReason).toBe(other?.stopReason);
      expect(Math.abs(row.after - (other?.after as number))).toBeLessThan(tolerance);
    }
    for (const row of run.changes) {
      const other = changes.get(keyOf(row));
      expect(Math.abs(row.before - (other?.before as number))).toBeLessThan(tolerance);
      expect(Math.abs(row.after - (other?.after as number))).toBeLessThan(tolerance);
      expect(Math.abs((row.relativeChange ?? 0) - (other?.relativeChange ?? 0))).toBeLessThan(tolerance);
    }

    // What the page says of a cell is what the report's figures say.
    const shown = await intervalsOn(page);
    const matrix = alignmentMatrix(run);
    for (const [downstream, [low, high]] of shown) {
      const cell = matrix.cells.find((each) => each.base === bases[0] && each.downstream === downstream);
      expect(cell?.deciding.ci?.map((end) => Number(end.toFixed(2)) + 0)).toEqual([low + 0, high + 0]);
    }
  });

  test("says in one line why it cannot begin, and the slider answers beside it", async () => {
    const { page } = live;
    await page.fill(".bases input", "smilling");
    await page.press(".bases input", "Enter");
    await page.click(".audit .go");
    await page.waitForSelector('.audit [role="alert"]');
    expect(await page.locator('.audit [role="alert"]').allTextContents()).toEqual([
      expect.stringMatching(/^unknown target "smilling"[^\n]*$/),
    ]);
    await page.click('.bases button[aria-label="leave out smilling"]');
    await page.click(".audit .go");
    await page.focus('input[type="range"]');
    await page.keyboard.press("Home");
    await page.waitForFunction(() => performance.getEntriesByName("slider step").length > 0);
    await seen(page, count);
    expect(await page.locator('[data-audit="finished"]').count()).toBe(1);
    expect(live.errors).toEqual([]);
  });
});
