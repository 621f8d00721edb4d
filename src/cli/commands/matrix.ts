import { Command } from "commander";
import { CfalignError } from "../../errors.ts";
import type { Context } from "../context.ts";
import { matrixCsv, matrixText } from "../matrix-text.ts";
import { addStatisticsOptions, type StatisticsFlags, statisticsFlags } from "../options.ts";
import type { JsonOf } from "../output.ts";
import { runOf } from "../run-of.ts";
import type { matrixOutput } from "../schemas.ts";
import { noteUnfinished } from "../unfinished.ts";

interface Flags extends StatisticsFlags {
  readonly format: "table" | "csv" | "json";
  readonly json?: boolean;
}

/** `cfalign matrix`: the alignment matrix of a run. */
export function matrixCommand(context: Context): Command {
  const command = new Command("matrix")
    .description("print the alignment matrix of a run")
    .argument("[run]", "run folder (the newest below runs/)");
  command.addOption(
    command.createOption("--format <format>", "how").choices(["table", "csv", "json"]).default("table"),
  );
  return addStatisticsOptions(command)
    .addHelpText(
      "after",
      `
A cell is the mean relative change of the column's classifier when the row's is lowered, on the images that decided: those
that have the column's feature, or those that lack it. After the number:
  *  found: beyond the smallest effect that matters    ~  found, but within the noise floor
  !  found, but the judge rejects it                   ?  unresolved    =  same concept, not judged

Examples:
  cfalign matrix runs/faces
  cfalign matrix runs/faces --format csv > cells.csv
  cfalign matrix runs/faces --json | jq '.cells[] | select(.state == "found")'`,
    )
    .action(async (given: string | undefined, flags: Flags) => {
      if (flags.json && flags.format === "csv") {
        throw new CfalignError("usage", "--format csv and --json exclude each other", { where: "--format" });
      }
      const { alignmentMatrix, findings, openRun, summarize } = await context.library();
      const run = await openRun(await runOf(context, given));
      noteUnfinished(context.output, [run]);
      const matrix = alignmentMatrix(run, statisticsFlags(flags));
      const found = findings(matrix);
      const whole = { ...matrix, findings: found, summary: summarize(run, matrix, found) };
      if (flags.json || flags.format === "json") {
        context.output.raw(JSON.stringify(whole satisfies JsonOf<typeof matrixOutput>, null, 2));
      } else context.output.raw(flags.format === "csv" ? matrixCsv(matrix) : matrixText(matrix, context.output));
    });
}
