import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { platform } from "#platform";
import { type Explanation, explain } from "../../src/explanation/explain.ts";
import type { ExplanationJson } from "../../src/explanation/json.ts";
import { imageTensor } from "../../src/models/read-image.ts";
import { openWorkspace, withClassifier } from "../../src/models/workspace.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { lambdaText } from "../../src/pictures/spread-labels.ts";
import type { Pixels } from "../../src/platform/platform.ts";
import { type Listening, listen } from "../../src/serve/listen.ts";
import { siteOf } from "../../src/serve/site.ts";
import { writeSite } from "../../src/serve/write-site.ts";
import { faceSource, renderFace } from "../../src/world/render.ts";
import { attributes } from "../models/linear-models.ts";
import { classifierGraph, type LinearWorld, linearWorld, size } from "../models/linear-world.ts";
import { connect, savedFile } from "../report/chromium.ts";
import {
  awkwardWorkspace,
  besidesFonts,
  drop,
  hosted,
  type LivePage,
  openLive,
  predictionsOn,
  quantized,
  settled,
  temporaryFolder,
  unfold,
} from "./live-site.ts";

const base = "smiling-eyeglasses-95";
/** How far numbers of the browser may be from those of Node. */
const tolerance = 1e-4;

/** Gives the page a picture of one's own, without waiting for what it says. */
async function give(page: Page, name: string, buffer: Uint8Array): Promise<void> {
  await page.setInputFiles('input[type="file"]', { name, mimeType: "image/png", buffer: Buffer.from(buffer) });
}

/** Gives the page a picture of one's own, and waits until it has looked at it. */
async function upload(page: Page, name: string, buffer: Uint8Array): Promise<void> {
  await give(page, name, buffer);
  await lookedAt(page, name);
}

/** Waits until the page has looked at a picture, and for what it finds. */
async function lookedAt(page: Page, name: string): Promise<void> {
  await page.waitForFunction((words) => document.querySelector(".status")?.textContent?.startsWith(words), `${name}, `);
}

/** The live page of a workspace, with a picture of one's own. */
async function opened(
  browser: Browser,
  path: string,
): Promise<{ readonly server: Listening; readonly live: LivePage }> {
  const { site } = await siteOf(path, { isolate: false });
  const server = await listen(site, 0);
  const live = await openLive(browser, server.url);
  await upload(live.page, "mine.png", await png(ramp(3)));
  return { server, live };
}

const png = (pixels: Pixels): Promise<Uint8Array> => platform.encodeImage(pixels, "png");

/** A picture of one colour from dark to light. */
function ramp(width: number): Pixels {
  const data = new Uint8Array(3 * width * width).map((_, i) => (i / 3) % 256);
  return { data, width, height: width, channels: 3 };
}

