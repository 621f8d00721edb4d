import { Command } from "commander";
import { platform } from "#platform";
import type { TrainWitnessOptions } from "../../index.ts";
import type { Context } from "../context.ts";
import { numberBetween, wholeNumber } from "../numbers.ts";
import { runTraining } from "../run-training.ts";
import type { trainOutput } from "../schemas.ts";
import { witnessText } from "../witness-text.ts";

interface Flags extends Omit<TrainWitnessOptions, "columns" | "frame" | "signal" | "progress"> {
  readonly columns?: string;
}

/** `cfalign train`: a witness from a table of labels. */
export function trainCommand(context: Context): Command {
  return new Command("train")
    .description("train a witness on a table of labels: a small network that reads the pictures themselves")
    .argument("<table>", "metadata.csv or metadata.jsonl beside its pictures")
    .option(
      "-w, --workspace <path>",
      "workspace file or its folder; ./cfalign.json when absent, none when there is none and --out is given",
    )
    .option("--columns <list>", "labels to read (all that are 0 and 1)")
    .option("--size <pixels>", "side of what the network sees, 16 to 256 (64)", wholeNumber(1))
    .option("--epochs <count>", "how often it learns from every picture (80, more for few pictures)", wholeNumber(1))
    .option("--images <count>", "pictures that are used at most (3000)", wholeNumber(30))
    .option("--seed <number>", "same seed, same network (1)", wholeNumber(0))
    .option("--flips", "mirror half of the pictures while it learns")
    .option(
      "--min-auroc <number>",
      "AUROC on held-out pictures that the whole interval must lie above (0.75)",
      numberBetween(0.5, 1, "a number from 0.5 to 1"),
    )
    .option("--name <name>", "name of the new model (witness)")
    .option("--out <folder>", "where it goes (models/<name> beside the workspace file)")
    .option("--no-enter", "leave the workspace file as it is")
    .addHelpText(
      "after",
      `
A probe of concepts reads the latent that is edited. A witness shares nothing with it: it becomes a judge of the workspace, and says
what interventions did. A third of the pictures is held out: it stops the training, calibrates the network and judges it. Labels may be
blank. Ctrl-C keeps the best network so far; the same command goes on where the training stood. Leave --flips out where a feature is
written, or on one side only.

Examples:
  cfalign train photos/metadata.csv
  cfalign train photos/metadata.csv --columns smiling,eyeglasses --size 96
  cfalign train photos/metadata.csv --out models/witness`,
    )
    .action(async (table: string, flags: Flags) => {
      const { workspace, columns, ...options } = flags;
      const found = workspace ?? ((await platform.files.exists("cfalign.json")) ? "cfalign.json" : undefined);
      const made = await runTraining(context, table, {
        ...options,
        ...(found === undefined ? {} : { workspace: found }),
        ...(columns === undefined ? {} : { columns: columns.split(",").map((column) => column.trim()) }),
      });
      context.output.text(witnessText(made));
      context.output.json<typeof trainOutput>(made);
    });
}
