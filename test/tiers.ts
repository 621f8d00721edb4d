import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importsOf, sourceFiles } from "./house/imports.ts";

const root = join(import.meta.dirname, "..");

/**
 * A test's tier is the last of these whose mark it imports, itself or through others: from plain computing to whole ways of a user: through
 * the command line, in processes of their own, over whole samples of the built-in world, or as whole audits and suites.
 */
const marks = {
  pure: [],
  models: ["onnxruntime-node"],
  browser: ["playwright-core"],
  journeys: [
    ...["test/cli/cli.ts", "node:child_process", "test/paper/measure.ts", "test/counterfactual/search-figures.ts"],
    ...["test/pipeline/audit-world.ts", "test/suite/small-suite.ts", "test/prepare/naming/small-clip.ts"],
    ...["test/suite/inference-server.ts", "test/pool/children.ts"],
  ],
} as const;

export type Tier = keyof typeof marks;

export const tiers = Object.keys(marks) as readonly Tier[];

/** Path of an imported file from the root of the repository; of a package, its name. */
const pathOf = (name: string): string => (name === "platform/node.ts" ? `src/${name}` : name);

/** What each file imports as values. */
const known = new Map<string, readonly string[]>();
function valuesIn(file: string): readonly string[] {
  const path = join(root, file);
  if (!/\.tsx?$/.test(file) || !existsSync(path)) return [];
  const values = importsOf(file, readFileSync(path, "utf8")).flatMap(({ to, typeOnly }) =>
    typeOnly ? [] : pathOf(to),
  );
  known.set(file, values);
  return values;
}

/** Everything that a file imports as values, itself or through others; a process that src/ starts is not the test's. */
function reached(file: string): ReadonlySet<string> {
  const all = new Set([file]);
  for (const one of all) {
    for (const to of known.get(one) ?? valuesIn(one)) {
      if (!(one.startsWith("src/") && to === "node:child_process")) all.add(to);
    }
  }
  return all;
}

/** The tier of a test file, by its path from the root of the repository. */
export function tierOf(file: string): Tier {
  const all = reached(file);
  return tiers.findLast((tier) => marks[tier].some((mark) => all.has(mark))) ?? "pure";
}

/** All test files, as "test/…". */
export const testFiles = sourceFiles(join(root, "test"))
  .filter((file) => /\.test\.tsx?$/.test(file))
  .map((file) => `test/${file}`);
