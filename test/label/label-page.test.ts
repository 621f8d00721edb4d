import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import type { Artefact } from "../../bench/worlds/garments/artefacts.ts";
import type { Labelling } from "../../src/label/labelling.ts";
import { labelSite } from "../../src/serve/label-site.ts";
import { type Listening, listen } from "../../src/serve/listen.ts";
import { auroc } from "../../src/statistics/auroc.ts";
import { connect } from "../report/chromium.ts";
import { drawnGarments } from "./drawn-garments.ts";
import { readFeatureOf } from "./read-feature-of.ts";

let browser: Browser;
let root = "";
let folder = "";
let truth: ReadonlyMap<string, ReadonlySet<Artefact>>;
let labelling: Labelling;
let server: Listening;
let page: Page;
const errors: string[] = [];
const stop = new AbortController();

const serve = async (): Promise<void> => {
  const made = await labelSite(folder, { signal: stop.signal });
  labelling = made.labelling;
  await labelling.read;
  server = await listen(made.site, 0, labelling.answer);
};
const open = async (hash = "", options = {}): Promise<void> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(60_000);
  page = await context.newPage();
  page.on("console", (message) => void (message.type() === "error" && errors.push(message.text())));
  page.on("pageerror", (error) => void errors.push(error.message));
  await page.goto(`${server.url}${hash}`);
  await page.waitForSelector(hash === "" ? ".features" : ".tile");
};

beforeAll(async () => {
  browser = await connect(inject("browser"));
  root = await mkdtemp(join(tmpdir(), "cfalign-label-page-"));
  folder = join(root, "garments");
  truth = await drawnGarments(folder, 500);
  await serve();
}, 240_000);
afterEach(() => page.context().close());
afterAll(async () => {
  stop.abort();
  await server.close();
  await browser.close();
});

const names = (): Promise<readonly string[]> =>
  page.$$eval(".tile", (tiles) => tiles.map((tile) => (tile as HTMLElement).title));
const marked = (): Promise<readonly (string | undefined)[]> =>
  page.$$eval(".tile", (tiles) => tiles.map((tile) => (tile as HTMLElement).dataset.mark));
const saved = (): Promise<unknown> =>
  page.waitForFunction(() => document.querySelector(".actions .note")?.textContent !== "saving…");
const said = async (feature: string): Promise<ReadonlyMap<string, string>> => {
  const [head = "", ...lines] = (await readFile(join(folder, "metadata.csv"), "utf8")).trim().split("\n");
  const column = head.split(",").indexOf(feature);
  return new Map(lines.map((line) => [line.split(",")[0] as string, line.split(",")[column] as string]));
};

/** Labels with a hand: a click on each picture that has it, one on "the others have not", up to so many clicks. */
async function label(feature: Artefact, most: number): Promise<number> {
  await page.getByRole("textbox").fill(feature);
  await page.getByRole("button", { name: "Add" }).click();
  await page.waitForFunction(
    (words) => document.querySelector("h1")?.textContent === words,
    `Which pictures have ${feature}?`,
  );
  await page.waitForSelector(".tile");
  let clicks = 0;
  for (;;) {
    const shown = await names();
    const having = shown.flatMap((name, i) => (truth.get(name)?.has(feature) ? [i] : []));
    if (clicks + having.length + 1 > most) return clicks;
    for (const i of having) await page.locator(".tile").nth(i).click();
    await page.locator(".go").click();
    clicks += having.length + 1;
    await page.waitForFunction(
      (first) => (document.querySelector(".tile") as HTMLElement | null)?.title !== first,
      shown[0],
    );
  }
}

