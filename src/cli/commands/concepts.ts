import { Command } from "commander";

import type { Context } from "../context.ts";
import { numberBetween, wholeNumber } from "../numbers.ts";
import { addWorkspaceOption, type WorkspaceFlags } from "../options.ts";
import { readingsText } from "../readings-text.ts";
import { runOnPictures } from "../run-on-pictures.ts";
import type { conceptsOutput } from "../schemas.ts";

interface Flags extends WorkspaceFlags {
  readonly columns?: string;
  readonly features?: string;
  readonly minAuroc?: number;
  readonly images?: number;
  readonly seed?: number;
  readonly name?: string;
  readonly out?: string;
  readonly enter: boolean;
}

/** `cfalign concepts`: classifiers from a table of labels. */
export function conceptsCommand(context: Context): Command {
  const command = new Command("concepts")
    .description("make classifiers from a table of labels: what can be read from the workspace's latent")
    .argument("<table>", "metadata.csv or metadata.jsonl beside its pictures")
    .option("--columns <list>", "labels to read (all that are 0 and 1)")
    .option("--features <model:value>", "an inner value of a model to read (the workspace's latent)")
    .option(
      "--min-auroc <number>",
      "AUROC on held-out pictures that the whole interval must lie above (0.75)",
      numberBetween(0.5, 1, "a number from 0.5 to 1"),
    )
    .option("--images <count>", "pictures that are used at most (3000)", wholeNumber(50))
    .option("--seed <number>", "seed of the order of the pictures (1)", wholeNumber(0))
    .option("--name <name>", "name of the new model (concepts)")
    .option("--out <folder>", "where it goes (models/<name> beside the workspace file)")
    .option("--no-enter", "leave the workspace file as it is");
  return addWorkspaceOption(command)
    .addHelpText(
      "after",
      `
The classifiers read the latent that counterfactuals move in, or with --features an inner value of another model: they can be
downstream classifiers and concepts, but never a judge. A map of more than 1024 numbers is averaged over its places.

Examples:
  cfalign concepts photos/metadata.csv
  cfalign concepts photos/metadata.csv --columns smiling,eyeglasses --min-auroc 0.8
  cfalign concepts photos/metadata.csv --features my-model:/backbone/pool/Flatten_output_0`,
    )
    .action(async (table: string, flags: Flags) => {
      const { concepts } = await context.library();
      const { workspace: _, device: __, columns, ...options } = flags;
      const made = await runOnPictures(context, flags, (workspace, running) =>
        concepts(table, {
          workspace,
          ...options,
          ...(columns === undefined ? {} : { columns: columns.split(",").map((column) => column.trim()) }),
          ...running,
        }),
      );
      context.output.text(readingsText(made));
      context.output.json<typeof conceptsOutput>(made);
    });
}
