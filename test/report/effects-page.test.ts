import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { CellEffect } from "../../src/results/matrix-schema.ts";
import { exampleParts } from "./example.ts";
import { pages } from "./pages.ts";

const parts = exampleParts({ images: 200, keep: 1, interventions: true });
const { onPage } = pages(async (folder) => ({
  effects: await folder.write("effects", parts),
  none: await folder.write("none", exampleParts({ images: 120, keep: 1 })),
}));

const [base, downstream] = ["smiling-eyeglasses-95", "eyeglasses"];
const effect = parts.matrix.cells.find((cell) => cell.base === base && cell.downstream === downstream)
  ?.effect as CellEffect;
const two = (value: number): string => value.toFixed(2).replace("-", "−");
const spoken = (page: Page): Promise<string | null> =>
  page.locator(`.grid td[aria-label^="${base}, ${downstream}:"]`).getAttribute("aria-label");

/** What stands under a picture: by classifier the predictions before and after. */
async function said(of: Locator): Promise<Record<string, string[]>> {
  const lines = await of.locator(".said tbody tr").all();
  const read = lines.map(async (line) => [
    await line.locator("th").textContent(),
    (await line.locator("td").allTextContents()).map((text) => text.replace("→ ", "")),
  ]);
  return Object.fromEntries(await Promise.all(read));
}

