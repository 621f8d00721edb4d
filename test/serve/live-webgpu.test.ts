import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { type Explanation, explain } from "../../src/explanation/explain.ts";
import { imageTensor } from "../../src/models/read-image.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import type { Pixels } from "../../src/platform/platform.ts";
import { type Listening, listen } from "../../src/serve/listen.ts";
import { siteOf } from "../../src/serve/site.ts";
import { attributes } from "../models/linear-models.ts";
import { type LinearWorld, linearWorld } from "../models/linear-world.ts";
import { launch } from "../report/chromium.ts";
import { openLive, predictionsOn } from "./live-site.ts";

/** How far numbers of WebGPU may be from those of the CPU. */
const tolerance = 1e-3;
const base = attributes.targets[0] as string;
const picture: Pixels = {
  data: Uint8Array.from({ length: 27 }, (_, i) => 9 * i),
  ...{ width: 3, height: 3, channels: 3 },
};

describe("the live page where WebGPU is played by software", { timeout: 240_000 }, () => {
  let browser: Browser;
  let world: LinearWorld;
  let server: Listening;
  let expected: Explanation;
  let buffer: Buffer;

  /** The page with a counterfactual of the picture, as an address asks for it. */
  const asked = async (hash: string) => {
    const live = await openLive(browser, `${server.url}${hash}`);
    await live.page.setInputFiles('input[type="file"]', { name: "mine.png", mimeType: "image/png", buffer });
    await live.page.waitForSelector(".outcome");
    const note = live.page.locator(".compute");
    return { ...live, device: await note.getAttribute("data-device"), note: await note.textContent() };
  };
  const expectNodes = (rows: Awaited<ReturnType<typeof predictionsOn>>): void => {
    for (const { downstream, before, after } of expected.alignment) {
      const row = rows.find(({ name }) => name === downstream);
      expect(Math.abs((row?.before as number) - before)).toBeLessThan(tolerance);
      expect(Math.abs((row?.now as number) - after)).toBeLessThan(tolerance);
    }
  };

  beforeAll(async () => {
    world = await linearWorld([attributes]);
    buffer = Buffer.from(await platform.encodeImage(picture, "png"));
    await using workspace = await openWorkspace(world.path);
    const { autoencoder, classifier, classifiers } = workspace;
    const options = { name: "mine", autoencoder, base: classifier(base), downstream: classifiers(), frames: 2 };
    expected = await explain(imageTensor(picture), options);
    server = await listen((await siteOf(world.path, { isolate: false })).site, 0);
    browser = await launch(["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]);
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test("it takes WebAssembly by itself, says why, and does not load the other", async () => {
    const { page, device, note, requests, errors } = await asked(`#base=${base}`);
    expect(device).toBe("cpu");
    expect(note).toMatch(
      /^Runs on WebAssembly with threads, as WebGPU is played by software here \(.*swiftshader.*\)\. It costs/,
    );
    expectNodes(await predictionsOn(page));
    expect(requests.filter((request) => request.includes("asyncify"))).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("it runs on WebGPU where that is asked for, forward and back, with the numbers of Node", async () => {
    const { page, device, note, requests, errors } = await asked(`#base=${base}&device=webgpu`);
    expect(device).toBe("webgpu");
    expect(note).toMatch(
      /^Runs on WebGPU \(.*swiftshader.*\): what it gives first, forward and back, is held against the CPU\. It costs[^:]*$/,
    );
    expectNodes(await predictionsOn(page));
    expect(requests.filter((request) => request.includes("asyncify")).length).toBeGreaterThan(0);
    expect(errors).toEqual([]);
  });
});
