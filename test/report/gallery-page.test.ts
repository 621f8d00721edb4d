import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { platform } from "#platform";
import { subgroups } from "../../src/audit/cells/subgroups.ts";
import { findImages } from "../../src/audit/find/find.ts";
import { base64 } from "../../src/pictures/base64.ts";
import type { KeptPicture } from "../../src/report/report-data.ts";
import type { SaliencyMaps } from "../../src/report/saliency-maps.ts";
import { marksSchema } from "../../src/results/marks.ts";
import { savedFile } from "./chromium.ts";
import { exampleParts } from "./example.ts";
import { exampleThumbnails, greyOf } from "./example-thumbnails.ts";
import { pages } from "./pages.ts";

const plain = exampleParts({ images: 200, keep: 1 });
const parts = { ...plain, subgroups: subgroups(plain.run, plain.matrix) };
const { base, downstream } = { base: "smiling-eyeglasses-95", downstream: "eyeglasses" };
const cell = `#base=${base}&downstream=${downstream}`;

/** Maps of one counterfactual: on the left of its reconstruction for the base, on the right for the downstream classifier, nowhere after. */
async function saliencyOf({ base, image }: { readonly base: string; readonly image: string }): Promise<SaliencyMaps> {
  const data = new Uint8Array(3 * 64 * 64);
  const bright = (tile: number, from: number): void => {
    const [left, top] = [32 * (tile % 2) + from, 32 * Math.floor(tile / 2)];
    for (let y = top; y < top + 32; y++) data.fill(255, 3 * (64 * y + left), 3 * (64 * y + left + 16));
  };
  bright(0, 0);
  bright(2, 16);
  const sheet = await platform.encodeImage({ data, width: 64, height: 64, channels: 3 }, "webp");
  const source = `data:image/webp;base64,${base64(sheet)}`;
  const map = { base, image, source, width: 32, height: 32, columns: 2 };
  return { method: "input-gradients", classifiers: [base, downstream], maps: [map] };
}

const mapped = exampleParts({ images: 200, keep: 2 });
const [first, second] = mapped.pictures.filter((picture) => picture.base === base) as [KeptPicture, KeptPicture];

const { onPage } = pages(async (folder) => ({
  mapped: await folder.write("mapped", { ...mapped, saliency: await saliencyOf(first) }),
  run: await folder.write("run", parts, exampleThumbnails(parts.run)),
  marked: await folder.write("marked", {
    ...parts,
    marks: [
      {
        base,
        downstream,
        verdict: "accepted",
        comment: "",
        relativeChange: 0.1,
        effect: null,
        at: "2026-01-02T03:04:05Z",
      },
    ],
  }),
}));

/** The images of the cell as the audit lists them, with their relative change. */
const found = findImages(parts.run, { base, downstream }).images;

const tiles = (page: Page) => page.locator(".tiles [role=option]");
const names = (page: Page) => tiles(page).evaluateAll((all) => all.map((one) => one.getAttribute("title")));

