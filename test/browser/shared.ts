import type { TestProject } from "vitest/node";
import { built } from "../built.ts";
import { serveBrowser } from "../report/chromium.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where the Chromium of all tests listens. */
    readonly browser: string;
  }
}

/** Starts the Chromium that all tests open their windows in. Errors: the pages are not built of the source as it is. */
export default async function shared(project: TestProject): Promise<() => Promise<void>> {
  for (const page of ["ui/index.html", "ui/live/index.html"]) built(page);
  const server = await serveBrowser();
  project.provide("browser", server.wsEndpoint());
  return () => server.close();
}
