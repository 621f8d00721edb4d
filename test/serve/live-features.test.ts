import { join } from "node:path";
import { unzipSync } from "fflate";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { platform } from "#platform";
import { type Listening, listen } from "../../src/serve/listen.ts";
import { siteOf } from "../../src/serve/site.ts";
import { writeSite } from "../../src/serve/write-site.ts";
import { faceSource, renderFace } from "../../src/world/render.ts";
import { connect, savedFile } from "../report/chromium.ts";
import { type LivePage, openLive, predictionsOn, settled, temporaryFolder } from "./live-site.ts";

describe("the live page, asked about features", { timeout: 240_000 }, () => {
  let browser: Browser;
  let server: Listening;
  let live: LivePage;
  const hash = (): URLSearchParams => new URLSearchParams(new URL(live.page.url()).hash.slice(1));
  const rowOf = async (name: string) => (await predictionsOn(live.page)).find((row) => row.name === name);

  beforeAll(async () => {
    browser = await connect(inject("browser"));
    const { site } = await siteOf("cartoon-faces", { isolate: false });
    server = await listen(site, 0);
    live = await openLive(browser, server.url);
  }, 240_000);
  afterAll(async () => {
    await server?.close();
    await browser?.close();
  });

  test("shows something at once: a biased classifier is lowered, and another feature goes", async () => {
    const sentence = (await live.page.textContent(".outcome .sentence")) ?? "";
    expect(sentence).toMatch(/^smiling-eyeglasses-95 goes from/);
    const row = await rowOf("eyeglasses");
    expect((row?.before as number) - (row?.now as number)).toBeGreaterThan(0.3);
  });

  test("folds judges into their feature's row, and what hardly moved", async () => {
    const { page } = live;
    expect(await page.locator('tr[data-name="eyeglasses"] [data-name="attributes-b/eyeglasses"]').count()).toBe(1);
    expect(
      await page
        .locator("tbody tr[data-name]")
        .filter({ hasText: /^judge$/ })
        .count(),
    ).toBe(0);
    const fold = page.locator(".fold button");
    expect(await fold.textContent()).toMatch(/^\d+ others hardly moved$/);
    const hidden = page.locator(".predictions tbody[hidden] tr[data-name]");
    const count = await hidden.count();
    expect(`${count}`).toBe(((await fold.textContent()) ?? "").split(" ")[0]);
    await fold.click();
    expect(await hidden.count()).toBe(0);
    await fold.click();
    expect(await hidden.count()).toBe(count);
  });

  test("lowers along a path, and the address says so", async () => {
    const { page } = live;
    await page.selectOption(".tasks select", "path");
    await page.waitForFunction(() => document.querySelector(".scrubber output")?.textContent?.includes("of the way"));
    await settled(page);
    expect(hash().get("direction")).toBe("path");
    const row = await rowOf("eyeglasses");
    expect(row?.now).toBeLessThan(0.3);
  });

  test("takes a feature out of the picture: its judge sees it go, the biased classifier falls, the clean one does not", async () => {
    const { page } = live;
    await page.click('button:text-is("Take out a feature")');
    await page.waitForFunction(() => document.querySelector(".outcome .sentence")?.textContent?.startsWith("Without"));
    await settled(page);
    // What moved most as the classifier was lowered.
    expect(hash().get("feature")).toBe("eyeglasses");
    expect(await page.textContent(".outcome .sentence")).toMatch(
      /^Without eyeglasses, smiling-eyeglasses-\d+ goes from/,
    );
    expect(await page.textContent(".outcome .note")).toMatch(
      /^attributes-b\/eyeglasses, which had no part in the edit, saw it go/,
    );
    const [biased, clean] = [await rowOf("smiling-eyeglasses-95"), await rowOf("smiling-clean")];
    expect(biased?.relativeChange).toBeCloseTo((biased?.now as number) - (biased?.before as number), 6);
    expect(biased?.relativeChange).toBeLessThan(-0.3);
    expect(Math.abs(clean?.relativeChange as number)).toBeLessThan(0.15);
    expect(live.errors).toEqual([]);
  });

  test("puts a feature in that the picture lacks, and a link opens the same", async () => {
    const { page } = live;
    await page.selectOption(".base select", "hat");
    await page.waitForFunction(() =>
      /(Without|With) hat/.test(document.querySelector(".outcome .sentence")?.textContent ?? ""),
    );
    await settled(page);
    const hat = await rowOf("hat");
    const words = (await page.textContent(".outcome .sentence")) ?? "";
    expect(words.startsWith("With hat")).toBe((hat?.before as number) < 0.5);
    const again = await openLive(browser, page.url());
    await again.page.waitForSelector(".outcome");
    expect(await again.page.textContent(".outcome .sentence")).toBe(words);
    await again.page.context().close();
    await page.click('button:text-is("Lower a classifier")');
    await settled(page);
    expect(hash().get("feature")).toBeNull();
  });

  test("says of a picture that is no face that it is not like the workspace's, and what is lost; of a face that it is", async () => {
    const { page } = live;
    const give = async (name: string, pixels: Awaited<ReturnType<typeof renderFace>>) => {
      const buffer = Buffer.from(await platform.encodeImage(pixels, "png"));
      await page.setInputFiles('input[type="file"]', { name, mimeType: "image/png", buffer });
      await page.waitForFunction(
        (words) => document.querySelector(".status")?.textContent?.startsWith(words),
        `${name}, `,
      );
      await page.waitForSelector('[data-likeness]:not([data-likeness="waiting"])');
    };
    const clouds = Uint8Array.from({ length: 3 * 120 * 90 }, (_, i) => 127 + 120 * Math.sin(i / 500 + (i % 3)));
    await give("plasma.png", { data: clouds, width: 120, height: 90, channels: 3 });
    expect(await page.textContent(".unlike")).toMatch(
      /^This picture is not like the workspace’s\. The autoencoder loses \d/,
    );
    expect(await page.textContent("[data-likeness]")).toMatch(
      /^plasma\.png has 120 × 90 pixels, and is squeezed to 64 × 64: what is finer is gone, and its shape has changed\./,
    );
    await give("face.png", await renderFace(faceSource(9)(4)));
    expect(await page.locator(".unlike").count()).toBe(0);
    expect(await page.textContent("[data-likeness]")).toBe("It is like the workspace’s 60 pictures.");
  });

  test("repairs a classifier: as the slider takes the feature away, its effect goes and the worst group gains; the file says the same", async () => {
    const { page } = live;
    await page.click(".repair summary");
    await page.selectOption(".repair select >> nth=0", "smiling-eyeglasses-95");
    await page.selectOption(".repair select >> nth=1", "eyeglasses");
    await page.click(".repair .go");
    await page.waitForSelector('[data-repair="done"]');
    const figure = async (name: string) => Number(await page.getAttribute(`[data-figure="${name}"] data`, "value"));
    const slider = page.locator('.repair input[type="range"]');
    const best = Number(await slider.inputValue());
    expect(best).toBeGreaterThan(0.2);
    const repaired = { effect: await figure("effect"), worst: await figure("worst") };
    expect(Math.abs(repaired.effect)).toBeLessThan(0.05);
    await slider.focus();
    await page.keyboard.press("Home");
    await page.waitForFunction(() => document.querySelector("[data-sum]")?.textContent === "smiling-eyeglasses-95");
    expect(await figure("effect")).toBeGreaterThan(0.3);
    expect(repaired.worst).toBeGreaterThan(await figure("worst"));
    await page.click('button:has-text("least effect")');
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.click('button:text-is("Download as ONNX")'),
    ]);
    expect(download.suggestedFilename()).toBe("smiling-eyeglasses-95-rectified.zip");
    const contents = unzipSync(await savedFile(download));
    expect(Object.keys(contents)).toEqual(["model.onnx", "model.json"]);
    await page.click('button:text-is("Lower this sum on the picture")');
    await page.waitForFunction(() => document.querySelector(".outcome em")?.textContent?.includes("*eyeglasses"));
    expect(live.errors).toEqual([]);
  });

  test("lets a visitor guess which of two classifiers is biased, and then says names and numbers", async () => {
    const { page, errors } = await openLive(browser, `${server.url}#view=guess`);
    expect(await page.locator(".guess-faces figure").count()).toBe(3);
    expect(await page.textContent("main")).not.toMatch(/smiling-(clean|eyeglasses|lipstick)/);
    await page.click('button:text-is("A took the shortcut")');
    await page.waitForSelector(".guess-told");
    const told = page.locator(".guess-told tbody tr");
    expect(await told.locator("th").allTextContents()).toEqual(
      expect.arrayContaining(["smiling-clean", "smiling-eyeglasses-95"]),
    );
    expect(await page.textContent(".status")).toMatch(/^[01] of 1 right\.$/);
    await page.click('button:text-is("Next face")');
    await page.waitForSelector('button:text-is("B took the shortcut")');
    await page.click('button:text-is("B took the shortcut")');
    await page.click('button:text-is("See every prediction")');
    await page.waitForFunction(() => document.querySelectorAll(".workbench .outcome").length === 2);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test("a folder that is opened from disk says how to serve it", async () => {
    const { site } = await siteOf("cartoon-faces", { isolate: true });
    const folder = await temporaryFolder();
    await writeSite(site, folder.path);
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`file://${join(folder.path, "index.html")}`);
    expect(await page.locator("h1").textContent()).toBe("This folder has to be served");
    expect(await page.locator("pre").isVisible()).toBe(true);
    await context.close();
    await folder.dispose();
    expect(await live.page.locator(".unserved").count()).toBe(0);
  });

  test("a static site opens with the game, and leads from there to the page", async () => {
    const { site } = await siteOf("cartoon-faces", { isolate: true });
    const hosted = await listen(site, 0);
    const { page, errors } = await openLive(browser, hosted.url);
    await page.waitForSelector(".guess-faces");
    await page.click('button:text-is("Look for yourself")');
    await page.waitForSelector(".workbench .outcome");
    expect(errors).toEqual([]);
    await page.context().close();
    await hosted.close();
  });
});
