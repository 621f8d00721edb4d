import { Command } from "commander";
import { CfalignError } from "../../errors.ts";
import type { Finding, Summary, WrittenReport } from "../../index.ts";
import type { Context } from "../context.ts";
import { numberBetween } from "../numbers.ts";
import { addStatisticsOptions, repeated, type StatisticsFlags, statisticsFlags } from "../options.ts";
import { runOf } from "../run-of.ts";
import type { reportOutput } from "../schemas.ts";
import { noteUnfinished } from "../unfinished.ts";

interface Flags extends StatisticsFlags {
  readonly out?: string;
  readonly maxSize: number;
  readonly against?: string;
  readonly map?: readonly string[];
}

/** `cfalign report`: a run, a rectification, or what changed between two runs, as one HTML file. */
export function reportCommand(context: Context): Command {
  const command = new Command("report")
    .description("write a run, a rectification, or a comparison of two runs as one HTML file that opens offline")
    .argument("[run]", "run folder, folder of a rectification, or its rectification.json (the newest run below runs/)")
    .option("--against <run>", "a later run: what it removed and introduced, as cfalign diff says it")
    .option(
      "--map <old=new>",
      "with --against: a classifier's name in the first run and in the second; may be repeated",
      repeated,
    )
    .option("--out <file>", "where it goes (in the folder: report.html, rectification.html or diff.html)")
    .option(
      "--max-size <MB>",
      "pictures are left out beyond it",
      numberBetween(1, 1000, "a number from 1 to 1000"),
      15,
    );
  return addStatisticsOptions(command)
    .addHelpText(
      "after",
      `
A folder that holds a run and a rectification gives the report of the run; name rectification.json to see the other.

Examples:
  cfalign report
  cfalign report runs/faces
  cfalign report runs/faces --out audit.html --max-size 5 --min-effect 0.2
  cfalign report runs/rectified
  cfalign report runs/released --against runs/new
  cfalign report runs/erm --against runs/jtt --map erm=jtt --out what-jtt-removed.html`,
    )
    .action(async (given: string | undefined, flags: Flags) => {
      const path = await runOf(context, given);
      const report: Written = await (flags.against === undefined
        ? writeOne(context, path, flags)
        : writeComparison(context, path, flags.against, flags));
      const pictures = report.pictures > 0 ? `, ${report.pictures} counterfactuals to look at` : "";
      context.output.text(`report: ${report.path} (${(report.bytes / 1e6).toFixed(1)} MB${pictures})`);
      if (report.omittedPictures > 0) {
        context.output.say(`${report.omittedPictures} kept counterfactuals did not fit: allow more with --max-size`);
      }
      context.output.json<typeof reportOutput>({ findings: null, summary: null, ...report });
    });
}

/** A page, and what the run in it says. */
type Written = WrittenReport & { readonly findings?: readonly Finding[]; readonly summary?: Summary };

/** A run where there is one, else a rectification. */
async function writeOne(context: Context, path: string, flags: Flags): Promise<Written> {
  if (flags.map !== undefined) {
    throw new CfalignError("usage", "--map: expected --against with a run, got none", { where: "--map" });
  }
  const library = await context.library();
  const { alignmentMatrix, findings, isRun, openRun, rectificationIn, summarize } = library;
  const { writeRectificationReport, writeReport } = library;
  const rectification = await rectificationIn(path);
  if (rectification !== undefined && !(await isRun(path))) return writeRectificationReport(path, pageOptions(flags));
  const run = await openRun(path);
  noteUnfinished(context.output, [run]);
  const matrix = alignmentMatrix(run, statisticsFlags(flags));
  const found = findings(matrix);
  const report = await writeReport(run, { matrix, findings: found, ...pageOptions(flags) });
  if (rectification !== undefined) {
    context.output.say(`note: "${path}" also holds a rectification: cfalign report "${rectification}"`);
  }
  return { ...report, findings: found, summary: summarize(run, matrix, found) };
}

async function writeComparison(context: Context, path: string, against: string, flags: Flags): Promise<WrittenReport> {
  const { diffRuns, openRun, writeDiffReport } = await context.library();
  const [before, after] = [await openRun(path), await openRun(against)];
  noteUnfinished(context.output, [before, after]);
  const diff = diffRuns(before, after, { ...statisticsFlags(flags), map: flags.map ?? [] });
  return writeDiffReport(before, after, { diff, ...pageOptions(flags) });
}

function pageOptions({ out, maxSize }: Flags) {
  return { ...(out === undefined ? {} : { out }), maxSizeMb: maxSize };
}
