import { Command } from "commander";
import type { Context } from "../context.ts";
import { diffText } from "../diff-text.ts";
import { addStatisticsOptions, repeated, type StatisticsFlags, statisticsFlags } from "../options.ts";
import type { diffOutput } from "../schemas.ts";
import { noteUnfinished } from "../unfinished.ts";

interface Flags extends StatisticsFlags {
  readonly map?: readonly string[];
  readonly all?: boolean;
}

/** `cfalign diff`: what one model relies on and the other does not. */
export function diffCommand(context: Context): Command {
  const command = new Command("diff")
    .description("compare two runs on the images that both used: what was removed, what was introduced")
    .argument("<before>", "run folder")
    .argument("<after>", "run folder; the same one, with --map, compares two bases of one run")
    .option("--map <old=new>", "a classifier's name in the first run and in the second; may be repeated", repeated)
    .option("--all", "print every sentence and every cell, not only the first 20");
  return addStatisticsOptions(command)
    .addHelpText(
      "after",
      `
Bases and downstream classifiers are paired by name, images by their bytes.
  removed     found before, clear after, and the interval of the difference excludes 0
  introduced  the reverse
  unchanged   the interval of the difference lies within the smallest effect that matters
  unresolved  anything else; weaker or stronger where the difference is larger than that

Examples:
  cfalign diff runs/released runs/new
  cfalign diff runs/all runs/all --map smiling-eyeglasses-95=smiling-clean
  cfalign diff runs/erm runs/jtt --map erm=jtt --json | jq '.cells[] | select(.outcome == "removed")'`,
    )
    .action(async (first: string, second: string, flags: Flags) => {
      const { diffRuns, openRun } = await context.library();
      const [before, after] = [await openRun(first), await openRun(second)];
      const diff = diffRuns(before, after, { ...statisticsFlags(flags), map: flags.map ?? [] });
      noteUnfinished(context.output, [before, after]);
      for (const note of diff.notes) context.output.say(`note: relative changes are different quantities, ${note}`);
      context.output.text(diffText(diff, { ...context.output, all: flags.all ?? false }));
      context.output.json<typeof diffOutput>(diff);
    });
}
