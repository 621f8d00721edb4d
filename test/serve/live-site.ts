import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { GraphBuilder, int } from "../../src/onnx/build.ts";
import type { Graph } from "../../src/onnx/graph.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { attributes, judge } from "../models/linear-models.ts";
import { linearWorld, size } from "../models/linear-world.ts";

/** The live page in a window of its own, with all that it complained about and asked for. */
export interface LivePage {
  readonly page: Page;
  readonly errors: readonly string[];
  /** Requests over the network, as "GET http://…". */
  readonly requests: readonly string[];
}

/** Opens an address and waits until the page has done all that it does by itself. */
export async function openLive(
  browser: Browser,
  url: string,
  { patienceMs = 120_000, ...options }: BrowserContextOptions & { readonly patienceMs?: number } = {},
): Promise<LivePage> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, ...options });
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => void (message.type() === "error" && errors.push(message.text())));
  page.on("pageerror", (error) => void errors.push(error.message));
  page.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url())) requests.push(`${request.method()} ${request.url()}`);
  });
  await page.goto(url);
  await settled(page);
  return { page, errors, requests };
}

/** Waits until nothing is being opened, looked at or searched. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector('.status:is([data-state="done"], [data-state="ready"], [data-state="failed"])');
}

/** Requests for more than fonts of the page, which come when letters of theirs are first shown. */
export function besidesFonts(requests: readonly string[]): readonly string[] {
  return requests.filter((request) => !request.endsWith(".woff2"));
}

/** Drops files and folders of the disk on the page, as a hand does. */
export async function drop(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, x: 400, y: 300, data });
  }
  await session.detach();
}

/** Shows what hardly moved, where that is folded. */
export async function unfold(page: Page): Promise<void> {
  const fold = page.locator('.fold button[aria-expanded="false"]');
  if ((await fold.count()) > 0) await fold.first().click();
}

/** What the list of predictions holds, in its order: judges after the row that they stand in. */
export async function predictionsOn(page: Page) {
  return page.$$eval(".predictions [data-name]", (rows) =>
    rows.map((row) => {
      const own = [...row.querySelectorAll("data")].filter((one) => one.closest("[data-name]") === row);
      const [now, before, figure] = own.map((one) => one.getAttribute("value"));
      return {
        name: (row as HTMLElement).dataset.name as string,
        now: Number(now),
        before: Number(before),
        relativeChange: figure == null ? undefined : Number(figure),
      };
    }),
  );
}

/** A target whose name would run as markup, in a file whose name means something else in a URL. */
const hostileTarget = `<img src=x onerror="document.title='taken'">`;

/** Logits through 8-bit numbers: they can be run, not differentiated. */
export function quantized(): Graph {
  const builder = new GraphBuilder("", ["x", "y"]);
  const flat = builder.add("Flatten", ["x"], { axis: int(1) });
  const small = builder.addMany("DynamicQuantizeLinear", [flat], {}, 3);
  const back = builder.add("DequantizeLinear", small);
  const pixels = size.channels * size.height * size.width;
  const matrix = builder.float(
    Array.from({ length: pixels }, (_, pixel) => pixel - 2),
    [pixels, 1],
  );
  builder.nodes.push({ name: "y", op: "MatMul", domain: "", inputs: [back, matrix], outputs: ["y"], attributes: {} });
  return builder.graph(
    "quantized",
    [{ name: "x", type: "float32", dims: ["n", size.channels, size.height, size.width] }],
    [{ name: "y", type: "float32", dims: ["n", 1] }],
  );
}

/** A small workspace, a part of which is not as one would wish. */
export async function awkwardWorkspace(): Promise<{ readonly path: string; dispose(): Promise<void> }> {
  const hostile = { ...judge, name: "100% #1", targets: [hostileTarget, "freckles"] };
  const { folder, path } = await linearWorld([attributes, hostile]);
  await writeFile(join(folder, "quantized.onnx"), writeModel(quantized()));
  const input = { ...size, range: [0, 1] };
  const manifest = { kind: "classifier", name: "quantized", file: "quantized.onnx", input, targets: ["rounded"] };
  await writeFile(join(folder, "quantized.json"), JSON.stringify({ ...manifest, output: { activation: "sigmoid" } }));
  const classifiers = [`${attributes.name}.json`, `${hostile.name}.json`, "quantized.json"];
  await writeFile(path, JSON.stringify({ autoencoder: "autoencoder.json", classifiers, images: "images" }));
  return { path, dispose: () => rm(folder, { recursive: true, force: true }) };
}

const types: Readonly<Record<string, string>> = { html: "text/html", css: "text/css", wasm: "application/wasm" };

/** A folder as a static host serves it, without headers of its own. */
export async function hosted(folder: string): Promise<{ readonly url: string; close(): void }> {
  const host = createServer(async ({ url = "/" }, response) => {
    const path = decodeURIComponent(url.split("?")[0] ?? "").replace(/\/$/, "/index.html");
    const body = await readFile(join(folder, path)).catch(() => undefined);
    if (body === undefined) return void response.writeHead(404).end();
    const type = types[path.split(".").at(-1) ?? ""] ?? "text/javascript";
    response.writeHead(200, { "content-type": type, "content-length": body.byteLength }).end(body);
  });
  await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(host.address() as AddressInfo).port}/`,
    close() {
      host.close();
      host.closeAllConnections();
    },
  };
}

/** A temporary folder. */
export async function temporaryFolder(): Promise<{ readonly path: string; dispose(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "cfalign-serve-"));
  return { path, dispose: () => rm(path, { recursive: true, force: true }) };
}
