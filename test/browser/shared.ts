import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { built } from "../built.ts";
import { serveBrowser } from "../report/chromium.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where the Chromium of all tests listens. */
    readonly browser: string;
    /** Folder of the reports that files share. */
    readonly reports: string;
  }
}

/**
 * Starts the Chromium that all tests open their windows in, and makes the folder of the reports that they share. Errors: the pages are not
 * built of the source as it is.
 */
export default async function shared(project: TestProject): Promise<() => Promise<void>> {
  for (const page of ["ui/index.html", "ui/live/index.html", "ui/label/index.html"]) built(page);
  const [server, reports] = await Promise.all([serveBrowser(), mkdtemp(join(tmpdir(), "cfalign-reports-"))]);
  project.provide("browser", server.wsEndpoint());
  project.provide("reports", reports);
  return async () => {
    await server.close();
    await rm(reports, { recursive: true, force: true });
  };
}
