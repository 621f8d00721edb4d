import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { summarize } from "../../src/audit/findings/summary.ts";
import { openingOf } from "../../src/audit/opening.ts";
import { exampleParts } from "./example.ts";
import { pages } from "./pages.ts";

const parts = exampleParts({ images: 200, keep: 1, interventions: true });
const lowered = exampleParts({ images: 120, keep: 2 });
const summary = summarize(parts.run, parts.matrix, parts.findings);
const opening = openingOf(parts.matrix, parts.findings, summary);
const [repaired = "", other = ""] = opening.cards.map(({ base }) => base);
const advice = "Deploy rectified/model.onnx: the effect is gone.";
const accountedFor = [
  { base: repaired, value: 0.81, ci: [0.76, 0.86] as [number, number], count: 40, enough: true, images: [] },
];
const { onPage } = pages(async (folder) => ({
  run: await folder.write("run", parts),
  repaired: await folder.write("repaired", {
    ...parts,
    matrix: { ...parts.matrix, accountedFor },
    repairs: [{ target: repaired, advice, reason: "all groups are right" }],
  }),
  lowered: await folder.write("lowered", lowered),
}));

const two = (value: number): string => value.toFixed(2).replace("-", "−");
/** Whether all of it is on the first screen. */
async function onFirstScreen(page: Page, one: Locator): Promise<boolean> {
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  const box = await one.boundingBox();
  return box !== null && box.y >= 0 && box.y + box.height <= height && box.x >= 0 && box.x + box.width <= width;
}
const cellOf = (base: string, downstream: string) =>
  parts.matrix.cells.find((cell) => cell.base === base && cell.downstream === downstream);

