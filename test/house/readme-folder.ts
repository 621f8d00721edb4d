import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { built } from "../built.ts";

/** A folder in which the README's code runs as it would for a user. */
export interface ReadmeFolder {
  readonly path: string;
  /** Runs a command there and gives what it printed on stdout. Throws when it fails. */
  run(command: string, args: readonly string[]): string;
}

/** Makes it: `cfalign` on the PATH and in node_modules, as an installed package has them. */
export function readmeFolder(root: string): ReadmeFolder {
  const path = mkdtempSync(join(tmpdir(), "cfalign-readme-"));
  const bin = join(path, ".bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "cfalign"), `#!/bin/sh\nexec "${process.execPath}" "${built("cli/main.js")}" "$@"\n`);
  chmodSync(join(bin, "cfalign"), 0o755);
  mkdirSync(join(path, "node_modules"));
  symlinkSync(root, join(path, "node_modules/cfalign"), "dir");
  symlinkSync(join(root, "node_modules/tsx"), join(path, "node_modules/tsx"), "dir");
  writeFileSync(join(path, "package.json"), '{ "type": "module" }');
  const env = { ...process.env, PATH: `${bin}:${dirname(process.execPath)}:${process.env.PATH}` };
  return {
    path,
    run: (command, args) =>
      execFileSync(command, args, { cwd: path, encoding: "utf8", env, stdio: ["ignore", "pipe", "pipe"] }),
  };
}
