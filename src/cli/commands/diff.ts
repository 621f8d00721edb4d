import { Command } from "commander";
import { type Context, optionError } from "../context.ts";
import { diffText } from "../diff-text.ts";
import { diffVersions, type VersionFlags } from "../diff-versions.ts";
import { addStatisticsOptions, repeated, statisticsFlags } from "../options.ts";
import type { diffOutput } from "../schemas.ts";
import { noteUnfinished } from "../unfinished.ts";

interface Flags extends VersionFlags {
  readonly suite?: string;
  readonly map?: readonly string[];
  readonly all?: boolean;
}

/** `cfalign diff`: what one model relies on and the other does not. */
export function diffCommand(context: Context): Command {
  const command = new Command("diff")
    .description(
      "compare two runs on the images that both used: what was removed, what was introduced; or versions of a classifier on a suite",
    )
    .argument("<before>", "run folder; with --suite the oldest version: a classifier, or a table of suite audit --save")
    .argument(
      "<after...>",
      "run folder; the same one, with --map, compares two bases of one run; with --suite any number of later versions",
    )
    .option("--map <old=new>", "a classifier's name in the first run and in the second; may be repeated", repeated)
    .option("--all", "print every sentence and every cell, not only the first 20")
    .option(
      "--suite <folder>",
      "instead of runs: a feature's effect over versions, on pairs of pictures that all were shown",
    )
    .option("--feature <list>", "with --suite: features to follow (all)")
    .option("--about <target=feature>", "with --suite: what a target is about, where it has another name", repeated)
    .option("--out <file>", "with --suite: also draw it, as a name that ends in .html, .svg, .png or .pdf says");
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
  cfalign diff --suite suite march.csv april.csv new/model.onnx --feature eyeglasses --out reliance.html
  cfalign diff runs/erm runs/jtt --map erm=jtt --json | jq '.cells[] | select(.outcome == "removed")'`,
    )
    .action(async (first: string, later: string[], flags: Flags) => {
      if (flags.suite !== undefined) {
        if (flags.map !== undefined) throw optionError("--map", "runs, not --suite, beside it", flags.map.join(" "));
        return diffVersions(context, { suite: flags.suite, sources: [first, ...later] }, flags);
      }
      const [second = "", ...more] = later;
      if (more.length > 0) throw optionError("<after>", "one run, or --suite with versions", later.join(" "));
      const needless = (["feature", "about", "out"] as const).find((option) => flags[option] !== undefined);
      if (needless !== undefined) throw optionError(`--${needless}`, "--suite with it", "runs");
      const { diffRuns, openRun } = await context.library();
      const [before, after] = [await openRun(first), await openRun(second)];
      const diff = diffRuns(before, after, { ...statisticsFlags(flags), map: flags.map ?? [] });
      noteUnfinished(context.output, [before, after]);
      for (const note of diff.notes) context.output.say(`note: relative changes are different quantities, ${note}`);
      context.output.text(diffText(diff, { ...context.output, all: flags.all ?? false }));
      context.output.json<typeof diffOutput>(diff);
    });
}
