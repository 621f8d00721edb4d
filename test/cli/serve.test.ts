import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { serveOutput } from "../../src/cli/schemas.ts";
import { listImages } from "../../src/images/list-images.ts";
import { built } from "../built.ts";
import { drawnGarments } from "../label/drawn-garments.ts";
import { attributes } from "../models/linear-models.ts";
import { type LinearWorld, linearWorld } from "../models/linear-world.ts";
import { temporaryFolder } from "../serve/live-site.ts";
import { cli } from "./cli.ts";

const root = join(import.meta.dirname, "../..");

describe("cfalign serve", () => {
  let world: LinearWorld;
  beforeAll(async () => {
    world = await linearWorld([attributes]);
  });
  afterAll(() => platform.files.remove(world.folder));

  test("prints an address that answers with its token only, until it is interrupted", async () => {
    const child = spawn(process.execPath, [built("cli/main.js"), "serve", world.path, "--port", "0", "--json"]);
    const ended = new Promise((resolve) => child.on("exit", (code) => resolve(code)));
    let printed = "";
    for await (const part of child.stdout.setEncoding("utf8")) {
      printed += part;
      if (printed.trimEnd().endsWith("}")) break;
    }
    const { url } = serveOutput.parse(JSON.parse(printed));
    const answers = await Promise.all(
      [new URL(url as string), new URL("/", url as string)].map((one) => fetch(one, { redirect: "manual" })),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 403]);
    child.kill("SIGINT");
    expect(await ended).toBe(0);
  });

  test("writes the page as files", async () => {
    const folder = await temporaryFolder();
    const out = join(folder.path, "public");
    const { code, stdout } = await cli("serve", world.path, "--static", out, "--webgpu", "--json");
    expect(code).toBe(0);
    const { files, bytes, url } = serveOutput.parse(JSON.parse(stdout));
    const written = await platform.files.list(out);
    expect([files, url]).toEqual([written.length, null]);
    expect(written.filter((name) => name.endsWith(".wasm"))).toEqual([
      ...["ort-wasm-simd-threaded.asyncify.wasm", "ort-wasm-simd-threaded.wasm"],
    ]);
    const sizes = await Promise.all(written.map((name) => platform.files.size(join(out, name))));
    expect(bytes).toBe(sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0));
    await folder.dispose();
  });

  test("serves the page Label of a folder, whose table it writes", async () => {
    const folder = await temporaryFolder();
    await drawnGarments(folder.path, 40);
    const child = spawn(process.execPath, [built("cli/main.js"), "serve", "--label", folder.path, "--port", "0"]);
    const ended = new Promise((resolve) => child.on("exit", (code) => resolve(code)));
    let printed = "";
    for await (const part of child.stdout.setEncoding("utf8")) {
      printed += part;
      if (printed.includes("\n")) break;
    }
    const [, pictures, url = ""] = /^(40 pictures of .*): (http\S+)$/m.exec(printed) ?? [];
    expect(pictures).toBe(`40 pictures of ${folder.path}`);
    const page = await fetch(url);
    const cookie = page.headers.get("set-cookie")?.split(";")[0] ?? "";
    const headers = { cookie, origin: new URL(url).origin, "content-type": "application/json" };
    const body = JSON.stringify({ ask: "mark", feature: "hat", marks: [[0, 1]] });
    expect((await fetch(new URL("/ask", url), { method: "POST", headers, body })).status).toBe(200);
    const table = new TextDecoder().decode(await platform.files.read(join(folder.path, "metadata.csv")));
    expect(table.split("\n").filter((line) => /,1$/.test(line)).length).toBe(1);
    const second = await cli("serve", "--label", folder.path, "--port", "0");
    expect([second.code, second.stderr]).toEqual([
      2,
      expect.stringMatching(
        new RegExp(`^cfalign: "${folder.path}" is in use by process ${child.pid} \\(started .*Z\\): .*folder\n$`),
      ),
    ]);
    // A run beside it looks at the same pictures.
    expect((await listImages(folder.path, 1)).rows.length).toBe(40);
    child.kill("SIGINT");
    expect(await ended).toBe(0);
    expect((await platform.files.list(folder.path)).filter((name) => name.startsWith("lock"))).toEqual([]);
    await folder.dispose();
  });

  test.each([
    [["--port", "http"], '--port: expected a whole number from 0 to 65535, got "http"'],
    [["--port", "65536"], '--port: expected a whole number from 0 to 65535, got "65536"'],
    [["--webgpu"], "--webgpu: expected --static beside it, got none: a page that is served has that part by itself"],
    [
      ["--label", "photos", "--static", "out"],
      "--label: expected no --static beside it: labels are written where they are served",
    ],
    [["--label", join(root, "docs", "nothing")], /^cannot list ".*nothing": no such folder/],
    [["--static", join(root, "docs")], /^--static: expected a new or an empty folder, got ".*docs", which holds /],
  ])("says what is wrong with %j in one line", async (flags, expected) => {
    const { code, stderr } = await cli("serve", world.path, ...flags);
    expect(code).toBe(2);
    expect(stderr.replace(/^cfalign: /, "").trimEnd()).toMatch(expected);
    expect(stderr.trimEnd()).not.toContain("\n");
  });

  test("says that there is no workspace in one line", async () => {
    const { code, stderr } = await cli("serve", "./nothing.json");
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^cfalign: workspace: expected a file at "\.\/nothing\.json"/),
    ]);
  });
});
