// How large a report becomes and how long Chromium takes to show its matrix, by images and cells. The run is made up (test/report/example.ts): what is measured is the
// page. Needs npm run build. Usage: node --conditions=source --import tsx scripts/measure/measure-report.ts IMAGES BASES FILLER, or REPORT.html for one that is there
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fitReport } from "../../src/report/build.ts";
import { readTemplate } from "../../src/report/page-file.ts";
import { launch } from "../../test/report/chromium.ts";
import { exampleParts } from "../../test/report/example.ts";

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const folder = await mkdtemp(join(tmpdir(), "cfalign-report-"));
const given = process.argv[2]?.endsWith(".html") ? process.argv[2] : undefined;
const { file, made } = given === undefined ? await madeUp() : { file: resolve(given), made: given };

/** The report of a made-up run, and how it was made. */
async function madeUp(): Promise<{ readonly file: string; readonly made: string }> {
  const [images = 2000, bases = 40, filler = 32] = process.argv.slice(2).map(Number);
  const began = performance.now();
  const parts = exampleParts({ images, bases, filler, keep: 0, views: true });
  const ready = performance.now();
  const report = await fitReport(await readTemplate(), parts, { maxBytes: 15e6 });
  if (report === undefined) throw new Error("the figures alone do not fit into 15 MB");
  const written = performance.now();
  const path = join(folder, "report.html");
  await writeFile(path, report.text);
  const { matrix } = parts;
  return {
    file: path,
    made: `${images} images, ${matrix.bases.length} × ${matrix.downstream.length} cells (figures made in ${seconds(ready - began)}, fitted in ${seconds(written - ready)})`,
  };
}

const browser = await launch();
const times: number[] = [];
const work: number[] = [];
for (let turn = 0; turn < 3; turn++) {
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  // Of the page's thread alone: what others do on the machine does not count.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.goto(`file://${file}`);
  await page.waitForSelector(".grid td[data-row]");
  times.push(await page.evaluate(() => performance.now()));
  const { metrics } = await session.send("Performance.getMetrics");
  work.push(1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN));
  await page.close();
}
await browser.close();
const bytes = (await stat(file)).size;
await rm(folder, { recursive: true });
console.log(
  `${made}: ${(bytes / 1e6).toFixed(1)} MB, shown after ${times.map(seconds).join(", ")}, of which its thread worked ${work.map(seconds).join(", ")} (load ${loadavg()[0]?.toFixed(0)})`,
);
