import { Command } from "commander";
import type { Explanation } from "../../index.ts";
import { searchOptionTable } from "../../options/search.ts";
import { type Context, required } from "../context.ts";
import { sayDifferencesCost } from "../differences-cost.ts";
import { explanationText } from "../explanation-text.ts";
import { addFlags, givenOptions, type ParsedFlags } from "../flags.ts";
import { numberBetween } from "../numbers.ts";
import { addWorkspaceOption, defined, type WorkspaceFlags } from "../options.ts";
import type { explainOutput } from "../schemas.ts";
import { shownName, stemOf } from "../stem.ts";
import { workspaceOf } from "../workspace.ts";

interface Flags extends WorkspaceFlags {
  readonly base?: string;
  readonly downstream?: string;
  readonly minBaseChange?: number;
  readonly out?: string;
}

/** `cfalign explain`: the counterfactual of an image, and which other predictions move with it. */
export function explainCommand(context: Context): Command {
  const command = new Command("explain")
    .description("lower a classifier's prediction on an image, and show which other predictions move with it")
    .argument("<images...>", "image files")
    .option(
      "--base <list>",
      "classifier to lower: a name or an expression; several after commas are shown side by side",
    )
    .option("--downstream <list>", "classifiers to watch (all)")
    .option(
      "--min-base-change <number>",
      "there is a relative change when the base fell by more than this (0.3)",
      numberBetween(0, Number.MAX_VALUE, "a number, at least 0"),
    )
    .option("--out <folder>", "also write a picture strip, an animation, the alignment plot and the JSON");
  return addFlags(addWorkspaceOption(command), searchOptionTable)
    .addHelpText(
      "after",
      `
Examples:
  cfalign explain face.png --base smiling
  cfalign explain face.png --base "smiling + 0.3*arched_eyebrows" --downstream smiling,arched_eyebrows --out explained
  cfalign explain face.png --base smiling,smiling-eyeglasses-95 --out explained
  cfalign explain face.png --base smiling --search reference --json`,
    )
    .action(async (images: string[], flags: Flags & ParsedFlags) => {
      const expression = required(flags.base, "--base", 'a classifier to lower, such as "smiling"');
      const { explain, explanationJson, readImage, writeExplanation, writeSideBySide } = await context.library();
      await using workspace = await workspaceOf(context, flags);
      const bases = workspace.classifiers(expression);
      const downstream = workspace.classifiers(flags.downstream);
      await sayDifferencesCost(context, workspace, bases);
      const explanations: Explanation[] = [];
      for (const image of images) {
        const pixels = await readImage(image);
        const stem = stemOf(image, images);
        const own: Explanation[] = [];
        for (const base of bases) {
          const explanation = await explain(pixels, {
            name: shownName(image),
            autoencoder: workspace.autoencoder,
            base,
            downstream,
            ...defined({ minBaseChange: flags.minBaseChange }),
            ...givenOptions(searchOptionTable, flags),
          });
          own.push(explanation);
          context.output.text(explanationText(explanation, context.output));
          if (flags.out === undefined) continue;
          for (const path of await writeExplanation(explanation, flags.out, stem)) context.output.say(path);
        }
        if (flags.out !== undefined && own.length > 1) {
          context.output.say(await writeSideBySide(own, flags.out, stem));
        }
        explanations.push(...own);
      }
      context.output.json<typeof explainOutput>({ counterfactuals: explanations.map(explanationJson) });
    });
}
