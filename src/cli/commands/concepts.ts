import { Command } from "commander";
import { conceptsText } from "../concepts-text.ts";
import type { Context } from "../context.ts";
import { numberBetween, wholeNumber } from "../numbers.ts";
import { addWorkspaceOption, type WorkspaceFlags } from "../options.ts";
import type { conceptsOutput } from "../schemas.ts";
import { workspaceOf } from "../workspace.ts";

interface Flags extends WorkspaceFlags {
  readonly columns?: string;
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
    .option(
      "--min-auroc <number>",
      "on held-out pictures, for the whole interval (0.75)",
      numberBetween(0.5, 1, "a number from 0.5 to 1"),
    )
    .option("--images <count>", "pictures that are used at most (3000)", wholeNumber(50))
    .option("--seed <number>", "of the order of the pictures (1)", wholeNumber(0))
    .option("--name <name>", "of the new model (concepts)")
    .option("--out <folder>", "where it goes (models/<name> beside the workspace file)")
    .option("--no-enter", "leave the workspace file as it is");
  return addWorkspaceOption(command)
    .addHelpText(
      "after",
      `
The classifiers read the latent that counterfactuals move in: they can be downstream and concepts, never a judge.

Examples:
  cfalign concepts photos/metadata.csv
  cfalign concepts photos/metadata.csv --columns smiling,eyeglasses --min-auroc 0.8`,
    )
    .action(async (table: string, flags: Flags) => {
      const { concepts } = await context.library();
      const workspace = await workspaceOf(context, flags);
      const display = context.progress("encoding");
      const interrupt = context.interrupt();
      const { workspace: _, columns, ...options } = flags;
      try {
        const made = await concepts(table, {
          workspace,
          ...options,
          ...(columns === undefined ? {} : { columns: columns.split(",").map((column) => column.trim()) }),
          signal: interrupt.signal,
          progress: (done, total) => display.update({ done, total }),
        });
        display.stop();
        for (const note of made.notes) context.output.say(`note: ${note}`);
        context.output.text(conceptsText(made));
        context.output.json<typeof conceptsOutput>(made);
      } finally {
        display.stop();
        interrupt.dispose();
        await workspace.dispose();
      }
    });
}
