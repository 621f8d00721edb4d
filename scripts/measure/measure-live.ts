// What the live page costs in Chromium over WebAssembly: on the built-in world, and on networks of 256 pixels of the published decoder's size
// (peers/counterfactual.py makes them in OUT, where they are not yet). Writes the table of docs/serve.md. Needs npm run build.
// Usage: node --conditions=source --import tsx scripts/measure/measure-live.ts OUT [--only built-in|published]
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { platform } from "#platform";
import type { Pixels } from "../../src/platform/platform.ts";
import { listen } from "../../src/serve/listen.ts";
import { siteOf } from "../../src/serve/site.ts";
import { faceSource, renderFace } from "../../src/world/render.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { launch } from "../../test/report/chromium.ts";
import { openLive } from "../../test/serve/live-site.ts";
import { writeMarked } from "../docs/write-marked.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: "string" } } });
const [out] = positionals;
if (out === undefined) throw new Error("usage: measure-live.ts OUT [--only built-in|published]");
const patience = { timeout: 600_000 };
/** Steps of the slider that a median is of. */
const steps = { small: 12, large: 4 };

interface Measured {
  readonly what: string;
  readonly modelBytes: number;
  /** Seconds, but for the step. */
  readonly ready: number;
  readonly first: number;
  readonly second: number;
  readonly stepMs: number;
  /** As the page says it. */
  readonly memory: string;
}

/** The folder of the 256 px workspace, made where it is not there. */
function published(): string {
  const folder = resolve(out as string, "counterfactual-128");
  if (!existsSync(join(folder, "image-7.bin"))) {
    const script = resolve(import.meta.dirname, "../../peers/counterfactual.py");
    const { status } = spawnSync("/usr/bin/python3", [script, folder, "2"], { stdio: ["ignore", "ignore", "inherit"] });
    if (status !== 0) throw new Error("peers/counterfactual.py failed");
  }
  return folder;
}

/** A picture of numbers from 0 to 1, [3, side, side]. */
async function pictureIn(path: string, side: number): Promise<Pixels> {
  const { buffer, byteOffset, byteLength } = await readFile(path);
  const floats = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  const valueAt = (i: number): number => floats[(i % 3) * side * side + Math.floor(i / 3)] as number;
  const data = Uint8Array.from({ length: floats.length }, (_, i) => Math.round(255 * valueAt(i)));
  return { data, width: side, height: side, channels: 3 };
}

async function give(page: Page, name: string, picture: Pixels): Promise<void> {
  const buffer = Buffer.from(await platform.encodeImage(picture, "png"));
  await page.setInputFiles('input[type="file"]', { name, mimeType: "image/png", buffer });
}

/** Seconds from giving a picture until its counterfactual is drawn. */
async function secondsFor(page: Page, name: string, picture: Pixels): Promise<number> {
  const began = performance.now();
  await give(page, name, picture);
  await page.waitForFunction(
    (name) => document.querySelector(".status")?.textContent?.startsWith(`${name},`),
    name,
    patience,
  );
  await page.waitForSelector(".outcome", patience);
  return (performance.now() - began) / 1000;
}

interface Case {
  readonly what: string;
  readonly workspace: string;
  readonly base: string;
  readonly pictures: readonly Pixels[];
  readonly size: keyof typeof steps;
}

async function measure({ what, workspace, base, pictures, size }: Case): Promise<Measured> {
  const { site, facts } = await siteOf(workspace, { isolate: false });
  // The page's own pictures are not looked at: it is ready, and waits.
  const without = { ...facts, pictures: [] };
  const bytes = new TextEncoder().encode(JSON.stringify(without));
  const server = await listen(
    new Map(site).set("site.json", {
      type: "application/json",
      size: async () => bytes.byteLength,
      read: async () => bytes,
    }),
    0,
  );
  const browser = await launch();
  try {
    const { page, errors } = await openLive(browser, `${server.url}#base=${base}&device=cpu`, {
      patienceMs: patience.timeout,
    });
    const ready = await page.evaluate(() => performance.getEntriesByName("ready")[0]?.startTime ?? Number.NaN);
    const [one, two] = pictures as [Pixels, Pixels];
    // Where a reader looks for a picture, the page has a moment to itself.
    await page.waitForTimeout(3000);
    const first = await secondsFor(page, "one.png", one);
    const second = await secondsFor(page, "two.png", two);
    await page.focus('input[type="range"]');
    for (let step = 1; step <= steps[size]; step++) {
      await page.keyboard.press("ArrowLeft");
      await page.waitForFunction((n) => performance.getEntriesByName("slider step").length >= n, step, patience);
    }
    const durations = await page.evaluate(() =>
      performance.getEntriesByName("slider step").map((each) => each.duration),
    );
    const stepMs = durations.sort((a, b) => a - b)[Math.floor(durations.length / 2)] as number;
    const note = (await page.textContent(".compute")) ?? "";
    if (errors.length > 0) throw new Error(errors.join("\n"));
    const memory = /([\d.]+ [MG]B) of memory/.exec(note)?.[1] ?? "–";
    const measured = { what, modelBytes: facts.modelBytes, ready: ready / 1000, first, second, stepMs, memory };
    console.log(JSON.stringify(measured), note);
    return measured;
  } finally {
    await browser.close();
    await server.close();
  }
}

const load = loadavg()[0] as number;
const measured: Measured[] = [];
if (values.only !== "published") {
  const draw = faceSource(7);
  const faces = [await renderFace(draw(0)), await renderFace(draw(1))];
  measured.push(
    await measure({
      what: "cartoon-faces, 64 px",
      workspace: "cartoon-faces",
      base: "smiling-eyeglasses-95",
      pictures: faces,
      size: "small",
    }),
  );
}
if (values.only !== "built-in") {
  const folder = published();
  const pictures = await Promise.all([0, 1].map((i) => pictureIn(join(folder, `image-${i}.bin`), 256)));
  measured.push(
    await measure({
      what: "the published decoder's size with a ResNet-18, 256 px",
      workspace: folder,
      base: "t0",
      pictures,
      size: "large",
    }),
  );
}
const table = markdownTable(
  [
    "workspace",
    "models",
    "ready, s",
    "first counterfactual, s",
    "second, s",
    "slider step, ms",
    "WebAssembly's memory",
  ],
  measured.map(({ what, modelBytes, ready, first, second, stepMs, memory }) => [
    what,
    `${(modelBytes / 1e6).toFixed(0)} MB`,
    ready.toFixed(1),
    first.toFixed(1),
    second.toFixed(1),
    stepMs.toFixed(0),
    memory,
  ]),
  { numbers: true },
);
const text = `${table}

Wanted on the built-in world: ready within 3 s, a counterfactual within 1 s, a step within 60 ms. Chromium over WebAssembly, ${cpus().length} cores, load ${load.toFixed(1)}. Written by \`scripts/measure/measure-live.ts\`.`;
console.log(text);
if (values.only === undefined) await writeMarked("docs/serve.md", "live costs", text);
