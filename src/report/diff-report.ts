import { platform } from "#platform";
import type { Diff } from "../audit/compare/diff.ts";
import { readDiffCell } from "../audit/compare/diff-reading.ts";
import type { OpenRun } from "../results/open-run.ts";
import { comparedFaces } from "./compared-faces.ts";
import type { ComparedSide, DiffData } from "./data.ts";
import { fillTemplate } from "./fill-template.ts";
import { reportModels } from "./models.ts";
import { rounded } from "./pack.ts";
import { type PageOptions, pagePath, readTemplate, type WrittenReport, writeFigures } from "./page-file.ts";

/** Writes what changed between two runs as one HTML file that opens offline: `diff.html` in the second run's folder by default. */
export async function writeDiffReport(
  before: OpenRun,
  after: OpenRun,
  { diff, ...options }: PageOptions & { readonly diff: Diff },
): Promise<WrittenReport> {
  const { maxSizeMb = 15 } = options;
  const data: DiffData = {
    kind: "diff",
    format: 1,
    title: `${sideOf(before).title} and ${sideOf(after).title}`,
    generator: `cfalign ${after.file.versions.cfalign}`,
    before: sideOf(before),
    after: sideOf(after),
    diff: rounded(diff),
    reading: diff.cells.map(readDiffCell),
    faces: [],
    omittedFaces: 0,
  };
  const bare = new TextEncoder().encode(fillTemplate(await readTemplate(), data)).length;
  const faces = await comparedFaces(before, after, { diff, room: maxSizeMb * 1e6 - bare - 100 });
  return writeFigures({ ...data, ...faces }, pagePath(after.path, "diff", options), {
    ...options,
    what: `${diff.cells.length} cells`,
  });
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
