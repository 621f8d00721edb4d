import { describe, expect, test } from "vitest";
import { findings } from "../../src/audit/findings/findings.ts";
import { summarize } from "../../src/audit/findings/summary.ts";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { openingOf } from "../../src/audit/opening.ts";
import type { ReportParts } from "../../src/report/report-data.ts";
import { exampleParts } from "./example.ts";
import { pages } from "./pages.ts";

const [base, downstream, judge] = ["smiling-lipstick-95", "lipstick", "attributes-b/lipstick"];
const cut = 5;

/** The example with a judge that sees nothing of one planted feature, and some searches of its base that the limit stopped. */
function rejectedParts(): ReportParts {
  const parts = exampleParts({ images: 200, keep: 2 });
  const stopped = new Set(
    parts.run.counterfactuals
      .filter((row) => row.base === base)
      .slice(0, cut)
      .map(({ image }) => image),
  );
  const run = {
    ...parts.run,
    counterfactuals: parts.run.counterfactuals.map((row) =>
      row.base === base && stopped.has(row.image)
        ? { ...row, stopReason: "shift-limit" as const, after: row.before - 0.4 }
        : row,
    ),
    changes: parts.run.changes.map((row) =>
      row.base === base && row.downstream === judge ? { ...row, after: row.before, relativeChange: 0 } : row,
    ),
  };
  const matrix = alignmentMatrix(run, { resamples: 200 });
  return { ...parts, run, matrix, findings: findings(matrix) };
}

const parts = rejectedParts();
const summary = summarize(parts.run, parts.matrix, parts.findings);
const { onPage } = pages(async (folder) => ({ run: await folder.write("run", parts) }));

describe("what the report quotes of the audit", { timeout: 240_000 }, () => {
  test("is its headline, method, states and order, with the images that were looked at and chosen", () =>
    onPage("run", "", async (page) => {
      expect(await page.locator("h1").textContent()).toBe(openingOf(parts.matrix, parts.findings, summary).headline);
      expect(await page.locator(".deck").textContent()).toBe(`${summary.headline}.`);
      expect(await page.locator(".masthead .method").textContent()).toContain(summary.method);
      expect(await page.locator(".masthead .method").textContent()).toContain(`Findings: ${summary.order}.`);
      expect(await page.locator("#findings .lead").textContent()).toContain(summary.states);
      expect((await page.locator(".counts div").allTextContents()).slice(0, 2)).toEqual([
        `images looked at${summary.counts.lookedAt}`,
        `chosen by a base${summary.counts.chosen}`,
      ]);
    }));

  test("keeps what the judge rejects in a group of its own, out of the count and of what is used", () =>
    onPage("run", "", async (page) => {
      const rejected = parts.findings.filter(({ group }) => group === "rejected");
      expect(rejected.map((finding) => [finding.base, finding.downstream])).toEqual([[base, downstream]]);
      const group = page.locator('[data-group="rejected"]');
      expect(await group.locator(".sentence").count()).toBe(1);
      expect(await group.locator(".sentence").textContent()).toContain(base);
      expect(await page.locator('[data-group="confirmed"], [data-group="open"]').allTextContents()).not.toContain(base);
      expect(await page.locator("#findings .lead").textContent()).toMatch(
        new RegExp(`^${parts.findings.length - 1} findings, and beside them 1 that the judge rejects\\. `),
      );
      expect(await page.locator("#contrast .pairs").last().textContent()).not.toContain(base);
      const cell = page.locator(`.grid td[aria-label^="${base}, ${downstream}: "]`);
      expect(await cell.getAttribute("aria-label")).toMatch(/found, rejected by the judge$/);
    }));

  test("marks the images that are in no mean, and leaves the means to the audit", () =>
    onPage("run", `#base=${base}&downstream=${downstream}`, async (page) => {
      await page.locator(".distribution svg").first().waitFor();
      expect(await page.locator(".distribution figcaption").textContent()).toContain(
        `Hollow: ${cut} images in no mean`,
      );
      expect(await page.locator('.distribution [aria-label$=", in no mean"]').count()).toBe(cut);
      const { deciding } =
        parts.matrix.cells.find((each) => each.base === base && each.downstream === downstream) ?? {};
      expect(await page.locator("#cell .facts").textContent()).toContain(
        `Median, images with ${downstream}${deciding?.median?.toFixed(2)}`,
      );
      expect(await page.locator("table.selection tbody tr", { hasText: base }).textContent()).toContain(
        `stopped by the limit of the search, counted apart: ${cut}`,
      );
    }));

  test("says where the figures come from", () =>
    onPage("run", "", async (page) => {
      const { folder, files, listHash, device } = parts.provenance;
      const text = await page.locator("#provenance").textContent();
      for (const said of [`${files} files in ${folder}`, listHash, device]) expect(text).toContain(said);
    }));
});