describe("the images of a cell in Chromium", { timeout: 240_000 }, () => {
  test("are all there in small, filtered, sorted, and opened from tile and dot", () =>
    onPage("run", cell, async (page) => {
      const gallery = page.locator(".gallery");
      expect((await names(page)).toSorted()).toEqual(found.map(({ image }) => image).toSorted());
      await gallery.getByLabel("Order").selectOption("highest");
      expect(await names(page)).toEqual(
        found.toSorted((a, b) => b.relativeChange - a.relativeChange).map(({ image }) => image),
      );
      // A found cell says that the downstream classifier falls along: the lowest speak against it.
      await gallery.getByLabel("Order").selectOption("against");
      expect((await names(page))[0]).toBe(found.toSorted((a, b) => a.relativeChange - b.relativeChange)[0]?.image);

      await gallery.getByLabel("Relative change from").fill("0.3");
      expect((await names(page)).toSorted()).toEqual(
        found
          .filter(({ relativeChange }) => relativeChange >= 0.3)
          .map(({ image }) => image)
          .toSorted(),
      );
      await gallery.getByRole("button", { name: "Clear" }).click();
      await gallery.getByLabel("Label").selectOption({ label: "beard = 1" });
      const bearded = new Set(parts.run.images.filter(({ labels }) => labels.beard === 1).map(({ image }) => image));
      expect((await names(page)).toSorted()).toEqual(
        found.flatMap(({ image }) => (bearded.has(image) ? [image] : [])).toSorted(),
      );
      await gallery.getByLabel("Prediction of eyeglasses from").fill("0.5");
      expect(await names(page)).toEqual(
        (await names(page)).filter((name) =>
          found.some(({ image, stratum }) => image === name && stratum === "present"),
        ),
      );
      await gallery.getByRole("button", { name: "Clear" }).click();

      const last = tiles(page).last();
      const name = (await last.getAttribute("title")) ?? "";
      await last.click();
      expect(new URLSearchParams(new URL(page.url()).hash.slice(1)).get("image")).toBe(name);
      const grey = (label: string) =>
        page
          .waitForFunction((label) => {
            const canvas = document.querySelector<HTMLCanvasElement>(`.viewer canvas[aria-label^="${label}"]`);
            const copy = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
            if (canvas === null || copy === null) return null;
            copy.drawImage(canvas, 8, 8, 1, 1, 0, 0, 1, 1);
            const [grey = 0, , , opacity] = copy.getImageData(0, 0, 1, 1).data;
            return opacity === 255 ? { grey } : null;
          }, label)
          .then((found) => found.evaluate((one) => one?.grey ?? Number.NaN));
      expect(Math.abs((await grey("Reconstruction")) - greyOf(null, name))).toBeLessThanOrEqual(3);
      expect(Math.abs((await grey("Counterfactual")) - greyOf(base, name))).toBeLessThanOrEqual(3);
      expect(await page.locator(".distribution svg a").count()).toBe(found.length);
    }));

  test("are picked by keyboard and taken along as a table and as a query that finds them again", () =>
    onPage("run", cell, async (page) => {
      await tiles(page).first().focus();
      for (const key of ["Space", "ArrowRight", "ArrowDown", "Space", "Home", "ArrowRight", "Space"]) {
        await page.keyboard.press(key);
      }
      const picked = await page
        .locator(".tiles [aria-selected=true]")
        .evaluateAll((all) => all.map((one) => one.getAttribute("title") ?? ""));
      expect(picked.length).toBe(3);
      expect(await page.locator(".picked [role=status]").textContent()).toBe("3 images picked");
      const query = await page.getByLabel("As a query of cfalign find").inputValue();
      expect(
        findImages(parts.run, { query })
          .images.map(({ image }) => image)
          .toSorted(),
      ).toEqual(picked.toSorted());
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Save as CSV" }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(`${base}-${downstream}.csv`);
      const lines = (await savedFile(download)).toString().trimEnd().split("\r\n");
      expect(lines[0]).toMatch(/^image,base,downstream,relative_change,feature,prediction,stop_reason,label\./);
      expect(
        lines
          .slice(1)
          .map((line) => line.split(",")[0])
          .toSorted(),
      ).toEqual(picked.toSorted());
      await page.getByRole("button", { name: "Only these" }).click();
      expect(await tiles(page).count()).toBe(3);
      // What was picked stays from cell to cell of a base.
      await page.evaluate((to) => (location.hash = to), `#base=${base}&downstream=beard`);
      await page.waitForFunction(() => document.querySelector("#cell-title")?.textContent?.includes("beard"));
      expect(await page.locator(".tiles [aria-selected=true]").count()).toBe(3);
    }));

  test("stand beside what another base made of them", () =>
    onPage("run", cell, async (page) => {
      const both = parts.run.counterfactuals
        .filter((row) => row.base === "beard")
        .flatMap(({ image }) => found.filter((hit) => hit.image === image).map((hit) => hit.image))[0];
      await page.evaluate((to) => {
        location.hash = to;
      }, `${cell}&image=${both}`);
      await page.locator(".beside select").selectOption("beard");
      expect(new URLSearchParams(new URL(page.url()).hash.slice(1)).get("beside")).toBe("beard");
      const changes = [base, "beard"].map((of) =>
        parts.run.changes.find((row) => row.base === of && row.image === both && row.downstream === downstream),
      );
      expect(await page.locator(".beside figcaption").allTextContents()).toEqual(
        [base, "beard"].map(
          (of, at) =>
            `${of} lowered; relative change of ${downstream}: ${changes[at]?.relativeChange?.toFixed(2).replace("-", "−").replace("−0.00", "0.00")}`,
        ),
      );
      expect(await page.locator(".beside canvas").count()).toBe(6);
    }));

  test("show which pixels base and downstream hang on, before and after", () =>
    onPage("mapped", `${cell}&image=${first.image}`, async (page) => {
      const maps = page.locator(".saliency canvas");
      expect(await page.locator(".saliency figcaption").allTextContents()).toEqual([
        ...["reconstruction", "counterfactual"].map((on) => `${base}, ${on}`),
        ...["reconstruction", "counterfactual"].map((on) => `${downstream}, ${on}`),
      ]);
      /** Whether the left and the right half are red. */
      const redHalves = (map: number) =>
        maps.nth(map).evaluate((canvas) => {
          const { width, height } = canvas as HTMLCanvasElement;
          const context = (canvas as HTMLCanvasElement).getContext("2d") as CanvasRenderingContext2D;
          return [0.25, 0.75].map((share) => {
            const [red = 0, green = 0] = context.getImageData(Math.round(share * width), height / 2, 1, 1).data;
            return red - green > 100;
          });
        });
      await expect.poll(() => redHalves(0)).toEqual([true, false]);
      await expect.poll(() => redHalves(2)).toEqual([false, true]);
      expect([await redHalves(1), await redHalves(3)]).toEqual([
        [false, false],
        [false, false],
      ]);
      await page.evaluate((to) => (location.hash = to), `${cell}&image=${second.image}`);
      await page.getByText("This counterfactual has no saliency maps").waitFor();
    }));

  test("are described by the values of a label", () =>
    onPage("run", cell, async (page) => {
      const groups = page.locator(".subgroups");
      await groups.locator("select").selectOption("beard");
      const bearded = findImages(parts.run, { base, downstream, stratum: "present", query: "label.beard = 1" }).images;
      const mean = bearded.reduce((sum, { relativeChange }) => sum + relativeChange, 0) / bearded.length;
      const row = groups.locator("tbody tr", { hasText: "beard = 1" });
      expect(await row.locator("td").first().textContent()).toBe(mean.toFixed(2));
      expect(await row.locator("td").last().textContent()).toBe(String(bearded.length));
      await row.getByRole("button", { name: "beard = 1" }).click();
      const shown = tiles(page);
      await expect
        .poll(() => page.locator(".gallery .note[role=status]").textContent())
        .toContain(`${bearded.length} of `);
      expect(await shown.count()).toBe(bearded.length);
      expect(
        await page.locator(".gallery h3").evaluate((one) => Math.round(one.getBoundingClientRect().top)),
      ).toBeLessThan(400);
    }));

  test("are marked, and the mark outlasts the page and is saved as a file that a report shows", () =>
    onPage("run", cell, async (page) => {
      await page.getByLabel("dismissed: no fault").check();
      await page.getByLabel("Comment").fill("glasses are meant");
      await page.reload();
      await page.waitForSelector(".mark");
      expect(await page.getByLabel("dismissed: no fault").isChecked()).toBe(true);
      expect(await page.locator(".mark-words").first().textContent()).toBe("dismissed: glasses are meant");
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Save marks.json" }).click(),
      ]);
      const { marks } = marksSchema.parse(JSON.parse((await savedFile(download)).toString()));
      expect(marks).toMatchObject([{ base, downstream, verdict: "dismissed", comment: "glasses are meant" }]);
      const quoted = parts.matrix.cells.find((each) => each.base === base && each.downstream === downstream);
      expect(marks[0]?.relativeChange).toBeCloseTo(quoted?.deciding.mean ?? 0, 4);
    }));

  test("say where a mark of an older run is no longer about these figures", () =>
    onPage("marked", cell, async (page) => {
      expect(await page.locator(".mark .warning").textContent()).toContain("at a relative change of 0.10: look again");
      expect(await page.locator(".marks-bar").textContent()).toContain("1 accepted, 0 dismissed");
    }));
});
