import { Command } from "commander";
import { CfalignError } from "../../base/errors.ts";
import type { Cell } from "../../index.ts";
import type { Context } from "../context.ts";
import { expectationsOf, expectHelp } from "../expectations.ts";
import { matrixCsv, matrixText } from "../matrix-text.ts";
import { addStatisticsOptions, type StatisticsFlags, statisticsFlags } from "../options.ts";
import type { JsonOf } from "../output.ts";
import { runOf } from "../run-of.ts";
import type { matrixOutput } from "../schemas.ts";
import { noteUnfinished } from "../unfinished.ts";

interface Flags extends StatisticsFlags {
  readonly format: "table" | "csv" | "json";
  readonly wide?: boolean;
  readonly expect?: string;
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
  command.option("--expect <file>", expectHelp);
  command.option("--wide", "on a terminal: one table, however wide, with every name whole");
  return addStatisticsOptions(command)
    .addHelpText(
      "after",
      `
A cell is the mean relative change of the column's classifier when the row's is lowered, on the images that decided: those
that have the column's feature, or those that lack it. After the number:
  +  found, and expected (--expect)
  *  found: beyond the smallest effect that matters    !  found, but the judge rejects it
  ?  unresolved                                        =  same concept, not judged

Examples:
  cfalign matrix runs/faces
  cfalign matrix runs/faces --format csv > cells.csv
  cfalign matrix runs/faces --json | jq '.cells[] | select(.state == "found")'`,
    )
    .action(async (given: string | undefined, flags: Flags) => {
      if (flags.json && flags.format === "csv") {
        throw new CfalignError("usage", "--format csv and --json exclude each other", { where: "--format" });
      }
      const { findings, matrixOnCores, openRun, summarize } = await context.library();
      const run = await openRun(await runOf(context, given));
      noteUnfinished(context.output, [run]);
      const matrix = await matrixOnCores(run, statisticsFlags(flags));
      const expected = await expectationsOf(context, run, flags.expect);
      const found = findings(matrix, { expected });
      const whole = { ...matrix, findings: found, summary: summarize(run, matrix, found, { expected }) };
      if (flags.json || flags.format === "json") {
        context.output.raw(JSON.stringify(whole satisfies JsonOf<typeof matrixOutput>, null, 2));
      } else if (flags.format === "csv") context.output.raw(matrixCsv(matrix));
      else {
        const { bold, dim, width } = context.output;
        const named = ({ base, downstream }: Pick<Cell, "base" | "downstream">): string => `${base}\n${downstream}`;
        const meant = new Set(found.filter(({ group }) => group === "expected").map(named));
        const isMeant = (cell: Cell): boolean => meant.has(named(cell));
        context.output.text(matrixText(matrix, { bold, dim, isMeant, width: flags.wide ? undefined : width }));
      }
    });
}
