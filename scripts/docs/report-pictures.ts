// Draws pictures of the report: docs/images/report-matrix.webp, the matrix of a run on a laptop's screen, and, where a rectification is given,
// docs/images/repaired-faces.webp, two of its faces before and after. Needs npm run build.
// Usage: node --conditions=source --import tsx scripts/docs/report-pictures.ts RUN [RECTIFICATION]
import { platform } from "#platform";
import { alignmentMatrix, findings, openRun, writeRectificationReport, writeReport } from "../../src/index.ts";
import { launch, openFile } from "../../test/report/chromium.ts";

const [run = "runs/demo", rectification] = process.argv.slice(2);
const { files } = platform;
const temporary = files.resolve(".tmp/report-pictures");
const opened = await openRun(run);
const matrix = alignmentMatrix(opened);
const report = files.join(temporary, "report.html");
await writeReport(opened, { matrix, findings: findings(matrix), out: report });
const repaired = files.join(temporary, "rectification.html");
if (rectification !== undefined) await writeRectificationReport(rectification, { out: repaired });

const browser = await launch();
try {
  const write = async (name: string, picture: Uint8Array): Promise<void> =>
    files.write(
      `docs/images/${name}.webp`,
      await platform.encodeImage(await platform.decodeImage(picture), "webp", 80),
    );

  const laptop = await openFile(browser, report, "#matrix", { viewport: { width: 1366, height: 768 } });
  await laptop.page.waitForFunction(() => document.activeElement?.id === "matrix-title");
  await laptop.page.evaluate(() => document.fonts.ready.then(() => undefined));
  await write("report-matrix", await laptop.page.screenshot());

  if (rectification !== undefined) await drawRepaired();

  async function drawRepaired(): Promise<void> {
    const { page } = await openFile(browser, repaired);
    const faces = page.locator(".repairs").first().locator("li");
    await faces.first().evaluate((face) => face.scrollIntoView());
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    const boxes = await faces.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON() as DOMRect));
    const [first, second] = boxes;
    if (first === undefined || second === undefined) throw new Error("expected two faces before and after");
    await write("repaired-faces", await page.screenshot({ clip: { ...first, height: second.bottom - first.top } }));
  }
} finally {
  await browser.close();
}
