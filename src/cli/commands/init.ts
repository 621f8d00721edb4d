import { Command } from "commander";
import type { InitializedWorkspace } from "../../index.ts";
import { type AskedDevice, deviceOptionTable } from "../../options/device.ts";
import { askingImport } from "../asking-import.ts";
import { type Context, required } from "../context.ts";
import { addFlags } from "../flags.ts";
import { importedText } from "../imported-text.ts";
import { sizeOf } from "../numbers.ts";
import { defined, repeated } from "../options.ts";
import { runPreflight } from "../run-preflight.ts";
import type { initOutput } from "../schemas.ts";
import { imagesOf } from "../workspace.ts";

interface Flags {
  readonly classifier?: readonly string[];
  readonly autoencoder?: string;
  readonly images?: string;
  readonly workspace?: string;
  readonly size?: { readonly width: number; readonly height: number };
  readonly overwrite?: boolean;
  readonly device?: AskedDevice;
}

/** `cfalign init`: from what exporters wrote to a workspace that was tried. */
export function initCommand(context: Context): Command {
  const command = new Command("init")
    .description("describe models from what their exporters wrote, write cfalign.json, and try it on 64 pictures")
    .option("--classifier <folders...>", "folders or ONNX files of classifiers", repeated)
    .option(
      "--autoencoder <folder>",
      "with an encoder and a decoder (none: cfalign flatten makes a basis of your own pictures)",
    )
    .option("--images <folder>", "the pictures")
    .option(
      "--size <size>",
      "width and height for an autoencoder that takes any, or for none: 64 or 96x64 (told by pictures and classifiers)",
      sizeOf("--size"),
    )
    .option("-w, --workspace <file>", "where the workspace file goes (./cfalign.json)")
    .option("--overwrite", "replace a workspace file that is there");
  return addFlags(command, deviceOptionTable)
    .addHelpText(
      "after",
      `
Each model is described as by cfalign import, in a model.json beside it; one that is there is kept. For a folder that cannot be written
to: cfalign import FOLDER --out model.json, and give that file in its place. What is guessed is
marked, and asked about on a terminal: correct it in model.json and run cfalign preflight, which repeats the check. Exit codes as of cfalign preflight.

Examples:
  cfalign init --classifier my-model --images photos
  cfalign init --classifier vit resnet --autoencoder vae --images photos --size 128`,
    )
    .action(async (flags: Flags) => {
      const { initWorkspace, openWorkspace } = await context.library();
      const made = await initWorkspace({
        classifiers: required(flags.classifier, "--classifier", "a folder that an exporter wrote"),
        images: required(flags.images, "--images", "a folder of pictures"),
        importing: await askingImport(context, false),
        ...defined({
          autoencoder: flags.autoencoder,
          path: flags.workspace,
          size: flags.size,
          overwrite: flags.overwrite,
        }),
      });
      context.output.text(textOf(made, context));
      for (const note of made.notes) context.output.say(`note: ${note}`);
      await using workspace = await openWorkspace(made.workspace, {
        device: flags.device,
        onFallback: context.output.say,
      });
      const found = await runPreflight(context, workspace, imagesOf(workspace, undefined));
      context.output.json<typeof initOutput>({
        ...made,
        models: made.models.map((model) => ({ fields: [], ...model })),
        preflight: { ...found, alignSeconds: found.alignSeconds ?? null },
      });
    });
}

function textOf({ workspace, replaced, models }: InitializedWorkspace, { output }: Context): string {
  const each = models.map((model) =>
    "fields" in model
      ? importedText(model, output)
      : `${output.bold(model.manifest)}: ${model.kind}, described already`,
  );
  return [
    ...each,
    `${output.bold(workspace)}: workspace${replaced ? ", in the place of the one that was there" : ""}`,
    "",
  ].join("\n");
}
