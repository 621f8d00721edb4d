import { Command } from "commander";
import { askingImport } from "../asking-import.ts";
import type { Context } from "../context.ts";
import { addDescriptionOptions, type DescriptionFlags, descriptionOf } from "../description-flags.ts";
import { importedText } from "../imported-text.ts";
import { numberBetween } from "../numbers.ts";
import { defined } from "../options.ts";
import type { importOutput } from "../schemas.ts";

interface Flags extends DescriptionFlags {
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly latent?: string;
  readonly clamp: boolean;
  readonly maxShift?: number;
  readonly differences?: true;
}

/** `cfalign import`: the manifest of what an exporter wrote. */
export function importCommand(context: Context): Command {
  const command = new Command("import")
    .description("write the manifest of a classifier or an autoencoder from what its exporter wrote beside it")
    .argument("<path>", "a folder, or a classifier's ONNX file")
    .option("--out <file>", "the manifest (model.json in the folder)")
    .option("--overwrite", "replace a manifest that is there");
  return addDescriptionOptions(command)
    .option("--latent <name>", "of an autoencoder in one file: the value between its halves")
    .option(
      "--differences",
      "of a classifier without gradients, such as a quantized one: differences in a flat latent, two looks for each of its numbers",
    )
    .option("--no-clamp", "an autoencoder's pictures are not cut to black and white")
    .option(
      "--max-shift <number>",
      "in an autoencoder's latent, in median distances between pictures",
      numberBetween(Number.MIN_VALUE, Number.MAX_VALUE, "a number above 0"),
    )
    .addHelpText(
      "after",
      `
Read, in this order: the options, the graph's last operator, timm's config.json, transformers' config.json and
preprocessor_config.json, the metadata inside the file (YOLO, Custom Vision), labels.txt or labels.json, the sizes of the
graph. What none of them says is guessed, and marked: a wrong guess of the preprocessing makes a classifier look worse
than it is. On a terminal every guess is asked about. An encoder and a decoder in one folder are an autoencoder, and so is one file
that gives a picture back: it is cut where the fewest numbers pass. The model is run once before anything is written.

Examples:
  cfalign import models/vit-birds
  cfalign import yolo11n-cls.onnx --name yolo
  cfalign import models/taesd --size 64`,
    )
    .action(async (path: string, flags: Flags) => {
      const imported = await (await askingImport(context))(path, {
        ...descriptionOf(flags, await context.library()),
        ...defined({ out: flags.out, overwrite: flags.overwrite, latent: flags.latent, maxShift: flags.maxShift }),
        ...defined({ differences: flags.differences }),
        ...(flags.clamp ? {} : { clamp: false }),
      });
      context.output.text(importedText(imported, context.output));
      context.output.json<typeof importOutput>(imported);
    });
}