describe("the Label page in Chromium", { timeout: 240_000 }, () => {
  test.each(["tag", "ring", "stripe"] as const)(
    "in sixty clicks a probe reads %s on the pictures that nobody saw",
    async (feature) => {
      await open();
      expect(await label(feature, 60)).toBeLessThanOrEqual(60);
      expect(await page.textContent(".reading")).toMatch(/^The probe reads it with AUROC [01]\.\d\d \(/);
      const column = await said(feature);
      for (const [name, mark] of column)
        if (mark !== "") expect(mark, name).toBe(truth.get(name)?.has(feature) ? "1" : "0");
      const scores = await readFeatureOf(folder, feature);
      const rest = [...column].flatMap(([name, mark]) =>
        mark === "" ? [{ has: truth.get(name)?.has(feature), score: scores.get(name) as number }] : [],
      );
      const of = (has: boolean) => rest.flatMap((one) => (one.has === has ? [one.score] : []));
      const found = auroc(of(true), of(false)) as number;
      expect(found).toBeGreaterThanOrEqual(0.9);
      expect(errors).toEqual([]);
    },
  );

  test("is worked with keys alone: names, marks, ranges, what is next, and undo", async () => {
    await open();
    await page.getByRole("textbox").focus();
    await page.keyboard.type("by hand");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".tile");
    const first = await names();
    await page.locator(".tile").first().focus();
    // 0 has it; 3 has not; from 10, the first of the second line, to 12 all have it.
    for (const key of ["Space", "ArrowRight", "ArrowRight", "ArrowRight", "0", "Home", "ArrowDown", "1"]) {
      await page.keyboard.press(key);
    }
    for (const key of ["ArrowRight", "ArrowRight", "Shift+Space"]) await page.keyboard.press(key);
    const wanted = Array.from({ length: 20 }, (_, at) =>
      [0, 10, 11, 12].includes(at) ? "has it" : at === 3 ? "has not" : undefined,
    );
    expect(await marked()).toEqual(wanted);
    await page.keyboard.press("n");
    await page.waitForFunction((name) => (document.querySelector(".tile") as HTMLElement).title !== name, first[0]);
    // The focus is where one goes on, once the page has drawn what is next.
    await page.waitForFunction(() => document.activeElement === document.querySelector(".tile"));
    expect([...(await said("by hand")).values()].filter((mark) => mark === "0").length).toBe(16);
    await page.keyboard.press("Control+z");
    expect(await names()).toEqual(first);
    expect(await marked()).toEqual(wanted);
    await page.keyboard.press("z");
    expect((await marked()).slice(10, 13)).toEqual(["has it", undefined, undefined]);
    await page.waitForFunction(() => document.activeElement?.matches(".tile"));
    await page.keyboard.press("Delete");
    await saved();
    const column = await said("by hand");
    expect(first.map((name) => column.get(name)).join("")).toBe("01");
    expect(errors).toEqual([]);
  });

  test("goes on where one left off, with a link to the feature, and shows what was judged to be corrected", async () => {
    await open("#feature=by+hand");
    expect(await page.textContent(".features [aria-pressed='true']")).toBe("by hand 1 of 2");
    await page.getByRole("button", { name: "has it 1" }).click();
    expect((await names()).length).toBe(1);
    await page.locator(".tile").click();
    await saved();
    expect([...(await said("by hand")).values()].filter((mark) => mark === "0").length).toBe(2);
    // A range by a hand: what is between two clicks becomes what the first one became.
    await page.getByRole("button", { name: "to judge" }).click();
    await page.locator(".tile").nth(4).click();
    await page
      .locator(".tile")
      .nth(7)
      .click({ modifiers: ["Shift"] });
    expect((await marked()).slice(3, 9)).toEqual([undefined, "has it", "has it", "has it", "has it", undefined]);
    await page.getByRole("button", { name: "Undo" }).click();
    expect((await marked()).slice(4, 8)).toEqual(["has it", undefined, undefined, undefined]);
    await page.getByRole("button", { name: "Undo" }).click();
    await saved();
  });

  test("is whole on a small screen and in the dark, and says of every picture what was said of it", async () => {
    await open("#feature=tag", { viewport: { width: 360, height: 640 }, colorScheme: "dark" });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const go = await page.locator(".go").boundingBox();
    // The way on is in reach without scrolling.
    expect((go?.y ?? 0) + (go?.height ?? 0)).toBeLessThanOrEqual(640);
    await page.locator(".tile").first().click();
    expect(await page.locator(".tile").first().getAttribute("aria-label")).toMatch(/\.png: has it$/);
    expect(await page.locator(".tile").nth(1).getAttribute("aria-label")).toMatch(/\.png: not seen$/);
    await page.getByRole("button", { name: "Undo" }).click();
    await saved();
    expect(errors).toEqual([]);
  });

  test("answers no page that nobody saw: a key that is held and a double click go on once", async () => {
    await open();
    await page.getByRole("textbox").fill("held");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".tile");
    const judged = async (): Promise<number> =>
      [...(await said("held")).values()].filter((mark) => mark === "0").length;
    await page.locator(".tile").first().focus();
    for (let press = 0; press < 6; press++) {
      await page.keyboard.down("n");
      await page.waitForTimeout(150);
    }
    await page.keyboard.up("n");
    await saved();
    expect(await judged()).toBe(20);
    const go = page.locator(".go");
    const box = (await go.boundingBox()) as { x: number; y: number };
    await page.mouse.click(box.x + 8, box.y + 8, { clickCount: 3, delay: 150 });
    await saved();
    expect(await judged()).toBe(40);
  });

  test("keeps of one feature what could not be saved while another is chosen", async () => {
    await open("#feature=tag");
    const place = Number(await page.locator(".tile").first().getAttribute("data-place"));
    await page.route("**/ask", (route) => route.abort());
    await page.locator(".tile").first().click();
    await page.waitForSelector("[role=alert]");
    await page.unroute("**/ask");
    await page.getByRole("button", { name: /^ring / }).click();
    await page.waitForFunction(() => document.querySelector("h1")?.textContent === "Which pictures have ring?");
    await page.getByRole("button", { name: /^tag / }).click();
    await page.waitForFunction(() => document.querySelector("h1")?.textContent === "Which pictures have tag?");
    await page.waitForFunction(() => document.querySelector("[role=alert]") === null);
    await saved();
    expect((await said("tag")).get(labelling.pictures[place] as string)).toBe("1");
    errors.length = 0;
  });

  test("says in a sentence what cannot be a feature, and what could not be saved, and saves it then", async () => {
    await open();
    await page.getByRole("textbox").fill("file_name");
    await page.keyboard.press("Enter");
    expect(await page.textContent("[role=alert]")).toContain('feature "file_name"');
    await open("#feature=tag");
    await page.route("**/ask", (route) => route.abort());
    await page.locator(".tile").first().click();
    expect(await page.textContent("[role=alert]")).toContain("cfalign serve does not answer");
    await page.unroute("**/ask");
    await page.getByRole("button", { name: "Try to save again" }).click();
    await page.waitForFunction(() => document.querySelector("[role=alert]") === null);
    errors.length = 0;
  });

  test("opens a table of first labels that is partly blank, and keeps its other columns", async () => {
    await server.close();
    const lines = labelling.pictures.map((name, at) => `${name},${at % 5 === 0 ? at % 2 : ""},,mode ${at % 3}`);
    await writeFile(join(folder, "metadata.csv"), ["file_name,mode-1,mode-2,note", ...lines, ""].join("\n"));
    await serve();
    await open("#feature=mode-1");
    expect(await page.textContent(".features")).toContain("mode-2 0 of 0");
    expect(await page.textContent("main")).toContain("columns that are no features are kept: note");
    await page.locator(".tile").first().click();
    await saved();
    const [head, ...rest] = (await readFile(join(folder, "metadata.csv"), "utf8")).trim().split("\n");
    expect(head).toBe("file_name,mode-1,mode-2,note");
    expect(rest.filter((line, at) => line !== lines[at]).length).toBe(1);
  });
});
