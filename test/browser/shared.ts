import type { TestProject } from "vitest/node";
import { serveBrowser } from "../report/chromium.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where the Chromium of all tests listens. */
    readonly browser: string;
  }
}

/** Starts the Chromium that all tests open their windows in. */
export default async function shared(project: TestProject): Promise<() => Promise<void>> {
  const server = await serveBrowser();
  project.provide("browser", server.wsEndpoint());
  return () => server.close();
}
