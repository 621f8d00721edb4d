import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

// One HTML file with everything inside: on file:// neither external modules nor fetch work.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), viteSingleFile({ removeViteModuleLoader: true })],
  resolve: { conditions: ["source", "browser", "module", "import"] },
  build: {
    outDir: resolve(import.meta.dirname, "../../dist/ui"),
    emptyOutDir: true,
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    reportCompressedSize: false,
  },
});