describe("effects in Chromium", { timeout: 240_000 }, () => {
  test("a finding shows its intervention, and what is said of that very picture", () =>
    onPage("effects", "", async (page) => {
      const finding = page
        .locator(".finding", { has: page.locator(`em:text-is("${base}")`) })
        .filter({ hasText: "effect" });
      expect(await finding.locator(".sentence").textContent()).toContain(`effect ${two(effect.value)}`);
      const name = (await finding.locator(".edit-name").textContent()) ?? "";
      expect(name).toMatch(/^\d{4}\.png, typical: near the mean, and seen best$/);
      const row = parts.run.interventions?.find(
        (each) => each.feature === downstream && each.side === "remove" && each.image === name.split(",")[0],
      );
      const names = [base, "attributes-b/smiling", "attributes-b/eyeglasses"];
      expect(await said(finding)).toEqual(
        Object.fromEntries(
          names.map((each) => [each, [two(row?.before[each] as number), two(row?.after[each] as number)]]),
        ),
      );
      // The eyeglasses go: the difference is in the middle of the face, and nothing changes at the feet of the picture.
      const changed = await page.waitForFunction(
        (label) => {
          const canvas = document.querySelector<HTMLCanvasElement>(`.finding canvas[aria-label="${label}"]`);
          const { width = 0, height = 0 } = canvas ?? {};
          const data = canvas?.getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
          const rows = Array.from({ length: height }, (_, y) =>
            data.slice(4 * width * y, 4 * width * (y + 1)).some((value, at) => at % 4 === 3 && value > 40),
          );
          return rows.some(Boolean) ? [rows.indexOf(true) / height, rows.lastIndexOf(true) / height] : false;
        },
        `${name.split(",")[0]}: difference`,
      );
      const [top = 0, bottom = 1] = (await changed.jsonValue()) || [];
      expect(top).toBeGreaterThan(0.2);
      expect(bottom).toBeLessThan(0.7);
    }));

  test("a cell says the figures of the matrix, both sides, and shows the pattern and the kept pictures", () =>
    onPage("effects", `#base=${base}&downstream=${downstream}`, async (page) => {
      const section = page.locator(".effect");
      const figures = page.locator(".fold");
      const first = figures.locator("table").first().locator("tbody tr").first();
      const ci = effect.ci as [number, number];
      expect((await first.locator("td").allTextContents()).slice(0, 2)).toEqual([
        two(effect.value),
        `${two(ci[0])} to ${two(ci[1])}`,
      ]);
      const sides = await figures.locator(".sides tbody tr").first().locator("td").allTextContents();
      expect(sides).toEqual(
        [effect.removed, effect.added].map((side) => `${two(side?.before as number)} → ${two(side?.after as number)}`),
      );
      const { count, ci: share } = effect.answered;
      expect(await figures.locator(".facts").first().textContent()).toContain(
        `Answeredon ${count} of ${effect.moved}, ${Math.round(100 * share[0])} to ${Math.round(100 * share[1])} %`,
      );
      expect(await section.locator(".pattern figcaption").textContent()).toContain("white +0.25, black −0.25");
      expect(await section.locator(".edit").count()).toBe(6);
      expect(await section.locator("h4").allTextContents()).toEqual([
        "Taken out 3 of 24 images",
        "Put in 3 of 24 images",
      ]);
      // Before the relative changes.
      const titles = await page.locator("#cell h3").allTextContents();
      expect(titles.slice(0, 2)).toEqual(["When the feature alone goes or comes", "When the classifier is lowered"]);
    }));

  test.each([1280, 400])(
    "a cell shows its edited pictures before its figures, and cuts no word of theirs, %i pixels wide",
    (width) =>
      onPage(
        "effects",
        `#base=${base}&downstream=${downstream}`,
        async (page) => {
          const boxOf = async (selector: string) => {
            const box = await page.locator(selector).first().boundingBox();
            if (box === null) throw new Error(`${selector} is not drawn`);
            return box;
          };
          const picture = await boxOf("#cell .edits ol canvas");
          expect(picture.width).toBeGreaterThan(95);
          expect(picture.y).toBeLessThan((await boxOf("#cell .both")).y);
          expect((await boxOf("#cell .pattern canvas")).width).toBeLessThan(170);
          const cut = await page
            .locator("#cell .edits :is(tbody th, figcaption)")
            .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent));
          expect(cut).toEqual([]);
          const captions = page.locator("#cell .edit figcaption");
          const heights = await captions.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
          expect(Math.max(...heights)).toBeLessThan(1.5 * Math.min(...heights));
          // Effect and relative change side by side.
          const [left, right] = await page
            .locator("#cell .both > *")
            .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().y));
          expect(left).toBe(right);
        },
        { viewport: { width, height: 800 } },
      ),
  );

  test("what goes together in the labels, but is clear, is listed with the figure that clears it", () =>
    onPage("effects", "", async (page) => {
      const { matrix } = parts;
      const correlated = matrix.cells.filter(({ base, downstream, state, sameConcept }) => {
        const r = matrix.labelCorrelation[matrix.bases.indexOf(base)]?.[matrix.downstream.indexOf(downstream)] ?? 0;
        return state === "clear" && !sameConcept && Math.abs(r) >= 0.3;
      });
      expect(correlated.length).toBeGreaterThan(0);
      const listed = page.locator("#contrast .pairs").first().locator("li");
      const words = await listed.allTextContents();
      expect(words).toHaveLength(correlated.length);
      for (const { base, downstream, effect } of correlated) {
        const own = words.find((each) => each.startsWith(base) && each.includes(`${downstream}labels`)) ?? "";
        expect(own).toMatch(/labels correlate by 0\.[3-9]\d, effect −?0\.\d\d$/);
        expect(own.endsWith(`effect ${two(effect?.value as number)}`)).toBe(true);
      }
      await listed.locator("a").first().click();
      await page.waitForFunction(() => document.activeElement?.id === "cell-title");
    }));

  test("a cell that is clear by its effect says so in the effect's words", () =>
    onPage("effects", "#base=smiling-clean&downstream=hat", async (page) => {
      const clear = parts.matrix.cells.find((cell) => cell.base === "smiling-clean" && cell.downstream === "hat");
      expect(clear?.state).toBe("clear");
      const most = Math.round(100 * (clear?.effect?.followed.most as number));
      expect(await page.locator("#cell .lead").first().textContent()).toBe(
        `Taking hat out or putting it in hardly moves smiling-clean: the effect lies within ±0.10, and at most ${most} % of the images could use it. Back to the matrix`,
      );
    }));

  test("a cell without an effect says why in a line", async () => {
    const lineOf = (page: Page) => page.locator(".effect .note").textContent();
    await onPage("effects", "#base=beard&downstream=hat", async (page) => {
      expect(await lineOf(page)).toMatch(/^No witness: nobody but beard tells its own feature/);
    });
    await onPage("none", `#base=${base}&downstream=${downstream}`, async (page) => {
      expect(await lineOf(page)).toBe("The run was made without interventions: no feature was taken out or put in.");
    });
  });

  test("the matrix shows effects first, and relative changes where they are chosen", () =>
    onPage("effects", "", async (page) => {
      expect(await page.locator("input[name=view]:checked").inputValue()).toBe("effect");
      const ci = effect.ci as [number, number];
      expect(await spoken(page)).toBe(
        `${base}, ${downstream}: effect ${two(effect.value)}, interval ${two(ci[0])} to ${two(ci[1])}, 48 edited images, found`,
      );
      expect(await page.locator(`.grid td[aria-label^="beard, hat:"]`).getAttribute("aria-label")).toBe(
        "beard, hat: no data",
      );
      await page.locator("input[value=alignment]").check();
      expect(await spoken(page)).toMatch(/: 0\.\d\d, interval .* images, found$/);
      expect(new URL(page.url()).hash).toBe("#view=alignment");
      await page.locator("input[value=effect]").check();
      expect(new URL(page.url()).hash).toBe("");
    }));
});
