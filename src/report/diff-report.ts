import { platform } from "#platform";
import type { Diff } from "../audit/compare/diff.ts";
import { readDiffCell } from "../audit/compare/diff-reading.ts";
import type { OpenRun } from "../results/open-run.ts";
import type { ComparedSide } from "./data.ts";
import { reportModels } from "./models.ts";
import { type PageOptions, pagePath, type WrittenReport, writeFigures } from "./page-file.ts";
import { rounded } from "./rounded.ts";

/** Writes what changed between two runs as one HTML file that opens offline: `diff.html` in the second run's folder by default. */
export function writeDiffReport(
  before: OpenRun,
  after: OpenRun,
  { diff, ...options }: PageOptions & { readonly diff: Diff },
): Promise<WrittenReport> {
  return writeFigures(
    {
      kind: "diff",
      format: 1,
      title: `${sideOf(before).title} and ${sideOf(after).title}`,
      generator: `cfalign ${after.file.versions.cfalign}`,
      before: sideOf(before),
      after: sideOf(after),
      diff: rounded(diff),
      reading: diff.cells.map(readDiffCell),
    },
    pagePath(after.path, "diff", options),
    { ...options, what: `${diff.cells.length} cells` },
  );
}

function sideOf(run: OpenRun): ComparedSide {
  const { files } = platform;
  return {
    title: files.basename(files.resolve(run.path)),
    models: reportModels(run.file),
    images: run.images.length,
    counterfactuals: run.counterfactuals.length,
    finished: run.finished,
  };
}
