import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import type { Browser, Page } from "playwright-core";

const root = join(import.meta.dirname, "../..");
const runtime = join(root, "node_modules/onnxruntime-web/dist");
/** A busy machine needs minutes for what takes a second. */
export const PATIENCE_MS = 240_000;

/** Bundles a module of the library for the browser; what it exports becomes `globalThis.cfalign`. */
export async function bundle(entry: string): Promise<{ code: Uint8Array; metafile: Metafile }> {
  const result = await build({
    stdin: { contents: `import * as all from "./${entry}"; globalThis.cfalign = all;`, resolveDir: root },
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["browser", "source"],
    logLevel: "silent",
  });
  return { code: (result.outputFiles[0] as { contents: Uint8Array }).contents, metafile: result.metafile };
}

const types: Readonly<Record<string, string>> = {
  js: "text/javascript",
  wasm: "application/wasm",
  html: "text/html",
  json: "application/json",
  png: "image/png",
};

/** Serves the bundle, onnxruntime's WebAssembly, the given files, and below /zoo/ the built-in workspace. */
async function serve(files: ReadonlyMap<string, Uint8Array>): Promise<Server> {
  const find = (path: string): Promise<Uint8Array> | Uint8Array => {
    const known = files.get(path);
    if (known !== undefined) return known;
    if (/^\/ort-[\w.-]+\.(wasm|mjs)$/.test(path)) return readFile(join(runtime, path));
    if (/^\/zoo\/[\w./-]+$/.test(path) && !path.includes("..")) return readFile(join(root, path));
    throw new Error("not found");
  };
  const server = createServer(async ({ url = "/" }, response) => {
    try {
      const body = await find(url);
      response.writeHead(200, {
        "content-type": types[url.split(".").at(-1) ?? ""] ?? "application/octet-stream",
        "content-length": body.byteLength,
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** A page in the system's Chromium with the bundle loaded. */
export class BrowserPage {
  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly server: Server,
    /** What the page complained about. */
    readonly errors: readonly string[],
  ) {}

  /** Opens it in a browser, which it takes over. */
  static async open(
    code: Uint8Array,
    browser: Browser,
    files: Readonly<Record<string, Uint8Array>> = {},
  ): Promise<BrowserPage> {
    const html = `<!doctype html><title>cfalign</title><link rel="icon" href="data:,"><script type="module" src="/bundle.js"></script>`;
    const server = await serve(
      new Map([...Object.entries(files), ["/bundle.js", code], ["/index.html", new TextEncoder().encode(html)]]),
    );
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const errors: string[] = [];
    page.on("console", (message) => void (message.type() === "error" && errors.push(message.text())));
    page.on("pageerror", (error) => void errors.push(error.message));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`, { waitUntil: "commit" });
    await page.waitForFunction(() => "cfalign" in globalThis);
    return new BrowserPage(page, browser, server, errors);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
