import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { inject } from "vitest";
import type { reportFolder } from "./chromium.ts";
import { exampleParts } from "./example.ts";
import { exampleDiff } from "./example-diff.ts";

type Folder = Awaited<ReturnType<typeof reportFolder>>;

/** Reports that several files open. */
const reports = {
  run: (folder: Folder) => folder.write("run", exampleParts({ images: 200, keep: 1 })),
  views: (folder: Folder) => folder.write("views", exampleParts({ images: 200, keep: 1, views: true })),
  diff: (folder: Folder) => folder.writeData("diff", exampleDiff({ images: 300 })),
} as const;

/** Path of one of them, which whoever asks first writes into the folder of all tests. */
export async function sharedReport(name: keyof typeof reports, own: Folder): Promise<string> {
  const path = join(inject("reports"), `${name}.html`);
  if (!existsSync(path)) await rename(await reports[name](own), path);
  return path;
}
