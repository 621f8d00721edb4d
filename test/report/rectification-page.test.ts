import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { platform } from "#platform";
import { inARow } from "../../src/platform/pixels.ts";
import { type Rectification, rectificationSchema } from "../../src/rectify/schema.ts";
import { repairsIn, writeRectificationReport } from "../../src/report/rectification-report.ts";
import { temporaryFolder } from "../run/small-world.ts";
import { exampleRectification, exampleRepair } from "./example-rectification.ts";
import { pages } from "./pages.ts";

const hostile = '<img src=x onerror="window.hacked = 1">';

/** The greys of the frames of the two pictures: input, reconstruction, and the counterfactuals before and after. */
const greys = { "0001": [40, 60, 80, 100], "0002": [140, 160, 180, 200] } as const;

async function writePictures(folder: string): Promise<void> {
  const at = join(folder, "rectified/pictures");
  await mkdir(at, { recursive: true });
  for (const [name, values] of Object.entries(greys)) {
    const frames = values.map((grey) => ({
      ...{ data: new Uint8Array(3 * 16 * 16).fill(grey), width: 16, height: 16, channels: 3 as const },
    }));
    await writeFile(join(at, `${name}.webp`), await platform.encodeImage(inARow(frames), "webp"));
  }
}

const { onPage, pathOf } = pages(async ({ path }) => {
  const write = async (
    name: string,
    against: string,
    { pictures = true, given = {} }: { pictures?: boolean; given?: Partial<Rectification> } = {},
  ): Promise<string> => {
    const folder = join(path, name);
    await mkdir(folder);
    const rectification = rectificationSchema.parse({ ...exampleRectification(against), ...given });
    await writeFile(join(folder, "rectification.json"), JSON.stringify(rectification));
    if (pictures) await writePictures(folder);
    await writeRectificationReport(folder);
    return join(folder, "rectification.html");
  };
  return {
    usual: await write("usual", "eyeglasses"),
    hostile: await write("hostile", hostile),
    repaired: await write("repaired", "eyeglasses", { given: { targets: [], repairs: [exampleRepair()] } }),
    both: await write("both", hostile, { given: { repairs: [exampleRepair(hostile)] } }),
    moved: await write("moved", "eyeglasses", { pictures: false }),
  };
});

