import { Command } from "commander";
import { CfalignError } from "../../errors.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { numberBetween, wholeNumber } from "../numbers.ts";
import { defined } from "../options.ts";
import { figure, textTable } from "../table.ts";

interface Flags {
  readonly minBaseChange?: number;
  readonly base?: string;
  readonly downstream?: string;
  readonly below?: number;
  readonly above?: number;
  readonly stratum?: "present" | "absent";
  readonly limit?: number;
}

/** `cfalign find`: the images behind a cell. */
export function findCommand(context: Context): Command {
  const any = numberBetween(-Number.MAX_VALUE, Number.MAX_VALUE, "a number");
  const command = new Command("find")
    .description("list the images behind a cell, largest relative change first; exit 1 when there are none")
    .argument("<run>", "run folder")
    .option("--base <name>", "classifier that was lowered")
    .option("--downstream <name>", "classifier that was watched")
    .option("--below <number>", "relative change below", any)
    .option("--above <number>", "relative change above", any);
  command.addOption(
    command
      .createOption("--stratum <which>", "only images on which the downstream feature is there, or is not")
      .choices(["present", "absent"]),
  );
  command.option("--limit <count>", "print at most", wholeNumber(1));
  return command
    .option(
      "--min-base-change <number>",
      "images count when the base fell by more (0.3)",
      numberBetween(0, Number.MAX_VALUE, "a number, at least 0"),
    )
    .addHelpText(
      "after",
      `
Examples:
  cfalign find runs/faces --base smiling-eyeglasses-95 --downstream eyeglasses --above 0.5
  cfalign find runs/faces --base male --downstream heavy_makeup --below -0.2 --json`,
    )
    .action(async (path: string, flags: Flags) => {
      const { findImages, openRun } = await context.library();
      if (flags.above !== undefined && flags.below !== undefined && flags.above >= flags.below) {
        throw new CfalignError("usage", `--above ${flags.above} and --below ${flags.below} leave nothing between`, {
          where: "--above",
        });
      }
      const { base, downstream, below, above, stratum, limit, minBaseChange } = flags;
      const run = await openRun(path);
      const all = findImages(run, defined({ base, downstream, below, above, stratum, minBaseChange }));
      const hits = all.slice(0, limit);
      if (all.length === 0) context.output.say("no image matches");
      else
        context.output.text(
          textTable(
            [
              ["image", "base", "downstream", "base change", "change", "relative change", "feature"],
              ...hits.map((hit) => [
                hit.image,
                hit.base,
                hit.downstream,
                figure(hit.baseChange),
                figure(hit.change),
                figure(hit.relativeChange),
                hit.stratum ?? "—",
              ]),
            ],
            new Set([0, 1, 2, 6]),
          ),
        );
      context.output.json({ count: all.length, images: hits });
      if (all.length === 0) context.exitWith(exitCodes.no);
    });
}
