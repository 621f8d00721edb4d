import { Command } from "commander";
import type { Context } from "../context.ts";
import { numberBetween } from "../numbers.ts";
import { addStatisticsOptions, type StatisticsFlags, statisticsFlags } from "../options.ts";

interface Flags extends StatisticsFlags {
  readonly out?: string;
  readonly maxSize: number;
}

/** `cfalign report`: a run as one HTML file. */
export function reportCommand(context: Context): Command {
  const command = new Command("report")
    .description("write a run as one HTML file that opens offline")
    .argument("<run>", "run folder")
    .option("--out <file>", "where it goes (report.html in the run folder)")
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
Examples:
  cfalign report runs/faces
  cfalign report runs/faces --out audit.html --max-size 5 --min-effect 0.2`,
    )
    .action(async (path: string, flags: Flags) => {
      const { alignmentMatrix, findings, openRun, writeReport } = await context.library();
      const run = await openRun(path);
      const matrix = alignmentMatrix(run, statisticsFlags(flags));
      const report = await writeReport(run, {
        matrix,
        findings: findings(matrix),
        ...(flags.out === undefined ? {} : { out: flags.out }),
        maxSizeMb: flags.maxSize,
      });
      context.output.text(
        `report: ${report.path} (${(report.bytes / 1e6).toFixed(1)} MB, ${report.pictures} counterfactuals to look at)`,
      );
      if (report.omittedPictures > 0) {
        context.output.say(`${report.omittedPictures} kept counterfactuals did not fit: allow more with --max-size`);
      }
      context.output.json(report);
    });
}
