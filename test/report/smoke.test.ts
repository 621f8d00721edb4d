import { join } from "node:path";
import { expect, test } from "vitest";
import { findings } from "../../src/audit/findings/findings.ts";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { writeReport } from "../../src/report/build.ts";
import { openRun } from "../../src/results/open-run.ts";
import { drawFaces, openSmallWorld, runToEnd, smallWorld } from "../run/small-world.ts";
import { pages } from "./pages.ts";

/** The one test of a page that `npm test` runs: what a run writes is what the built page shows. */
const { onPage } = pages(async ({ path }) => {
  const [faces, out] = [join(path, "faces"), join(path, "run")];
  await drawFaces(faces, 60);
  await using workspace = await openSmallWorld(await smallWorld());
  await runToEnd(faces, { workspace, bases: ["biased"], out, limit: 12, keepImages: 3 });
  const run = await openRun(out);
  const matrix = alignmentMatrix(run, { resamples: 100 });
  return { run: (await writeReport(run, { matrix, findings: findings(matrix) })).path };
});

test("the report of a small run opens in Chromium, and a cell leads to its images", { timeout: 240_000 }, () =>
  onPage("run", "", async (page) => {
    await page.locator('.grid td[aria-label^="biased, glasses:"]').click();
    expect(await page.locator("#cell-title").textContent()).toBe("biased  glasses");
    const images = page.locator(".chooser a");
    await images.nth(1).click();
    expect(await images.count()).toBe(3);
    expect(new URLSearchParams(new URL(page.url()).hash.slice(1)).get("image")).toMatch(/^face-\d{4}\.png$/);
    // Input, reconstruction, counterfactual and their difference, none of one colour.
    const colours = () =>
      page.locator("#cell .stage canvas[role=img]").evaluateAll((all) =>
        (all as HTMLCanvasElement[]).map((canvas) => {
          const data = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
          return new Set(Array.from({ length: data.length / 4 }, (_, at) => data.slice(4 * at, 4 * at + 4).join()))
            .size;
        }),
      );
    await expect.poll(colours).toEqual(Array(4).fill(expect.toSatisfy((count: number) => count > 1)));
  }),
);
