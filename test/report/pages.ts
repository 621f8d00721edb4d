import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { launch, type OpenedPage, openWindow, reportFolder, type Screen, showFile } from "./chromium.ts";

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
  /** The window of the test before: to open one anew takes as long as a test. One in which a test failed is not used again. */
  let used: OpenedPage | undefined;

  beforeAll(async () => {
    folder = await reportFolder();
    paths = await write(folder);
    browser = await launch();
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await folder?.dispose();
  });

  const onPage = async (
    name: Name,
    hash: string,
    use: (page: Page) => Promise<void>,
    screen: Screen = {},
  ): Promise<void> => {
    const opened = used ?? (await openWindow(browser as Browser));
    used = undefined;
    const { page, messages, requests } = opened;
    let passed = false;
    try {
      await showFile(opened, `${paths[name]}${hash}`, screen);
      await use(page);
      expect(messages).toEqual([]);
      expect(requests).toEqual([]);
      await page.evaluate(() => localStorage.clear());
      passed = true;
    } finally {
      if (passed) used = opened;
      else await page.context().close();
    }
  };
  return { onPage, pathOf: (name: Name): string => paths[name] };
}
