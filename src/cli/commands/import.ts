import { Command } from "commander";
import type { ImportOptions } from "../../index.ts";
import { type Context, optionError } from "../context.ts";
import { importedText } from "../imported-text.ts";
import { sizeOf, wholeNumber } from "../numbers.ts";
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
  readonly resizeTo?: number;
  readonly resize?: ImportOptions["resize"];
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
    .option("--size <size>", "width and height of the pictures, where files leave them free: 224 or 320x240", sizeOf)
    .option("--range <low,high>", "what pixels become before mean and std", pairOf("--range"))
    .option("--targets <list>", "names of a classifier's outputs, after commas; names with commas in single quotes")
    .addOption(choice("--activation <head>", "from logit to prediction", ["sigmoid", "softmax", "none"]))
    .option("--mean <numbers>", "per channel, after commas", numbersOf("--mean"))
    .option("--std <numbers>", "per channel, after commas", numbersOf("--std"))
    .addOption(choice("--fit <kind>", "how a picture of another shape is framed", ["stretch", "cover", "contain"]))
    .option(
      "--resize-to <pixels>",
      "side of the square that --fit is about; the centre is then cut out",
      wholeNumber(1),
    )
    .addOption(
      choice("--resize <filter>", "PIL's filters", ["nearest", "bilinear", "bicubic", "lanczos", "box", "hamming"]),
    )
    .addOption(choice("--order <order>", "of the channels", ["rgb", "bgr"]))
    .addOption(choice("--layout <layout>", "of the axes", ["nchw", "nhwc"]))
    .addHelpText(
      "after",
      `
Read, in this order: the options, the graph's last operator, timm's config.json, transformers' config.json and
preprocessor_config.json, the metadata inside the file (YOLO, Custom Vision), labels.txt or labels.json, the sizes of the
graph. What none of them says is guessed, and marked: a wrong guess of the preprocessing makes a classifier look worse
than it is. An encoder and a decoder in one folder are an autoencoder. The model is run once before anything is written.

Examples:
  cfalign import models/vit-birds
  cfalign import yolo11n-cls.onnx --name yolo
  cfalign import models/taesd --size 64`,
    )
    .action(async (path: string, flags: Flags) => {
      const { importModel, splitList } = await context.library();
      const { targets, ...rest } = flags;
      const imported = await importModel(
        path,
        defined({ ...rest, targets: targets === undefined ? undefined : splitList(targets).map(unquoted) }),
      );
      context.output.text(importedText(imported, context.output));
      context.output.json<typeof importOutput>(imported);
    });
}

/** 'a, b' → a, b; a name without quotes stays. */
function unquoted(name: string): string {
  return /^'.*'$/.test(name) ? name.slice(1, -1).replaceAll("''", "'") : name;
}

function numbersOf(option: string): (text: string) => readonly number[] {
  return (text) => {
    const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    if (!numbers.every(Number.isFinite)) throw optionError(option, "numbers after commas, such as 0.5,0.5,0.5", text);
    return numbers;
  };
}

function pairOf(option: string): (text: string) => readonly [number, number] {
  return (text) => {
    const [low, high, ...more] = numbersOf(option)(text);
    if (low === undefined || high === undefined || more.length > 0 || low === high) {
      throw optionError(option, "two different numbers, such as -1,1", text);
    }
    return [low, high];
  };
}
