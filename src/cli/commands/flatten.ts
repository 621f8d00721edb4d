import { Command } from "commander";
import type { FlattenOptions } from "../../index.ts";
import { type Context, optionError } from "../context.ts";
import { flattenText } from "../flatten-text.ts";
import { wholeNumber } from "../numbers.ts";
import { addWorkspaceOption, type WorkspaceFlags } from "../options.ts";
import { runOnPictures } from "../run-on-pictures.ts";
import type { flattenOutput } from "../schemas.ts";
import { imagesOf } from "../workspace.ts";

type Flags = WorkspaceFlags & Pick<FlattenOptions, "components" | "images" | "seed" | "out" | "enter">;

/** `cfalign flatten`: a whitened basis of one's own pictures with or without an autoencoder. */
export function flattenCommand(context: Context): Command {
  const command = new Command("flatten")
    .description(
      "make a flat latent of your own pictures: of their pixels, or of the latents of the workspace's autoencoder",
    )
    .argument("[folder]", "images; the workspace's when absent")
    .option("--components <count>", "numbers in the new latent: auto, or how many (auto)", componentsOf)
    .option("--images <count>", "pictures that are used at most (3000)", wholeNumber(50))
    .option("--seed <number>", "seed of the order of the pictures (1)", wholeNumber(0))
    .option("--out <folder>", "folder of the new autoencoder (models/<name>-flat beside the workspace file)")
    .option("--no-enter", "leave the workspace file as it is");
  return addWorkspaceOption(command)
    .addHelpText(
      "after",
      `
An autoencoder that was made for any picture has a latent that is a map: a gradient in it finds changes that only one
classifier sees. In a basis of the pictures that you audit, a gradient is a mixture of the ways in which these pictures differ.

Examples:
  cfalign flatten
  cfalign flatten photos --components 128`,
    )
    .action(async (folder: string | undefined, flags: Flags) => {
      const { flatten } = await context.library();
      const { workspace: _, device: __, ...options } = flags;
      const flattened = await runOnPictures(context, flags, (workspace, running) =>
        flatten(imagesOf(workspace, folder), { workspace, ...options, ...running }),
      );
      context.output.text(flattenText(flattened));
      context.output.json<typeof flattenOutput>(flattened);
    });
}

function componentsOf(text: string): number | "auto" {
  if (text === "auto") return "auto";
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw optionError("--components", "auto or a whole number, 1 or more", text);
}
