import { Command } from "commander";
import type { Rectification, RectifyOptions } from "../../index.ts";
import { type Context, required } from "../context.ts";
import { limitOf, numberBetween, wholeNumber } from "../numbers.ts";
import { addSearchOptions, addWorkspaceOption, defined, type SearchFlags, searchFlags } from "../options.ts";
import type { Progress } from "../progress.ts";
import { rectificationText } from "../rectification-text.ts";
import { imagesOf, workspaceOf } from "../workspace.ts";

interface Flags extends SearchFlags {
  readonly workspace?: string;
  readonly target?: string;
  readonly against?: string;
  readonly downstream?: string;
  readonly limit?: number | "all";
  readonly learningRate?: number;
  readonly momentum?: number;
  readonly minibatch?: number;
  readonly maxSteps?: number;
  readonly patience?: number;
  readonly minBaseChange?: number;
  readonly minEffect?: number;
  readonly seed?: number;
  readonly out?: string;
}

/** `cfalign rectify`: repairs classifiers by composing them with others. */
export function rectifyCommand(context: Context): Command {
  const command = new Command("rectify")
    .description(
      "repair classifiers that use a feature they should not, by adding a multiple of that feature's classifier",
    )
    .argument("[folder]", "images (the workspace's own when absent)")
    .option("--target <list>", "classifiers to repair: names or expressions after commas, or all")
    .option("--against <list>", "classifiers of the features that they should not use, after commas")
    .option("--downstream <list>", "classifiers watched for collateral changes (all)")
    .option("--limit <count>", "positive images per target, or all (400)", limitOf)
    .option(
      "--learning-rate <number>",
      "η of the descent (0.1)",
      numberBetween(Number.MIN_VALUE, 10, "a number above 0, at most 10"),
    )
    .option("--momentum <number>", "μ of the descent (0.5)", numberBetween(0, 0.999, "a number from 0 to 0.999"))
    .option("--minibatch <count>", "images per step (10)", wholeNumber(1))
    .option("--max-steps <count>", "steps at most (60)", wholeNumber(1))
    .option(
      "--patience <count>",
      "looks at the validation images without improvement, every 5 steps (3)",
      wholeNumber(1),
    )
    .option(
      "--min-base-change <number>",
      "images count when the target fell by more (0.3)",
      numberBetween(0, Number.MAX_VALUE, "a number, at least 0"),
    )
    .option(
      "--min-effect <number>",
      "smallest relative change that matters (0.1)",
      numberBetween(0, Number.MAX_VALUE, "a number, at least 0"),
    )
    .option("--seed <number>", "of the order of images, the splits and the minibatches (1)", wholeNumber(0))
    .option("--out <folder>", "folder for rectification.json and the rectified models; an aligned run may be in it");
  return addSearchOptions(addWorkspaceOption(command))
    .addHelpText(
      "after",
      `
Half of the images fit the coefficient, a quarter says when to stop, a quarter is kept for the figures.

Examples:
  cfalign rectify faces -w cartoon-faces --target smiling-eyeglasses-85 --against eyeglasses --max-shift 1 --out runs/rectified
  cfalign rectify faces --target all --against big_nose --seed 7 --out runs/big-nose
  cfalign rectify faces --target smiling --against eyeglasses,lipstick --limit 200 --out runs/two --json`,
    )
    .action(async (folder: string | undefined, flags: Flags) => {
      const target = required(flags.target, "--target", "classifiers to repair (names after commas, or all)");
      const against = required(flags.against, "--against", 'classifiers of features ("eyeglasses", more after commas)');
      const out = required(flags.out, "--out", "a folder");
      const workspace = await workspaceOf(context, flags.workspace);
      try {
        const images = imagesOf(workspace, folder);
        const limit = flags.limit === "all" ? null : flags.limit;
        const { learningRate, momentum, minibatch, maxSteps, patience, minBaseChange, minEffect, seed } = flags;
        const rectification = await runWithProgress(context, images, {
          workspace,
          targets: workspace.classifiers(target),
          against: workspace.classifiers(against),
          downstream: workspace.classifiers(flags.downstream),
          out,
          ...defined({ limit, learningRate, momentum, minibatch, maxSteps, patience, minBaseChange, minEffect, seed }),
          ...searchFlags(flags),
        });
        for (const note of rectification.notes) context.output.say(note);
        context.output.text(rectificationText(rectification, context.output));
        context.output.json(rectification);
      } finally {
        await workspace.dispose();
      }
    });
}

/** Runs to the end with progress on stderr. */
async function runWithProgress(context: Context, folder: string, options: RectifyOptions): Promise<Rectification> {
  const { rectify } = await context.library();
  const interrupt = context.interrupt();
  const displays = {
    listing: context.progress("reading"),
    encoding: context.progress("encoding"),
    fitting: context.progress("fitting"),
  };
  let phase: keyof typeof displays = "listing";
  try {
    const steps = rectify(folder, { ...options, signal: interrupt.signal });
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value;
      const { done, total } = step.value;
      if (step.value.phase !== phase) displays[phase].stop();
      phase = step.value.phase;
      displays[phase].update(phase === "fitting" ? fitting(done, total) : { done, total });
    }
  } finally {
    displays[phase].stop();
    interrupt.dispose();
  }
}

/** "target 2 of 3, 48 %". Targets take as long as their fits do, which nobody knows before: no time left is said. */
function fitting(done: number, total: number): Progress {
  const target = Math.min(total, Math.floor(done) + 1);
  const percent = done >= total ? 100 : Math.round(100 * (done % 1));
  return { done, total, share: null, words: `target ${target} of ${total}, ${percent} %` };
}
