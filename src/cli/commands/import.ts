import { Command } from "commander";
import type { ImportOptions } from "../../index.ts";
import { askingImport } from "../asking-import.ts";
import type { Context, Library } from "../context.ts";
import { importedText } from "../imported-text.ts";
import { numberBetween, numbersOf, pairOf, sizeOf, targetsOf } from "../numbers.ts";
import { defined } from "../options.ts";
import type { importOutput } from "../schemas.ts";

interface Flags {
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly name?: string;
  readonly size?: ImportOptions["size"];
  readonly range?: readonly [number, number];
  readonly targets?: string;
  readonly activation?: ImportOptions["activation"];
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly fit?: ImportOptions["fit"];
  readonly resizeTo?: ImportOptions["size"];
  readonly fill?: readonly number[];
  readonly resize?: ImportOptions["resize"];
  readonly antialias: boolean;
  readonly overshoot?: ImportOptions["overshoot"];
  readonly channels?: "1" | "3";
  readonly scale?: readonly [number, number];
  readonly input?: string;
  readonly output?: string;
  readonly latent?: string;
  readonly clamp: boolean;
  readonly maxShift?: number;
  readonly order?: ImportOptions["order"];
  readonly layout?: ImportOptions["layout"];
}

/** `cfalign import`: the manifest of what an exporter wrote. */
export function importCommand(context: Context): Command {
  const command = new Command("import");
  const choice = (flags: string, text: string, choices: readonly string[]) =>
    command.createOption(flags, text).choices(choices);
  return command
    .description("write the manifest of a classifier or an autoencoder from what its exporter wrote beside it")
    .argument("<path>", "a folder, or a classifier's ONNX file")
    .option("--out <file>", "the manifest (model.json in the folder)")
    .option("--overwrite", "replace a manifest that is there")
    .option("--name <name>", "what the model is called (the folder's name)")
    .option(
      "--size <size>",
      "width and height of the pictures, where files leave them free: 224 or 320x240",
      sizeOf("--size"),
    )
    .option("--range <low,high>", "what pixels become before mean and std", pairOf("--range"))
    .option(
      "--targets <list>",
      "names of a classifier's outputs, separated by commas; names with commas in single quotes, - for an output that means nothing",
    )
    .addOption(choice("--activation <head>", "from logit to prediction", ["sigmoid", "softmax", "none"]))
    .option("--mean <numbers>", "per channel, after commas", numbersOf("--mean"))
    .option("--std <numbers>", "per channel, after commas", numbersOf("--std"))
    .addOption(choice("--fit <kind>", "how a picture of another shape is framed", ["stretch", "cover", "contain"]))
    .option(
      "--resize-to <size>",
      "the box that --fit is about: 256 or 320x256; the centre is then cut out",
      sizeOf("--resize-to"),
    )
    .option("--fill <numbers>", "where no picture is, 0 to 1: one, or red,green,blue (0)", numbersOf("--fill"))
    .addOption(
      choice("--resize <filter>", "PIL's filters", ["nearest", "bilinear", "bicubic", "lanczos", "box", "hamming"]),
    )
    .option("--no-antialias", "shrinking looks at few pixels, as TensorFlow and OpenCV do")
    .addOption(choice("--overshoot <what>", "with values beyond 0 and 1 after a filter", ["keep", "cut"]))
    .addOption(choice("--channels <count>", "grey or colour", ["1", "3"]))
    .addOption(choice("--order <order>", "of the channels", ["rgb", "bgr"]))
    .addOption(choice("--layout <layout>", "of the axes", ["nchw", "nhwc"]))
    .option("--scale <low,high>", "with --activation none: outputs that mean 0 and 1", pairOf("--scale"))
    .option("--input <name>", "which one of the graph, where it has several")
    .option("--output <name>", "which one of the graph, where it has several")
    .option("--latent <name>", "of an autoencoder in one file: the value between its halves")
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
      const imported = await (await askingImport(context))(path, optionsOf(flags, await context.library()));
      context.output.text(importedText(imported, context.output));
      context.output.json<typeof importOutput>(imported);
    });
}

function optionsOf(
  { targets, resizeTo, fill, antialias, channels, clamp, ...rest }: Flags,
  library: Library,
): ImportOptions {
  return defined({
    ...rest,
    resizeTo: resizeTo?.width === resizeTo?.height ? resizeTo?.width : resizeTo,
    fill: fill?.length === 1 ? fill[0] : fill,
    antialias: antialias ? undefined : false,
    clamp: clamp ? undefined : false,
    channels: channels === undefined ? undefined : channels === "1" ? 1 : 3,
    targets: targets === undefined ? undefined : targetsOf(targets, library),
  });
}
