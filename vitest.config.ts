import { defineConfig } from "vitest/config";
import { type Tier, testFiles, tierOf, tiers } from "./test/tiers.ts";

const temporary = "test/temporary.ts";

/**
 * What a tier has beside its files. Tests of the first two leave nothing behind in their process, as the source holds no state in
 * modules, so that a process runs one file after the other: to import everything anew takes a third of the time.
 */
const own: Readonly<Record<Tier, object>> = {
  pure: { isolate: false, setupFiles: ["test/pure.ts"], globalSetup: [temporary] },
  models: { isolate: false, globalSetup: [temporary] },
  browser: { isolate: false, globalSetup: [temporary, "test/browser/shared.ts"] },
  journeys: { globalSetup: [temporary] },
};

// Tests run from source: "#platform" and "cfalign" resolve by the condition "source" (package.json).
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    pool: "forks",
    maxWorkers: 2,
    execArgv: ["--conditions=source"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: tiers.map((name) => ({
      extends: true,
      test: { name, include: testFiles.filter((file) => tierOf(file) === name), ...own[name] },
    })),
  },
});
