import { defineConfig } from "vitest/config";

// Tests run from source: "#platform" and "cfalign" resolve by the condition "source" (package.json).
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    execArgv: ["--conditions=source"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
