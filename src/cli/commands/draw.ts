import { Command } from "commander";
import { CfalignError } from "../../base/errors.ts";
import { type Context, optionError, required } from "../context.ts";
import { wholeNumber } from "../numbers.ts";
import type { drawOutput } from "../schemas.ts";

interface Flags {
  readonly count: number;
  readonly seed: number;
  readonly correlate?: string;
  readonly out?: string;
}

const worlds = ["cartoon-faces"];

/** `cfalign draw`: images of a built-in world, their factors in metadata.csv. */
export function drawCommand(context: Context): Command {
  return new Command("draw")
    .description("draw images of a built-in world, with the factors that made them in metadata.csv")
    .argument("<world>", "cartoon-faces")
    .option("--count <number>", "how many", wholeNumber(1), 300)
    .option("--seed <number>", "same seed, same images", wholeNumber(0), 1)
    .option("--correlate <pairs>", 'correlations between labels: "eyeglasses~beard=0.6", more after commas')
    .option("--out <folder>", "where the images go")
    .addHelpText(
      "after",
      `
Examples:
  cfalign draw cartoon-faces --count 300 --seed 7 --out faces
  cfalign draw cartoon-faces --count 1000 --correlate "eyeglasses~beard=0.6,hat~necktie=-0.4" --out faces`,
    )
    .action(async (world: string, flags: Flags) => {
      if (!worlds.includes(world)) {
        throw new CfalignError("usage", `unknown world "${world}": expected ${worlds.join(", ")}`, { where: "world" });
      }
      const { drawWorld } = await context.library();
      const { count, seed } = flags;
      const out = required(flags.out, "--out", "a folder for the images");
      const correlations = flags.correlate === undefined ? [] : correlationsOf(flags.correlate);
      await drawWorld({ count, seed, correlate: correlations, out });
      context.output.text(`${count} images and metadata.csv in ${out}`);
      context.output.json<typeof drawOutput>({ world, count, seed, out, correlate: correlations });
    });
}

/** Parses "a~b=0.6,c~d=-0.3". */
function correlationsOf(text: string): { readonly a: string; readonly b: string; readonly phi: number }[] {
  return text.split(",").map((pair) => {
    const [, a, b, value] = /^\s*([\w.-]+)\s*~\s*([\w.-]+)\s*=\s*([-+]?[\d.]+)\s*$/.exec(pair) ?? [];
    const phi = Number(value);
    if (a === undefined || b === undefined || Number.isNaN(phi) || Math.abs(phi) >= 1) {
      throw optionError(
        "--correlate",
        'factor~factor=number with a number between -1 and 1, such as "hat~beard=0.6"',
        pair,
      );
    }
    return { a, b, phi };
  });
}
