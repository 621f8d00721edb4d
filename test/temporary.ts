import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Set-up of every tier: what tests leave in the folder for temporary files lies in one of their own, which goes with them. */
export default function setup(): (() => Promise<void>) | undefined {
  const before = process.env.TMPDIR;
  // Of several tiers the first has made it: paths of sockets are short.
  if (before?.includes("cfalign-tests-")) return undefined;
  const own = mkdtempSync(join(tmpdir(), "cfalign-tests-"));
  process.env.TMPDIR = own;
  return async () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    await rm(own, { recursive: true, force: true, maxRetries: 3 });
  };
}
