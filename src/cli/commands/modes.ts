import { Command } from "commander";
import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import type { Context } from "../context.ts";
import { modesText } from "../modes-text.ts";
import { numberBetween, wholeNumber } from "../numbers.ts";
import { defined, type StatisticsFlags } from "../options.ts";
import type { modesOutput } from "../schemas.ts";
import { noteUnfinished } from "../unfinished.ts";

interface Flags extends Pick<StatisticsFlags, "confidence" | "seed"> {
  readonly mode?: number;
  readonly labels?: string;
  readonly name?: string;
}

/** `cfalign modes`: what lowers a classifier, in kinds. */
export function modesCommand(context: Context): Command {
  return new Command("modes")
    .description(
      "group a classifier's own counterfactuals by what changes in them, and say which kind no feature names",
    )
    .argument("<run>", "run folder")
    .argument("<base>", "classifier that was lowered")
    .option("--labels <file>", "write a mode as a table of labels that concepts, train and audit read")
    .option("--mode <number>", "with --labels: which, as they are listed (1)", wholeNumber(1))
    .option("--name <label>", "with --labels: what the new column is called (unnamed)")
    .option(
      "--confidence <share>",
      "of the intervals (0.95)",
      numberBetween(0.5, 0.9999, "a number from 0.5 to 0.9999"),
    )
    .option("--seed <number>", "of the resamples (1)", wholeNumber(0))
    .addHelpText(
      "after",
      `
Counterfactuals are grouped by the difference picture, in as many modes as come back in resamples. A mode is unnamed where
the effects of the features (align makes them) explain less than a quarter of its falls.
The table has all images of the run with their labels, and the column more: 1 for the clearest of the mode, 0 for images
furthest from it, nothing for all others. Put it beside the images as metadata.csv, and label more by hand. Keep a table that
is there: images and columns that the run did not read are in no other.

Examples:
  cfalign modes runs/faces smiling-eyeglasses-95
  cfalign modes runs/faces smiling-eyeglasses-95 --json
  cfalign modes runs/faces smiling-eyeglasses-95 --labels glasses.csv --mode 2 --name glasses`,
    )
    .action(async (path: string, base: string, flags: Flags) => {
      const { labels, mode, name = "unnamed", confidence, seed } = flags;
      for (const option of ["mode", "name"] as const) {
        if (labels !== undefined || flags[option] === undefined) continue;
        throw new CfalignError("usage", `--${option}: expected --labels with a file, got none`, {
          where: `--${option}`,
        });
      }
      const { isZippedRun, labelTable, modeLabels, openRun, runModes, unzipRun } = await context.library();
      const run = await openRun((await isZippedRun(path)) ? await unzipRun(path) : path);
      noteUnfinished(context.output, [run]);
      const found = await runModes(run, base, defined({ confidence, seed }));
      if (labels !== undefined) {
        const { files } = platform;
        if (await files.exists(labels)) {
          throw new CfalignError("usage", `"${labels}" exists already: choose another file (--labels)`, {
            where: labels,
          });
        }
        const table = labelTable(run.images, name, modeLabels(found, (mode ?? 1) - 1));
        await files.makeDirectory(files.dirname(labels));
        await files.write(labels, new TextEncoder().encode(table));
      }
      context.output.text(modesText(found.modes));
      if (labels !== undefined) context.output.say(`labels: ${labels}`);
      context.output.json<typeof modesOutput>({ ...found.modes, labels: labels ?? null });
    });
}
