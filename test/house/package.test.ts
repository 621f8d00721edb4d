import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { built } from "../built.ts";

const root = join(import.meta.dirname, "../..");

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number; readonly mode: number }[];
}

/** Installs what a user would get: the packed tarball, in an empty folder, without install scripts. */
describe("the packed package", () => {
  let folder = "";
  let packed: Packed;

  const run = (command: string, ...args: readonly string[]): string =>
    execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

  beforeAll(() => {
    built("cli/main.js");
    folder = mkdtempSync(join(tmpdir(), "cfalign-package-"));
    const pack = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], { cwd: root, encoding: "utf8" });
    packed = (JSON.parse(pack) as Packed[])[0] as Packed;
    writeFileSync(join(folder, "package.json"), '{ "name": "user", "private": true, "type": "module" }');
    run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", `./${packed.filename}`);
  }, 600_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }), 120_000);

  test("holds the library, the command, the pages, the fonts of figures and the built-in world, and nothing else", () => {
    const kinds = new Map<string, number>();
    for (const { path } of packed.files) {
      const kind = path
        .replace(/^(dist\/ui\/live)\/(?:index|worker|inter|source|ort\.webgpu\.min)-.*\.(\w+)$/, "$1/*.$2")
        .replace(/^(dist\/ui\/label)\/(?:index|inter|source)-.*\.(\w+)$/, "$1/*.$2")
        .replace(/^dist\/(?!ui\/).*\.(d\.ts|js)$/, "dist/**.$1")
        .replace(/^(zoo\/cartoon-faces\/models)\/[^/]+\/[\w-]+\.(onnx|json)$/, "$1/*/*.$2");
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect([...kinds.keys()].sort()).toEqual([
      "LICENSE",
      "README.md",
      "dist/**.d.ts",
      "dist/**.js",
      "dist/ui/index.html",
      "dist/ui/label/*.css",
      "dist/ui/label/*.js",
      "dist/ui/label/*.woff2",
      "dist/ui/label/index.html",
      "dist/ui/live/*.css",
      "dist/ui/live/*.js",
      "dist/ui/live/*.woff2",
      "dist/ui/live/index.html",
      "dist/ui/live/isolate.js",
      "dist/ui/live/onnxruntime-web.json",
      "dist/ui/live/ort-wasm-simd-threaded.mjs",
      "dist/ui/live/ort-wasm-simd-threaded.wasm",
      "fonts/Inter-Regular.ttf",
      "fonts/Inter-SemiBold.ttf",
      "fonts/OFL.txt",
      "package.json",
      "zoo/cartoon-faces/MODEL_CARD.md",
      "zoo/cartoon-faces/cfalign.json",
      "zoo/cartoon-faces/models/*/*.json",
      "zoo/cartoon-faces/models/*/*.onnx",
    ]);
    expect(kinds.get("dist/**.js")).toBe(kinds.get("dist/**.d.ts"));
    expect(packed.files.filter(({ path }) => path.includes("bench"))).toEqual([]);
    expect(packed.size).toBeLessThan(20e6);
  });

  test("has a command that can be executed", () => {
    expect(statSync(join(folder, "node_modules/cfalign/dist/cli/main.js")).mode & 0o111).not.toBe(0);
    expect(run("npx", "--no-install", "cfalign", "--version")).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(() => run("npx", "--no-install", "cfalign", "bench", "planted")).toThrow('unknown command "bench"');
  });

  test("draws, explains and aligns", { timeout: 500_000 }, () => {
    const cfalign = (...args: readonly string[]) => run("npx", "--no-install", "cfalign", ...args);
    const world = ["-w", "cartoon-faces"];
    cfalign("draw", "cartoon-faces", "--count", "8", "--seed", "7", "--out", "faces");
    cfalign("explain", "faces/face-00000.png", ...world, "--base", "smiling-eyeglasses-95", "--out", "explained");
    cfalign("align", "faces", ...world, "--base", "smiling", "--select", "all", "--out", "run");
    cfalign("report", "run");
    expect(existsSync(join(folder, "run/report.html"))).toBe(true);
  });

  test("is a library for plain JavaScript on this Node", { timeout: 500_000 }, () => {
    writeFileSync(
      join(folder, "use.mjs"),
      `import { align, latentShift, openWorkspace, readImage } from "cfalign";
import { differentiable } from "cfalign/vjp";
const workspace = await openWorkspace("cartoon-faces");
try {
  const { autoencoder, classifier, classifiers } = workspace;
  const cf = await latentShift(await readImage("faces/face-00000.png"), { autoencoder, base: classifier("smiling") });
  const rows = await align(cf, classifiers("eyeglasses,beard"));
  console.log(JSON.stringify([cf.base, typeof differentiable, ...rows.map((row) => row.downstream)]));
} finally {
  await workspace.dispose();
}
`,
    );
    expect(JSON.parse(run(process.execPath, "use.mjs"))).toEqual(["smiling", "function", "eyeglasses", "beard"]);
  });

  test("has types that a strict program compiles against", { timeout: 500_000 }, () => {
    writeFileSync(
      join(folder, "use.ts"),
      `import { type Counterfactual, latentShift, openWorkspace, type Workspace } from "cfalign";
import { differentiable } from "cfalign/vjp";
export const open: (path: string) => Promise<Workspace> = openWorkspace;
export const shift = async (...args: Parameters<typeof latentShift>): Promise<Counterfactual["lambda"]> =>
  (await latentShift(...args)).lambda;
export const model = differentiable("resnet18.onnx", { wrt: "input" });
// @ts-expect-error a workspace has no such thing
export const wrong = async () => (await openWorkspace("x")).nothing;
`,
    );
    const options = [
      "--noEmit",
      "--strict",
      "--module",
      "nodenext",
      "--target",
      "es2022",
      "--lib",
      "es2023,esnext.disposable,dom",
    ];
    run(process.execPath, join(root, "node_modules/typescript/bin/tsc"), ...options, "--types", "", "use.ts");
  });
});
