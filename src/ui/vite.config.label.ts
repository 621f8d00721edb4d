import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The Label page: it is served, as the live page is.
export default defineConfig({
  root: resolve(import.meta.dirname, "label"),
  base: "./",
  plugins: [react()],
  resolve: { conditions: ["source", "browser", "module", "import"] },
  build: {
    outDir: resolve(import.meta.dirname, "../../dist/ui/label"),
    emptyOutDir: true,
    assetsDir: "",
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
  },
});
