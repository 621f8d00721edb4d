import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject } from "vitest";
import { connect, openFile, reportFolder } from "./chromium.ts";

/** Folder that pages are written to. */
export type ReportFolder = Awaited<ReturnType<typeof reportFolder>>;

/**
 * Pages for the tests of a file, by name: `write` writes them before the tests and gives their paths; they are removed after
 * them. `onPage` opens one in Chromium for a test, which fails if the page says or asks for anything.
 */
export function pages<Name extends string>(write: (folder: ReportFolder) => Promise<Readonly<Record<Name, string>>>) {
  let browser: Browser | undefined;
  let folder: ReportFolder | undefined;
  let paths: Readonly<Record<Name, string>>;

  beforeAll(async () => {
    folder = await reportFolder();
    paths = await write(folder);
    browser = await connect(inject("browser"));
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await folder?.dispose();
  });

  const onPage = async (
    name: Name,
    hash: string,
    use: (page: Page) => Promise<void>,
    options: BrowserContextOptions = {},
  ): Promise<void> => {
    const { page, messages, requests } = await openFile(browser as Browser, paths[name], hash, options);
    try {
      await use(page);
      expect(messages).toEqual([]);
      expect(requests).toEqual([]);
    } finally {
      await page.context().close();
    }
  };
  return { onPage, pathOf: (name: Name): string => paths[name] };
}
