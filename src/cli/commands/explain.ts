import { Command } from "commander";
import type { Explanation } from "../../index.ts";
import { searchOptionTable } from "../../options/search.ts";
import { type Context, required } from "../context.ts";
import { explanationText } from "../explanation-text.ts";
import { addFlags, givenOptions, type ParsedFlags } from "../flags.ts";
import { numberBetween } from "../numbers.ts";
import { addWorkspaceOption, defined, type WorkspaceFlags } from "../options.ts";
import type { explainOutput } from "../schemas.ts";
import { stemOf } from "../stem.ts";
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
    .option("--base <expr>", "classifier to lower: a name or an expression")
    .option("--downstream <list>", "classifiers to watch (all)")
    .option(
      "--min-base-change <number>",
      "there is a relative change when the base fell by more (0.3)",
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
  cfalign explain face.png --base smiling --search reference --json`,
    )
    .action(async (images: string[], flags: Flags & ParsedFlags) => {
      const expression = required(flags.base, "--base", 'a classifier to lower, such as "smiling"');
      const { explain, explanationJson, readImage, writeExplanation } = await context.library();
      const workspace = await workspaceOf(context, flags);
      try {
        const base = workspace.classifier(expression);
        const downstream = workspace.classifiers(flags.downstream);
        const explanations: Explanation[] = [];
        for (const image of images) {
          const explanation = await explain(await readImage(image), {
            name: image,
            autoencoder: workspace.autoencoder,
            base,
            downstream,
            ...defined({ minBaseChange: flags.minBaseChange }),
            ...givenOptions(searchOptionTable, flags),
          });
          explanations.push(explanation);
          context.output.text(explanationText(explanation, context.output));
          if (flags.out !== undefined) {
            const paths = await writeExplanation(explanation, flags.out, stemOf(image, images));
            for (const path of paths) context.output.say(path);
          }
        }
        context.output.json<typeof explainOutput>({ counterfactuals: explanations.map(explanationJson) });
      } finally {
        await workspace.dispose();
      }
    });
}