/** Contrast of two colours as the browser tells them, "rgb(…)". */
function contrast(a: string, b: string): number {
  const lights = [a, b].map((colour) => {
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(
      (byte) => ((Number(byte) / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  return (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
}

describe("the top of a report in Chromium", { timeout: 240_000 }, () => {
  test.each([
    ["a desk", { width: 1280, height: 800 }, 3],
    ["a phone", { width: 390, height: 844 }, 1],
  ] as const)("answers which classifier, about what and how sure without scrolling, on %s", (_, viewport, cards) =>
    onPage(
      "run",
      "",
      async (page) => {
        await page.locator(".card canvas").first().waitFor();
        const heading = page.locator("h1");
        expect(await heading.textContent()).toBe(opening.headline);
        expect(await onFirstScreen(page, heading)).toBe(true);
        for (const [at, { base, downstream }] of opening.cards.slice(0, cards).entries()) {
          const card = page.locator(".card").nth(at);
          const effect = cellOf(base, downstream)?.effect;
          const [low, high] = effect?.ci ?? [Number.NaN, Number.NaN];
          expect(await card.locator("h2").textContent()).toBe(base);
          expect(await card.locator(".card-figure strong").textContent()).toBe(two(effect?.value as number));
          expect(await card.locator(".card-figure small").textContent()).toBe(
            `effect of ${downstream}, 95 % interval ${two(low)} to ${two(high)}; ${effect?.answered.count} of ${effect?.moved} pictures answered`,
          );
          for (const part of ["h2", ".card-pictures", ".card-said", ".card-figure"]) {
            expect([part, await onFirstScreen(page, card.locator(part))]).toEqual([part, true]);
          }
          for (const name of await card.locator(".card-said th").all()) {
            expect(await name.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0);
          }
          // A picture at which a change is seen.
          expect((await card.locator("canvas").first().boundingBox())?.width).toBeGreaterThan(160);
        }
      },
      { viewport },
    ),
  );

  test("shows the same intervention on a classifier that is clear of the feature", () =>
    onPage("run", "", async (page) => {
      const clean = opening.cards[0]?.clean as string;
      expect(clean).not.toBeNull();
      const own = cellOf(clean, opening.cards[0]?.downstream as string)?.effect?.removed;
      const row = page.locator(".card").first().locator("tr[data-clean]");
      expect(await row.locator("th").textContent()).toBe(`${clean} (clear)`);
      expect(await row.locator("td").last().textContent()).toBe(
        `${two(own?.before as number)} → ${two(own?.after as number)}`,
      );
    }));

  test.each([
    ["in the light", { colorScheme: "light" }, 10],
    ["in the dark", { colorScheme: "dark" }, 10],
    ["in forced colours", { forcedColors: "active", colorScheme: "dark" }, 10],
    ["on paper", { media: "print", colorScheme: "light" }, 8],
  ] as const)("numbers the line of the interval legibly, %s", (_, media, least) =>
    onPage("run", "", async (page) => {
      await page.emulateMedia(media);
      const texts = page.locator(".card").first().locator(".interval text");
      expect(await texts.allTextContents()).toEqual(["0", String(parts.matrix.minEffect), "1"]);
      const [ground, seen] = await texts.evaluateAll(
        (all) =>
          [
            getComputedStyle(document.documentElement).backgroundColor,
            all.map((text) => {
              const { left, right, height } = text.getBoundingClientRect();
              return { left, right, height, ink: getComputedStyle(text).fill };
            }),
          ] as const,
      );
      for (const [at, { left, height, ink }] of seen.entries()) {
        expect(height).toBeGreaterThanOrEqual(least);
        expect(left).toBeGreaterThan(seen[at - 1]?.right ?? 0);
        expect(contrast(ink, ground)).toBeGreaterThan(4.5);
      }
    }),
  );

  test("folds how it was measured", () =>
    onPage("run", "", async (page) => {
      const method = page.locator(".masthead .method");
      expect(await method.isVisible()).toBe(false);
      await page.getByText("How was this measured?").click();
      expect(await method.isVisible()).toBe(true);
      expect(await method.textContent()).toContain(summary.method);
    }));

  test("shows counterfactuals where a run edited nothing", () =>
    onPage("lowered", "", async (page) => {
      expect(await page.locator(".card").count()).toBeGreaterThan(0);
      const { cards } = openingOf(
        lowered.matrix,
        lowered.findings,
        summarize(lowered.run, lowered.matrix, lowered.findings),
      );
      for (const [at, { clean }] of cards.entries()) {
        const card = page.locator(".card").nth(at);
        await card.locator("canvas").first().waitFor();
        const beside = await card.locator("tr[data-clean] th").allTextContents();
        // The clean one on the same image, or a word on why not.
        expect(await card.locator("canvas").count()).toBe(2 + beside.length);
        expect(beside).toEqual(clean === null || (await card.locator(".note").count()) > 0 ? [] : [`${clean} (clear)`]);
      }
      expect(await page.locator(".card tr[data-clean]").count()).toBeGreaterThan(0);
      expect(await page.locator(".card-figure small").first().textContent()).toMatch(/relative change, 95 % interval/);
    }));
});

describe("the page of a classifier in Chromium", { timeout: 240_000 }, () => {
  test("opens from its card, and says of every feature what is known", () =>
    onPage("run", "", async (page) => {
      const base = opening.cards[0]?.base as string;
      await page.locator(".card h2 a").first().click();
      await page.waitForFunction(() => document.activeElement?.id === "classifier-title");
      expect(new URL(page.url()).hash).toBe(`#base=${base}`);
      const section = page.locator("#classifier");
      const own = parts.matrix.cells.filter((cell) => cell.base === base && !cell.sameConcept && cell.state !== null);
      const named = (state: string) =>
        own
          .filter((cell) => cell.state === state)
          .map(({ downstream }) => downstream)
          .toSorted();
      const texts = async (selector: string) => (await section.locator(selector).allTextContents()).toSorted();
      expect(await texts(".uses .both-name")).toEqual(named("found"));
      expect(await texts(".names >> nth=0 >> a")).toEqual(named("clear"));
      expect(await texts(".untold tbody th")).toEqual(named("unresolved"));
      for (const words of await texts(".untold tbody td:last-child")) expect(words.length).toBeGreaterThan(4);
      await section.locator(".uses a").first().click();
      await page.waitForFunction(() => document.activeElement?.id === "cell-title");
      await page.goBack();
      await section.waitFor();
      await page.goBack();
      expect(await section.count()).toBe(0);
    }));

  test.each(["#selection tbody th a", "#audit .bars a"])("opens from the bars of %s", (bars) =>
    onPage("run", "", async (page) => {
      const bar = page.locator(bars).first();
      const name = await bar.textContent();
      await bar.click();
      await page.waitForFunction(() => document.activeElement?.id === "classifier-title");
      expect(await page.textContent("#classifier-title")).toBe(name);
      await page.goBack();
      await page.waitForFunction((of) => document.activeElement?.matches(of), bars);
    }),
  );

  test("leads to its row and to its column of the matrix", () =>
    onPage("run", "#base=smiling-clean", async (page) => {
      await page.getByRole("link", { name: "Its row of the matrix" }).click();
      expect(await page.locator(".grid tbody th").allTextContents()).toEqual(["smiling-clean"]);
    }));

  test("says what is not accounted for, and what came of a repair that lies beside the run", () =>
    onPage("repaired", `#base=${repaired}`, async (page) => {
      const under = (title: string) => page.locator(`#classifier h3:text-is("${title}") + .note`).textContent();
      expect(await under("What is not accounted for")).toBe(
        "Along 40 counterfactuals of it the moved features, each by what it does alone, explain 81 % (95 % interval 76 to 86 %) of its fall.",
      );
      expect(await under("Its repair")).toBe(`${advice} Judged so: all groups are right.`);
      await page.goto(page.url().replace(repaired, other));
      expect(await under("What is not accounted for")).toBe(
        "Not measured: that takes ten counterfactuals, and interventions.",
      );
      expect(await under("Its repair")).toContain(`--target ${other} --against`);
    }));

  test("fits a phone", () =>
    onPage(
      "run",
      `#base=${opening.cards[0]?.base}`,
      async (page) => {
        await page.locator("#classifier canvas").first().waitFor();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      },
      { viewport: { width: 390, height: 844 } },
    ));
});