describe("the live page in Chromium", { timeout: 240_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await connect(inject("browser"));
  });
  afterAll(() => browser.close());

  describe("on the built-in world", () => {
    let server: Listening;
    let live: LivePage;
    let expected: Explanation;

    const closeTo = (found: number | undefined, wanted: number | undefined): void => {
      expect(Math.abs((found as number) - (wanted as number))).toBeLessThan(tolerance);
    };

    beforeAll(async () => {
      const { site } = await siteOf("cartoon-faces", { isolate: false });
      server = await listen(site, 0);
      await using workspace = await openWorkspace("cartoon-faces");
      const { autoencoder, classifier, classifiers, judges } = workspace;
      expected = await explain(imageTensor(await renderFace(faceSource(7)(0))), {
        name: "face",
        autoencoder,
        base: classifier(base),
        downstream: [...classifiers(), ...judges],
        frames: 3,
      });
      live = await openLive(browser, `${server.url}#picture=face-00000.png&base=${base}`);
    }, 240_000);
    afterAll(() => server?.close());

    test("numbers of the counterfactual are those of Node", async () => {
      const rows = await predictionsOn(live.page);
      expect(rows.map(({ name }) => name).toSorted()).toEqual(
        expected.alignment.map(({ downstream }) => downstream).toSorted(),
      );
      for (const { downstream, before, after, relativeChange } of expected.alignment) {
        const row = rows.find(({ name }) => name === downstream);
        closeTo(row?.before, before);
        closeTo(row?.now, after);
        if (downstream !== base) closeTo(row?.relativeChange, relativeChange ?? undefined);
      }
      const output = await live.page.textContent(".scrubber output");
      expect(output).toContain(`λ = ${lambdaText(expected.lambda as number)}`);
      expect(live.errors).toEqual([]);
    });

    test("the slider decodes by keyboard, and all predictions move along as in Node", async () => {
      const { page } = live;
      await page.focus('input[type="range"]');
      for (let step = 0; step < 50; step++) {
        await page.keyboard.press("ArrowLeft");
        await page.waitForTimeout(20);
      }
      await page.waitForFunction(
        () => document.querySelector<HTMLInputElement>('input[type="range"]')?.value === "0.5",
      );
      const names = Object.entries(expected.kept.predictions);
      await expect
        .poll(async () => (await predictionsOn(page)).find(({ name }) => name === base)?.now, { timeout: 60_000 })
        .toBeCloseTo(expected.kept.predictions[base]?.[1] as number, 4);
      const rows = await predictionsOn(page);
      for (const [name, predictions] of names) closeTo(rows.find((row) => row.name === name)?.now, predictions[1]);
      expect(new URL(page.url()).hash).toBe(`#picture=face-00000.png&base=${base}&at=0.5`);
    });

    test("a step of the slider takes less than the first counterfactual, and both are told", async () => {
      const times = await live.page.evaluate(() => {
        const at = (name: string) => performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN;
        const steps = performance.getEntriesByName("slider step").map(({ duration }) => duration);
        return { ready: at("ready"), counterfactual: at("counterfactual"), steps: steps.sort((a, b) => a - b) };
      });
      const step = times.steps[Math.floor(times.steps.length / 2)] as number;
      const first = times.counterfactual - times.ready;
      console.log(
        `live page: ready after ${times.ready.toFixed(0)} ms, first counterfactual ${first.toFixed(0)} ms later, ` +
          `slider step ${step.toFixed(0)} ms (median of ${times.steps.length})`,
      );
      // What is wanted is 3000, 1000 and 60 on a quiet machine, and no figure holds on a busy one; but a step is a part of a search.
      expect(times.ready).toBeGreaterThan(0);
      expect(step).toBeLessThan(first);
    });

    test("sends a reader's picture nowhere, whatever its size", async () => {
      const { page, requests } = live;
      const before = requests.length;
      for (const width of [1, 4000]) {
        await upload(page, `mine-${width}.png`, await png(ramp(width)));
        expect((await predictionsOn(page)).length).toBe(expected.alignment.length);
      }
      // It is compared with the workspace's own, which are asked for.
      await page.waitForSelector("[data-likeness]:not([data-likeness='waiting'])");
      expect(requests.slice(before).filter((request) => !/^GET [^?]*\/pictures\/\d+\.png$/.test(request))).toEqual([]);
      expect(page.url()).not.toContain("mine");
      expect(live.errors).toEqual([]);
    });

    test("says in one line what is no picture", async () => {
      const { page } = live;
      await give(page, "notes.png", new TextEncoder().encode("no picture"));
      const alert = page.locator('[role="alert"]');
      await alert.waitFor();
      expect(await alert.allTextContents()).toEqual([expect.stringMatching(/^"notes\.png": cannot decode the image/)]);
      // It does not stay among the pictures.
      expect(await page.locator('button[title="notes.png"]').count()).toBe(0);
      await page.click('button[title="face-00001.png"]');
      await settled(page);
      expect(await alert.count()).toBe(0);
    });

    test("does not read what is too large for a picture", async () => {
      const { page } = live;
      await page.evaluate(() => {
        const input = document.querySelector<HTMLInputElement>('input[type="file"]') as HTMLInputElement;
        const files = new DataTransfer();
        files.items.add(new File([new Uint8Array(70e6)], "fake.png", { type: "image/png" }));
        input.files = files.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      });
      const alert = page.locator('[role="alert"]');
      await alert.waitFor();
      expect(await alert.allTextContents()).toEqual(['"fake.png" has 70 MB: expected a picture of at most 64 MB']);
      expect(await page.locator(".status").textContent()).not.toContain("fake.png");
      expect(await page.locator('button[title="fake.png"]').count()).toBe(0);
      await page.click('button[title="face-00000.png"]');
      await settled(page);
      await page.click('button[title="face-00001.png"]');
      await settled(page);
    });

    test("keeps its token in the address, so that a link to a view works in any browser", async () => {
      const { page } = live;
      expect(new URL(page.url()).searchParams.get("token")).toBe(new URL(server.url).searchParams.get("token"));
      const other = await browser.newContext();
      const response = await (await other.newPage()).goto(page.url());
      expect(response?.status()).toBe(200);
      await other.close();
    });

    test("lowers what is typed, and says in one line what is no classifier", async () => {
      const { page } = live;
      const field = page.locator(".base input");
      await field.fill("smilling");
      await field.press("Enter");
      await page.waitForSelector('[role="alert"]');
      expect(await page.locator('[role="alert"]').allTextContents()).toEqual([
        expect.stringMatching(/^unknown target "smilling"/),
      ]);
      await field.fill("smiling + 0.5*eyeglasses");
      await field.press("Enter");
      await page.waitForFunction(
        () => document.querySelector(".outcome em")?.textContent === "smiling + 0.5*eyeglasses",
      );
      expect(await page.locator('[role="alert"]').count()).toBe(0);
    });

    test("saves what is seen as numbers, pictures and an animation", async () => {
      const { page } = live;
      const rows = await predictionsOn(page);
      const saved = new Map<string, Buffer>();
      for (const as of ["JSON", "SVG", "PNG", "GIF"]) {
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.click(`.save button:text-is("${as}")`),
        ]);
        expect(download.suggestedFilename()).toBe(`face-00001.smiling_0.5_eyeglasses.${as.toLowerCase()}`);
        saved.set(as, await savedFile(download));
      }
      const record = JSON.parse(String(saved.get("JSON"))) as ExplanationJson;
      expect([record.image, record.base]).toEqual(["face-00001.png", "smiling + 0.5*eyeglasses"]);
      for (const { downstream, after } of record.alignment) {
        closeTo(rows.find(({ name }) => name === downstream)?.now, after);
      }
      expect(String(saved.get("SVG")).match(/<image /g)).toHaveLength(10);
      const strip = await platform.decodeImage(saved.get("PNG") as Buffer);
      expect(new Set(strip.data).size).toBeGreaterThan(50);
      expect(String(saved.get("GIF")?.subarray(0, 6))).toBe("GIF89a");
    });

    test("compares two bases on one picture under one slider, line for line", async () => {
      const { page } = live;
      await page.click('button:text-is("Compare with…")');
      await page.waitForFunction(() => document.querySelectorAll(".workbench .outcome").length === 2);
      await settled(page);
      expect(new URLSearchParams(new URL(page.url()).hash.slice(1)).get("against")).toBeTruthy();
      const lines = () =>
        page.$$eval(".predictions", (lists) =>
          lists.map((list) =>
            [...list.querySelectorAll<HTMLElement>("tr[data-name]")]
              .filter((row) => row.offsetParent !== null)
              .map((row) => `${row.dataset.name} at ${Math.round(row.getBoundingClientRect().top)}`),
          ),
        );
      const folded = await lines();
      expect(folded[1]).toEqual(folded[0]);
      // What did not move is unfolded in both.
      await unfold(page);
      const all = await lines();
      expect(all[0]?.length).toBeGreaterThan(folded[0]?.length ?? 0);
      expect(all[1]).toEqual(all[0]);
      await page.locator('input[type="range"]').first().focus();
      await page.keyboard.press("Home");
      await expect
        .poll(async () => (await predictionsOn(page)).filter(({ now, before }) => Math.abs(now - before) > tolerance), {
          timeout: 60_000,
        })
        .toEqual([]);
      await page.click('button:text-is("Close")');
      await page.waitForFunction(() => document.querySelectorAll(".workbench").length === 1);
      expect(live.errors).toEqual([]);
    });
  });

  describe("on an awkward workspace", () => {
    let workspace: Awaited<ReturnType<typeof awkwardWorkspace>>;
    let server: Listening;
    let live: LivePage;

    beforeAll(async () => {
      workspace = await awkwardWorkspace();
      ({ server, live } = await opened(browser, workspace.path));
    }, 240_000);
    afterAll(async () => {
      await server?.close();
      await workspace?.dispose();
    });

    test("a hostile name is text", async () => {
      const { page } = live;
      // In expressions, and so in lists, such a name is quoted.
      const name = (await predictionsOn(page)).map(({ name }) => name).find((one) => one.includes("<img src=x")) ?? "";
      await unfold(page);
      const place = (await predictionsOn(page)).findIndex((row) => row.name === name);
      await page.locator(".predictions [data-name]").nth(place).locator("button").first().click();
      await page.waitForFunction((words) => document.querySelector(".outcome em")?.textContent === words, name);
      expect(await page.locator('img[src="x"]').count()).toBe(0);
      expect(await page.title()).toBe("Counterfactual alignment, live");
    });

    test("of a model that cannot be differentiated, predictions are shown and one line says why there is no more", async () => {
      const { page } = live;
      await unfold(page);
      await page.click('.predictions tr[data-name="rounded"] button');
      await page.waitForSelector('[role="alert"]');
      const alerts = await page.locator('[role="alert"]').allTextContents();
      expect(alerts).toEqual([expect.stringMatching(/^[^\n]*(Quantize|Dequantize)Linear[^\n]*$/)]);
      const rounded = (await predictionsOn(page)).find(({ name }) => name === "rounded");
      expect(rounded?.now).toBeGreaterThan(0);
      expect(live.errors).toEqual([]);
    });
  });

  describe("with a classifier of the reader's own", () => {
    let world: LinearWorld;
    let server: Listening;
    let live: LivePage;
    const model = {
      name: "mine",
      targets: ["mine"],
      activation: "sigmoid",
      weights: [attributes.weights[1] ?? []],
    } as const;
    const graph = writeModel(classifierGraph({ ...model, biases: [0.25] }));
    const manifestOf = (name: string) => ({
      ...{ kind: "classifier", name, file: `${name}.onnx`, targets: [name] },
      input: { ...size, range: [0, 1] },
      output: { activation: "sigmoid" },
    });

    const bring = async (files: Readonly<Record<string, Uint8Array | object>>): Promise<void> => {
      const given = Object.entries(files).map(([name, content]) => ({
        name,
        mimeType: "application/octet-stream",
        buffer: Buffer.from(content instanceof Uint8Array ? content : JSON.stringify(content)),
      }));
      await live.page.setInputFiles('input[aria-label="A classifier of your own"]', given);
    };
    const joined = async (name: string): Promise<string> => {
      await live.page.locator(`.predictions tr[data-name="${name}"]`).waitFor();
      await settled(live.page);
      return (await live.page.locator('p[role="status"]', { hasText: " joined with " }).textContent()) ?? "";
    };

    beforeAll(async () => {
      world = await linearWorld([attributes]);
      ({ server, live } = await opened(browser, world.path));
    }, 240_000);
    afterAll(() => server?.close());

    test("it joins with its manifest, says what Node says, and can be lowered; nothing is sent", async () => {
      const { page, requests } = live;
      const before = requests.length;
      await bring({ "mine.onnx": graph, "mine.json": manifestOf("mine") });
      expect(await joined("mine")).toBe("mine joined with 1 target: mine. ");
      const folder = await temporaryFolder();
      await writeFile(join(folder.path, "mine.onnx"), graph);
      await writeFile(join(folder.path, "mine.json"), JSON.stringify(manifestOf("mine")));
      await using workspace = await withClassifier(await openWorkspace(world.path), join(folder.path, "mine.json"));
      const { autoencoder, classifier, classifiers } = workspace;
      const own = await explain(imageTensor(ramp(3)), {
        ...{ name: "mine", autoencoder, base: classifier("mine"), downstream: classifiers(), frames: 2 },
      });
      await page.click('.predictions tr[data-name="mine"] button');
      await page.waitForFunction(() => document.querySelector(".outcome em")?.textContent === "mine");
      const rows = await predictionsOn(page);
      for (const { downstream, before, after } of own.alignment) {
        const row = rows.find(({ name }) => name === downstream);
        expect(Math.abs((row?.before as number) - before)).toBeLessThan(tolerance);
        expect(Math.abs((row?.now as number) - after)).toBeLessThan(tolerance);
      }
      await folder.dispose();
      expect(besidesFonts(requests.slice(before))).toEqual([]);
    });

    test("it joins with its Hugging Face files, and the page says what these leave open", async () => {
      await bring({
        "model.onnx": graph,
        "config.json": { architectures: ["TinyForImageClassification"], id2label: { 0: "freckled" }, num_labels: 1 },
        "preprocessor_config.json": {
          do_resize: true,
          size: { height: 2, width: 3 },
          do_rescale: true,
          do_normalize: false,
        },
      });
      expect(await joined("freckled")).toMatch(
        /^my-model joined with 1 target: freckled\. Guessed, because no file says it: .*output\.activation/,
      );
    });

    test("one that cannot be differentiated looks on, and one line says why", async () => {
      const { page } = live;
      await bring({ "rounded.onnx": writeModel(quantized()), "m.json": manifestOf("rounded") });
      expect(await joined("rounded")).toMatch(
        /It is downstream only, and cannot be lowered: [^\n]*(Quantize|Dequantize)Linear[^\n]*$/,
      );
      expect((await predictionsOn(page)).find(({ name }) => name === "rounded")?.now).toBeGreaterThan(0);
    });

    test("what is none, or has a name that is taken, is said in one line, without where it is held", async () => {
      const { page } = live;
      const refused = async (files: Parameters<typeof bring>[0], words: RegExp): Promise<void> => {
        await bring(files);
        await page.locator('[role="alert"]', { hasText: words }).waitFor();
        expect(await page.locator('[role="alert"]').textContent()).not.toMatch(/held:|\n/);
      };
      await refused({ "notes.onnx": new TextEncoder().encode("no model") }, /^my-model\/notes\.onnx: /);
      await refused({ "model.onnx": graph, "model.json": { kind: "classifier" } }, /^my-model\/model\.json: name: /);
      await refused(
        { "model_int8.onnx": graph },
        /model_int8\.onnx": these are quantised|model_int8\.onnx is quantised/,
      );
      const count = (await predictionsOn(page)).length;
      await page.click('.predictions tr[data-name="mine"] button');
      await settled(page);
      expect((await predictionsOn(page)).length).toBe(count);
      expect(live.errors).toEqual([]);
    });
  });

  describe("with what is dropped on it", () => {
    let world: LinearWorld;
    let server: Listening;
    let live: LivePage;
    let folder: Awaited<ReturnType<typeof temporaryFolder>>;
    const at = (...names: readonly string[]) => names.map((name) => join(folder.path, name));
    const listed = () =>
      live.page.$$eval(".pick", (all) => all.map((one) => `${one.getAttribute("title")} ${one.ariaPressed}`));

    beforeAll(async () => {
      world = await linearWorld([attributes]);
      folder = await temporaryFolder();
      const weights = [attributes.weights[1] ?? []];
      const graph = classifierGraph({ name: "own", targets: ["own"], activation: "sigmoid", weights, biases: [0.25] });
      const manifest = {
        ...{ kind: "classifier", name: "own", file: "own.onnx", targets: ["own"] },
        input: { ...size, range: [0, 1] },
        output: { activation: "sigmoid" },
      };
      await mkdir(join(folder.path, "album", "deeper"), { recursive: true });
      await mkdir(join(folder.path, "notes"));
      const picture = await png(ramp(4));
      for (const name of ["one.png", "two.png", "album/b.png", "album/deeper/a.png", "with-model.png"]) {
        await writeFile(join(folder.path, name), picture);
      }
      for (const name of ["album/readme.md", "notes/a.md", "notes/b.md"]) {
        await writeFile(join(folder.path, name), "no picture");
      }
      await writeFile(join(folder.path, "own.onnx"), writeModel(graph));
      await writeFile(join(folder.path, "own.json"), JSON.stringify(manifest));
      ({ server, live } = await opened(browser, world.path));
    }, 240_000);
    afterAll(async () => {
      await server?.close();
      await folder?.dispose();
    });

    test("it shows a picture, several, or those of a folder, and sends none of them", async () => {
      const { page, requests } = live;
      const before = requests.length;
      await drop(page, at("one.png"));
      await lookedAt(page, "one.png");
      await drop(page, at("two.png", "one.png"));
      await lookedAt(page, "two.png");
      await drop(page, at("album"));
      await lookedAt(page, "b.png");
      expect(await listed()).toEqual([
        ...["b.png true", "a.png false", "two.png false", "one.png false", "one.png false", "mine.png false"],
      ]);
      expect(besidesFonts(requests.slice(before))).toEqual([]);
    });

    test("a picture out of another page, which is on no disk, is one too", async () => {
      await live.page.evaluate(
        (bytes) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([Uint8Array.from(bytes)], "elsewhere.png", { type: "image/png" }));
          document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
        },
        [...(await png(ramp(5)))],
      );
      await lookedAt(live.page, "elsewhere.png");
    });

    test("a classifier with its manifest joins, and a picture beside it is shown", async () => {
      const { page } = live;
      await drop(page, at("own.onnx", "own.json", "with-model.png"));
      await page.locator('.predictions tr[data-name="own"]').waitFor();
      await lookedAt(page, "with-model.png");
      await page.click('.predictions tr[data-name="own"] button');
      await page.waitForFunction(() => document.querySelector(".outcome em")?.textContent === "own");
      expect(await page.locator('[role="alert"]').count()).toBe(0);
    });

    test("what holds neither is said in one line, until the next files", async () => {
      const { page } = live;
      const alert = page.locator('[role="alert"]');
      await drop(page, at("notes"));
      await alert.waitFor();
      expect(await alert.allTextContents()).toEqual([
        "none of the 2 files that were given is a picture or an ONNX file",
      ]);
      await drop(page, at("own.json"));
      await page.waitForFunction(() => document.querySelector('[role="alert"]')?.textContent?.startsWith('"own.json"'));
      expect(await alert.allTextContents()).toEqual(['"own.json" comes without an ONNX file: give both at once']);
      await page.setInputFiles('input[type="file"]', {
        name: "readme.txt",
        mimeType: "text/plain",
        buffer: Buffer.from("words"),
      });
      await page.waitForFunction(() =>
        document.querySelector('[role="alert"]')?.textContent?.startsWith('"readme.txt"'),
      );
      expect(await alert.allTextContents()).toEqual(['"readme.txt" is neither a picture nor an ONNX file']);
      await drop(page, at("one.png"));
      await lookedAt(page, "one.png");
      expect(await alert.count()).toBe(0);
      expect(live.errors).toEqual([]);
    });
  });

  describe("as files of a static host", () => {
    test("runs below any folder, with threads by its service worker", async () => {
      const workspace = await awkwardWorkspace();
      const folder = await temporaryFolder();
      const { site } = await siteOf(workspace.path, { isolate: true });
      await writeSite(site, join(folder.path, "pages"));
      await workspace.dispose();
      const host = await hosted(folder.path);
      try {
        const { page, errors } = await openLive(browser, `${host.url}pages/`);
        await page.waitForFunction(() => crossOriginIsolated);
        await settled(page);
        await upload(page, "mine.png", await png(ramp(3)));
        await page.waitForSelector(".outcome");
        expect((await predictionsOn(page)).map(({ name }) => name)).toContain("smiling");
        expect(errors).toEqual([]);
      } finally {
        host.close();
        await folder.dispose();
      }
    });
  });
});