describe("the page of a rectification in Chromium", { timeout: 240_000 }, () => {
  test("compares methods side by side, and says which file to deploy", () =>
    onPage("repaired", "", async (page) => {
      expect(await page.locator("h1").textContent()).toBe("The classifier was repaired");
      expect(await page.locator("#repairs .sentence").textContent()).toBe(exampleRepair().advice);
      const rows = page.locator("#repairs .repairs tbody tr");
      expect(
        await rows.evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent))),
      ).toEqual([
        ["as it is", "0.44 (0.41 to 0.47)", "0.90", "0.95", "0.25 (smiling without eyeglasses)", "0.04", ""],
        ["last-layer", "0.02 (−0.01 to 0.05)", "0.90", "0.95", "0.84 (smiling without eyeglasses)", "0.04", "repaired"],
      ]);
      expect(await page.locator("#repairs").textContent()).toContain(
        "sum: no file: no coefficient from -2 to 2 halves",
      );
      const shown = page.locator("#repairs .repaired-edits li");
      expect(await shown.locator("tr").allTextContents()).toEqual([
        "smiling-eyeglasses-950.91 → 0.38−0.53",
        "last-layer0.88 → 0.86−0.02",
      ]);
      expect(await shown.locator("figcaption").textContent()).toContain(
        "0001, then without eyeglasses: judge/eyeglasses says 0.97 → 0.03",
      );
      expect(await shown.locator("canvas").count()).toBe(3);
      const ledger = page.locator("#repairs .ledger tbody tr");
      expect(await ledger.allTextContents()).toEqual(["hat0.010.01"]);
      expect(await page.locator("#verdicts").count()).toBe(0);
    }));

  test("shows the sum's own sections below, where one was fitted, and lets no name be code", () =>
    onPage("both", "", async (page) => {
      expect(await page.locator("main > section").evaluateAll((all) => all.map(({ id }) => id))).toEqual([
        ...["repairs", "verdicts", "matrix", "target", "ledger", "provenance"],
      ]);
      expect(await page.evaluate(() => "hacked" in window)).toBe(false);
    }));

  test("says the verdicts in sentences, with the figures before and after", () =>
    onPage("usual", "", async (page) => {
      expect(await page.locator("h1").textContent()).toBe("One of 2 classifiers that needed it was rectified");
      expect(await page.locator(".verdict .sentence").allTextContents()).toEqual([
        "smiling-eyeglasses-95 is rectified against eyeglasses: mean |RC| on test went from 0.55 to 0.05; test images that have the feature and are used: 30 before, 29 after.",
        "No coefficient helps smiling-eyeglasses-100 against eyeglasses: no coefficient from −2 to 2 halves mean |RC| on train.",
        "smiling-clean has nothing to rectify against eyeglasses: relative change is within ±0.1 before, whether the feature is present or absent.",
      ]);
      // Before and after may be over different images: their difference is told over those used under both.
      expect(await page.locator(".verdict").first().textContent()).toMatch(
        /mean \|RC\| on the images used under both falls by 0\.\d\d \(/,
      );
      // By labels it became better: no alarm stands over that.
      const second = page.locator(".verdict").nth(1);
      expect(await second.locator("b[data-verdict]").evaluateAll((all) => all.map((b) => b.dataset.verdict))).toEqual([
        "contested",
        "better",
      ]);
      expect(await second.textContent()).toContain("By labels: better: by the label smiling, 9 of 100 test images");
      expect(await page.locator("#verdicts svg[role=img]").getAttribute("aria-label")).toBe(
        "Mean relative change on test: smiling-eyeglasses-95 → eyeglasses 0.55 to 0.05, smiling-eyeglasses-100 → eyeglasses 0.74, smiling-clean → eyeglasses 0.01",
      );
      await page.locator("#verdicts select").selectOption("present");
      expect(await page.locator("#verdicts svg[role=img]").getAttribute("aria-label")).toContain("0.66 to 0.06");
      expect(new URL(page.url()).hash).toBe("#images=present");
    }));

  test("draws the three learning curves with the step that was taken, and gives the numbers", () =>
    onPage("usual", "", async (page) => {
      const curves = page.locator("#target svg[role=img]").first();
      const text = await curves.getAttribute("aria-label");
      expect(text).toMatch(
        /^Mean \|relative change\| of eyeglasses by step: training images 0\.57 to 0\.10, validation images /,
      );
      expect(text).toMatch(/test images 0\.59 to 0\.12; taken at step 15$/);
      expect(await curves.locator("text", { hasText: "taken: step 15" }).count()).toBe(1);
      await page.locator("#target .numbers summary").first().click();
      await page.locator("#target .numbers tbody th").first().waitFor();
      const steps = await page.locator("#target .numbers tbody th").allTextContents();
      expect(steps).toEqual(["0", "5", "10", "15 (taken)", "20", "25"]);
    }));

  test("shows what the original and the rectified target made of the same images, with the figures", () =>
    onPage("usual", "", async (page) => {
      const pairs = page.locator(".repairs li");
      expect(await pairs.locator(".repair-input figcaption").allTextContents()).toEqual([
        "0001.png: one of the first",
        "0002.png: one of those on which most is left",
      ]);
      expect(await pairs.first().locator("figcaption").allTextContents()).toEqual([
        "0001.png: one of the first",
        "smiling-eyeglasses-95 0.90 → 0.30; eyeglasses 0.80 → 0.20, relative change 0.90",
        "rectified 0.90 → 0.25; eyeglasses 0.80 → 0.20, relative change 0.02",
      ]);
      const seen = () =>
        pairs.evaluateAll((all) =>
          all.map((pair) =>
            // Input, then reconstruction and counterfactual of both; the third of each is their difference.
            [0, 1, 2, 4, 5].map((place) => {
              const copy = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
              copy?.drawImage(pair.querySelectorAll("canvas")[place] as HTMLCanvasElement, 8, 8, 1, 1, 0, 0, 1, 1);
              return copy?.getImageData(0, 0, 1, 1).data[0] ?? -1;
            }),
          ),
        );
      const wanted = Object.values(greys).map(([input, start, before, after]) => [input, start, before, start, after]);
      await expect
        .poll(async () => (await seen()).flat().every((grey, at) => Math.abs(grey - (wanted.flat()[at] ?? 0)) < 4))
        .toBe(true);
      expect(await page.locator(".repairs .note").textContent()).toBe(
        "2 images of 29 with eyeglasses that are used after the repair: to look at, not to count. For them 4 more counterfactuals were made than the figures rest on (900).",
      );
    }));

  test("says where the pictures are not beside the file any more", () =>
    onPage("moved", "", async (page) => {
      expect(await page.locator("#target .note").first().textContent()).toContain(
        "do not lie beside rectification.json",
      );
    }));

  test("switches the matrix between change, before and after, and leads to a target by keyboard", () =>
    onPage("usual", "", async (page) => {
      const cell = page.locator('.grid td[data-row="0"][data-column="0"]');
      expect(await cell.getAttribute("aria-label")).toBe(
        "smiling-eyeglasses-95, eyeglasses: the change −0.50, to be repaired, moved",
      );
      await page.locator("#matrix select").selectOption("after");
      expect(await cell.getAttribute("aria-label")).toBe(
        "smiling-eyeglasses-95, eyeglasses: after 0.05, to be repaired, moved",
      );
      await cell.focus();
      await page.keyboard.press("ArrowRight");
      expect(await page.locator("[role=tooltip]").textContent()).toContain("0.90 before, 0.95 after");
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.activeElement?.id === "target-title");
      expect(new URL(page.url()).hash).toBe("#matrix=after&target=smiling-eyeglasses-95");
    }));

  test("lists what moved along first, and what it cost where labels exist", () =>
    onPage("usual", "", async (page) => {
      expect(await page.locator("#ledger .lead").textContent()).toMatch(/2 of the 4 other columns moved along\.$/);
      expect(await page.locator(".ledger tbody th").allTextContents()).toEqual([
        "eyeglasses",
        "smiling",
        "mouth_open",
        "hat",
        "lipstick",
        "beard",
      ]);
      expect(await page.locator("#ledger table").nth(1).locator("tbody tr").last().textContent()).toBe(
        "rectified, threshold chosen on validation0.500.9400.9700.850120",
      );
    }));

  test("says why nothing was fitted", () =>
    onPage("usual", "#target=smiling-eyeglasses-100", async (page) => {
      expect(await page.locator("#target .lead").textContent()).toMatch(
        /Nothing was fitted: no coefficient from -2 to 2/,
      );
    }));

  test("keeps hostile names as text, and fits a narrow screen", () =>
    onPage("hostile", "", async (page) => {
      expect(await page.locator(".ledger tbody th").first().textContent()).toBe(hostile);
      expect(await page.locator("img").count()).toBe(0);
      expect(await page.evaluate(() => "hacked" in window)).toBe(false);
      await page.setViewportSize({ width: 400, height: 800 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }));
});

