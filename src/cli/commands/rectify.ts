import { Command } from "commander";
import type { Rectification, RectifyOptions } from "../../index.ts";
import { ownRectifyOptionTable, rectifyOptionTable } from "../../options/rectification.ts";
import { type Context, required } from "../context.ts";
import { addFlags, givenOptions, type ParsedFlags } from "../flags.ts";
import { addWorkspaceOption, type WorkspaceFlags } from "../options.ts";
import type { Progress } from "../progress.ts";
import { rectificationText } from "../rectification-text.ts";
import { repairText } from "../repair-text.ts";
import type { rectifyOutput } from "../schemas.ts";
import { imagesOf, workspaceOf } from "../workspace.ts";

interface Flags extends WorkspaceFlags {
  readonly target?: string;
  readonly against?: string;
  readonly downstream?: string;
  readonly out?: string;
}

/** `cfalign rectify`: repairs classifiers: their last layer fitted anew, or a sum with others. */
export function rectifyCommand(context: Context): Command {
  const command = new Command("rectify")
    .description(
      "repair classifiers that use a feature they should not: by their last layer, or by adding a multiple of the feature's classifier",
    )
    .argument("[folder]", "images (the workspace's own when absent)")
    .option("--target <list>", "classifiers to repair: names or expressions after commas, or all")
    .option("--against <list>", "classifiers of the features that they should not use, after commas")
    .option("--downstream <list>", "classifiers watched for collateral changes (all)");
  const first = [
    "method",
    "data",
    "fitImages",
    "judgePictures",
    "limit",
    "learningRate",
    "momentum",
    "minibatch",
    "maxSteps",
    "patience",
    "minBaseChange",
    "minEffect",
  ];
  addFlags(command, rectifyOptionTable, first);
  addFlags(command, ownRectifyOptionTable).option(
    "--out <folder>",
    "folder for rectification.json and the rectified models; an aligned run may be in it",
  );
  return addFlags(addWorkspaceOption(command), rectifyOptionTable)
    .addHelpText(
      "after",
      `
Half of the images is fitted to, a quarter chooses, a quarter is kept for the figures. last-layer, last-two and project write
the target's own file with one row of its last layer changed; sum writes two networks into one file. Without --method it is
last-layer or, where the last layer is small, the better of last-layer and last-two; a file without such a layer, or with
too few labelled pictures, gets a sum. The same command goes on where it was interrupted.

Examples:
  cfalign rectify faces -w cartoon-faces --target smiling-eyeglasses-95 --against eyeglasses --out runs/repaired
  cfalign rectify faces -w cartoon-faces --target smiling-eyeglasses-85 --against eyeglasses --method sum --max-shift 1 --out runs/rectified
  cfalign rectify faces --target all --against big_nose --seed 7 --out runs/big-nose
  cfalign rectify faces --target smiling --against eyeglasses,lipstick --method all --limit 200 --out runs/two --json`,
    )
    .action(async (folder: string | undefined, flags: Flags & ParsedFlags) => {
      const target = required(flags.target, "--target", "classifiers to repair (names after commas, or all)");
      const against = required(flags.against, "--against", 'classifiers of features ("eyeglasses", more after commas)');
      const out = required(flags.out, "--out", "a folder");
      await using workspace = await workspaceOf(context, flags);
      const images = imagesOf(workspace, folder);
      const rectification = await runWithProgress(context, images, {
        workspace,
        targets: workspace.classifiers(target),
        against: workspace.classifiers(against),
        downstream: workspace.classifiers(flags.downstream),
        out,
        ...givenOptions(rectifyOptionTable, flags),
      });
      for (const note of rectification.notes) context.output.say(note);
      if (rectification.targets.length > 0) context.output.text(rectificationText(rectification, context.output));
      if (rectification.repairs.length > 0) context.output.text(repairText(rectification, context.output));
      context.output.json<typeof rectifyOutput>(rectification);
    });
}

/** Runs to the end with progress on stderr. */
async function runWithProgress(context: Context, folder: string, options: RectifyOptions): Promise<Rectification> {
  const { rectify } = await context.library();
  using interrupt = context.interrupt();
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
  }
}

/** "target 2 of 3, 48 %". Targets take as long as their fits do, which nobody knows before: no time left is said. */
function fitting(done: number, total: number): Progress {
  const target = Math.min(total, Math.floor(done) + 1);
  const percent = done >= total ? 100 : Math.round(100 * (done % 1));
  return { done, total, share: null, words: `target ${target} of ${total}, ${percent} %` };
}
