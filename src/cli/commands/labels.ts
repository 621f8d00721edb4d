import { Command } from "commander";
import type { LabelsOptions, LabelsSummary } from "../../index.ts";
import type { Context } from "../context.ts";
import { labelsText } from "../labels-text.ts";
import type { labelsOutput } from "../schemas.ts";

/** `cfalign labels`: one metadata.csv from a data set's own tables. */
export function labelsCommand(context: Context): Command {
  return new Command("labels")
    .description("write metadata.csv (1, 0, blank) from the tables that a data set comes with")
    .argument("<folder>", "the data set: images and tables, anywhere below")
    .option(
      "--from <format>",
      "celeba, waterbirds, chexpert, nih, ham10000, isic, subpopulation, imagefolder or folder-names (told by the header)",
    )
    .option("--pictures <folder>", "where pictures inside Parquet files are written, with their metadata.csv")
    .addHelpText(
      "after",
      `
Examples:
  cfalign labels celeba
  cfalign labels chexpert --from chexpert
  cfalign labels downloaded-parquet --pictures photos`,
    )
    .action(async (folder: string, flags: LabelsOptions) => {
      const { writeLabels } = await context.library();
      const summary: LabelsSummary = await writeLabels(folder, flags);
      context.output.text(labelsText(summary));
      context.output.json<typeof labelsOutput>(summary);
    });
}
