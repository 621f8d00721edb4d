/**
 * Makes a version: `npm run release -- 0.2.0`. From a clean checkout it gives package.json and CHANGELOG.md the version,
 * builds, packs, tries the tarball in an empty folder (test/house/package.test.ts), commits and tags. It publishes nothing: the line that does is printed.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CfalignError } from "../src/base/errors.ts";
import { releasedChangelog } from "../test/house/changelog.ts";

const root = join(import.meta.dirname, "..");
const changelog = join(root, "CHANGELOG.md");
const run = (command: string, ...args: readonly string[]): void =>
  void execFileSync(command, args, { cwd: root, stdio: "inherit" });
const read = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { cwd: root, encoding: "utf8" }).trim();

function release(version: string | undefined): void {
  if (version === undefined || !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new CfalignError(
      "usage",
      `release: expected a version such as 0.2.0, got ${version === undefined ? "none" : `"${version}"`}`,
    );
  }
  const changed = read("git", "status", "--porcelain");
  if (changed !== "")
    throw new CfalignError("usage", `release: expected everything committed, found changes:\n${changed}`);
  const text = releasedChangelog(readFileSync(changelog, "utf8"), version, new Date().toISOString().slice(0, 10));
  run("npm", "version", "--no-git-tag-version", version);
  writeFileSync(changelog, text);
  run("npm", "run", "--silent", "build");
  run("npx", "vitest", "run", "test/house/package.test.ts");
  run("git", "commit", "--quiet", "--all", "--message", `Release ${version}`);
  run("git", "tag", `v${version}`);
  console.log(`v${version} is committed and tagged. To publish it: git push --follow-tags && npm publish`);
}

try {
  release(process.argv[2]);
} catch (error) {
  if (!(error instanceof CfalignError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
