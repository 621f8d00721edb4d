import type { Command } from "commander";
import type { ImportOptions } from "../index.ts";
import type { Library } from "./context.ts";
import { numbersOf, pairOf, sizeOf, targetsOf } from "./numbers.ts";
import { defined } from "./options.ts";

/** What says of a classifier what its manifest would. */
export interface DescriptionFlags {
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
  readonly order?: ImportOptions["order"];
  readonly layout?: ImportOptions["layout"];
}

/** Adds an option for every field of a manifest. */
export function addDescriptionOptions(command: Command): Command {
  const choice = (flags: string, text: string, choices: readonly string[]) =>
    command.createOption(flags, text).choices(choices);
  return command
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
    .option("--output <name>", "which one of the graph, where it has several");
}

/** The fields that were given. */
export function descriptionOf(flags: DescriptionFlags, library: Library): ImportOptions {
  const { name, size, range, targets, activation, mean, std, fit, resizeTo, fill, resize } = flags;
  const { antialias, overshoot, channels, scale, input, output, order, layout } = flags;
  return defined({
    ...{ name, size, range, activation, mean, std, fit, resize, overshoot, scale, input, output, order, layout },
    resizeTo: resizeTo?.width === resizeTo?.height ? resizeTo?.width : resizeTo,
    fill: fill?.length === 1 ? fill[0] : fill,
    antialias: antialias ? undefined : false,
    channels: channels === undefined ? undefined : channels === "1" ? 1 : 3,
    targets: targets === undefined ? undefined : targetsOf(targets, library),
  });
}
