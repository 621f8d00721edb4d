import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const outDir = resolve(import.meta.dirname, "../../dist/ui/live");
const conditions = ["source", "browser", "module", "import", "onnxruntime-web-use-extern-wasm"];

/**
 * onnxruntime looks for its WebAssembly, and its threads for their script, beside the script that it is in: as files of their own. Its build
 * for WebGPU is twice as large, and is served from where onnxruntime-web is installed: in the version that is written down here.
 */
const runtimeFiles: Plugin = {
  name: "onnxruntime-files",
  async writeBundle() {
    const folder = dirname(fileURLToPath(import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm")));
    await mkdir(outDir, { recursive: true });
    for (const name of ["ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"]) {
      await copyFile(resolve(folder, name), resolve(outDir, name));
    }
    const { version } = JSON.parse(await readFile(resolve(folder, "../package.json"), "utf8"));
    await writeFile(resolve(outDir, "onnxruntime-web.json"), JSON.stringify({ version }));
  },
};

// The live page: it is served, so scripts, fonts and models are files of their own, all in one folder.
export default defineConfig({
  root: resolve(import.meta.dirname, "live"),
  base: "./",
  plugins: [react(), runtimeFiles],
  resolve: { conditions },
  worker: { format: "es" },
  build: {
    outDir,
    emptyOutDir: true,
    assetsDir: "",
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        index: resolve(import.meta.dirname, "live/index.html"),
        isolate: resolve(import.meta.dirname, "live/isolate.ts"),
      },
      output: { entryFileNames: ({ name }) => (name === "isolate" ? "isolate.js" : "[name]-[hash].js") },
    },
  },
});
