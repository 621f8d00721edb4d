import { Command } from "commander";
import { CfalignError } from "../../base/errors.ts";
import type { FindQuery, FoundImage } from "../../index.ts";
import { cellText } from "../cell-text.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { numberBetween, wholeNumber } from "../numbers.ts";
import { defined } from "../options.ts";
import { runOf } from "../run-of.ts";
import type { findOutput } from "../schemas.ts";
import { figure, textTable } from "../table.ts";
import { noteUnfinished } from "../unfinished.ts";

type Flags = Omit<FindQuery, "query">;

/** Lines that are printed where no limit is asked for: a run has tens of thousands. */
const lines = 20;

/** `cfalign find`: the images behind a cell. */
export function findCommand(context: Context): Command {
  const any = numberBetween(-Number.MAX_VALUE, Number.MAX_VALUE, "a number");
  const command = new Command("find")
    .description("list the images behind a cell, largest relative change first; exit 1 when there are none")
    .argument("[run]", "run folder (the newest below runs/)")
    .argument("[query]", "which images, in words; see below")
    .option("--base <name>", "classifier that was lowered")
    .option("--downstream <name>", "classifier that was watched")
    .option("--below <number>", "relative change below", any)
    .option("--above <number>", "relative change above", any);
  command.addOption(
    command
      .createOption("--stratum <which>", "only images on which the downstream feature is there, or is not")
      .choices(["present", "absent"]),
  );
  command.option("--limit <count>", `print at most (${lines} as text, all as JSON)`, wholeNumber(1));
  return command
    .option(
      "--min-base-change <number>",
      "images count when the base fell by more than this (0.3)",
      numberBetween(0, Number.MAX_VALUE, "a number, at least 0"),
    )
    .addHelpText(
      "after",
      `
A query is comparisons (= != < <= > >=) with and, or, not and parentheses, then "order by" a field and "limit" a count;
an order goes from the largest unless "asc" is added. Names that are not of letters, digits and _ . - / + go in
double quotes. The flags are shorthand: what they ask must hold as well. Fields, per image, base and downstream:
  base, downstream, image, stop         text: = and != only; stop: why the search ended
  stratum                               present or absent: was the downstream feature there before?
  rc, change, before, after             of the downstream classifier: relative change, change, prediction
  drop, base.before, base.after         of the base: how far it fell, its prediction
  shift, lambda, evaluations            of the search
  NAME.rc  (.change .before .after .stratum)   the same of a classifier by name; a query that speaks of classifiers
                                        by name and not of downstream lists these only
  label.NAME                            a label of the image

Examples:
  cfalign find runs/faces "base = male and heavy_makeup.rc < -0.4 and drop >= 0.5 order by abs(rc) limit 20"
  cfalign find runs/faces "stratum = present and (hat.rc > 0.3 or beard.rc > 0.3) and label.young = 0"
  cfalign find runs/faces --base smiling-eyeglasses-95 --downstream eyeglasses --above 0.5
  cfalign find runs/faces --base male --downstream heavy_makeup --below -0.2 --json`,
    )
    .action((given: string | undefined, query: string | undefined, flags: Flags) => find(context, given, query, flags));
}

async function find(
  context: Context,
  given: string | undefined,
  query: string | undefined,
  flags: Flags,
): Promise<void> {
  const { alignmentMatrix, findImages, openRun } = await context.library();
  if (flags.above !== undefined && flags.below !== undefined && flags.above >= flags.below) {
    throw new CfalignError("usage", `--above ${flags.above} and --below ${flags.below} leave nothing between`, {
      where: "--above",
    });
  }
  const { base, downstream, below, above, stratum, limit, minBaseChange } = flags;
  const run = await openRun(await runOf(context, given));
  noteUnfinished(context.output, [run]);
  const asked = { query, base, downstream, below, above, stratum, limit, minBaseChange };
  const { count, images } = findImages(run, defined(asked));
  // A limit of the query has cut them already.
  const printed = limit === undefined && images.length === count ? images.slice(0, lines) : images;
  if (count === 0) context.output.say("no image matches");
  else {
    context.output.text(hitTable(printed));
    if (printed.length < images.length) {
      context.output.text(`… and ${images.length - printed.length} more (--limit ${images.length} prints all)`);
    }
  }
  // Its state rests on all cells of the run, so that it is the one that every other verb says.
  const matrix =
    base === undefined || downstream === undefined ? undefined : alignmentMatrix(run, defined({ minBaseChange }));
  const cell = matrix?.cells.find((each) => each.base === base && each.downstream === downstream);
  if (cell !== undefined) context.output.text(`\n${cellText(cell)}`);
  context.output.json<typeof findOutput>({
    count,
    images,
    cell: cell === undefined ? null : { state: cell.state, reason: cell.reason, deciding: cell.deciding },
  });
  if (count === 0) context.exitWith(exitCodes.no);
}

function hitTable(hits: readonly FoundImage[]): string {
  return textTable(
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
  );
}