describe("a rectification's report", () => {
  test("is refused where there is none, and where the file is something else", async () => {
    const folder = await temporaryFolder();
    await expect(writeRectificationReport(folder)).rejects.toMatchObject({
      code: "input",
      message: `"${folder}": expected a rectification (a folder made by cfalign rectify), found no rectification.json there`,
    });
    await mkdir(join(folder, "broken"));
    await writeFile(join(folder, "broken/rectification.json"), "{}");
    await expect(writeRectificationReport(join(folder, "broken"))).rejects.toMatchObject({ code: "input" });
  });

  test("gives a run in the same folder what came of each repair, and nothing where there is none", async () => {
    const repair = exampleRepair();
    const folder = await temporaryFolder();
    expect(await repairsIn(folder)).toEqual([]);
    const rectification = { ...exampleRectification("eyeglasses"), repairs: [repair] };
    await writeFile(join(folder, "rectification.json"), JSON.stringify(rectification));
    expect(await repairsIn(folder)).toEqual([
      { target: repair.target, advice: repair.advice, reason: repair.methods[0]?.judged?.reason },
    ]);
  });

  test("keeps five digits of what the file holds", async () => {
    const html = await readFile(pathOf("usual"), "utf8");
    const [, json = ""] = /id="cfalign-data">(.*?)<\/script>/s.exec(html) ?? [];
    const { kind, rectification } = JSON.parse(json);
    expect(kind).toBe("rectification");
    expect(rectificationSchema.parse(rectification).targets.map(({ verdict }) => verdict)).toEqual([
      "rectified",
      "no coefficient helps",
      "nothing to rectify",
    ]);
    const c = rectification.targets[0].descent.checks[1].coefficients[0];
    expect(Math.abs(c - -0.4 * (1 - Math.exp(-1)))).toBeLessThan(1e-5);
  });
});
