// Draws docs/images/live-page.webp: the live page on the built-in world, half way down the slider. Needs npm run build.
// Usage: node --conditions=source --import tsx scripts/docs/live-picture.ts
import { platform } from "#platform";
import { listen } from "../../src/serve/listen.ts";
import { siteOf } from "../../src/serve/site.ts";
import { launch } from "../../test/report/chromium.ts";
import { openLive } from "../../test/serve/live-site.ts";

const { site } = await siteOf("cartoon-faces", { isolate: false });
const server = await listen(site, 0);
const browser = await launch();
try {
  const url = `${server.url}#picture=face-00000.png&base=smiling-eyeglasses-95&at=0.7`;
  const { page } = await openLive(browser, url, { viewport: { width: 1280, height: 800 }, colorScheme: "light" });
  await page.waitForFunction(() => performance.getEntriesByName("slider step").length > 0);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  const picture = await platform.decodeImage(await page.screenshot());
  await platform.files.write("docs/images/live-page.webp", await platform.encodeImage(picture, "webp", 80));
} finally {
  await browser.close();
  await server.close();
}
