import { expect, test } from "vitest";
import { findingsMarkdown } from "../../src/cli/findings-markdown.ts";
import { alignmentMatrix, findings, summarize } from "../../src/index.ts";
import { exampleRun } from "../audit/example-run.ts";

function markdownOf(downstream: readonly string[]): string {
  const run = exampleRun({
    downstream: ["smiling", ...downstream],
    count: 60,
    relativeChange: (_, __, image) => 0.5 + 0.01 * Math.sin(image),
  });
  const matrix = alignmentMatrix(run, { resamples: 100 });
  const found = findings(matrix);
  return findingsMarkdown(found, summarize(run, matrix, found), { title: "faces", provenance: "cfalign 0" });
}

test("names are text, whatever they hold: no tag, link, emphasis or mention", () => {
  const text = markdownOf(["<img src=x>", "*bold*", "[a](b)", "@team", "_u_", "arched_eyebrows", "a&lt;b"]);
  expect(text).toContain("&lt;img src=x>");
  expect(text).toContain("\\*bold\\*");
  expect(text).toContain("\\[a\\](b)");
  expect(text).toContain("&#64;team");
  expect(text).toContain("\\_u\\_");
  expect(text).toContain("arched_eyebrows");
  expect(text).toContain("a&amp;lt;b");
  expect(text).not.toMatch(/<img|@team/);
});

test("more than ten findings fold away, numbered on", () => {
  const text = markdownOf(Array.from({ length: 14 }, (_, index) => `feature_${index}`));
  const [open = "", folded = ""] = text.split("<details><summary>4 more</summary>");
  expect(open.match(/^\d+\. Lowering/gm)).toHaveLength(10);
  expect(folded.match(/^\d+\. Lowering/gm)).toEqual(["11. Lowering", "12. Lowering", "13. Lowering", "14. Lowering"]);
});
