import { Command, InvalidArgumentError } from "commander";
import { CfalignError } from "../../base/errors.ts";
import type { Tensor } from "../../index.ts";
import { type SaliencyMethod, saliencyMethods } from "../../options/run.ts";
import { type Context, required } from "../context.ts";
import { wholeNumber } from "../numbers.ts";
import { addWorkspaceOption, defined, type WorkspaceFlags } from "../options.ts";
import type { saliencyOutput } from "../schemas.ts";
import { shownName, stemOf } from "../stem.ts";
import { figure, textTable } from "../table.ts";
import { workspaceOf } from "../workspace.ts";

interface Flags extends WorkspaceFlags {
  readonly classifier?: string;
  readonly method: SaliencyMethod;
  readonly steps?: number;
  readonly baseline?: number | string;
  readonly out?: string;
}

/** `cfalign saliency`: which pixels a prediction hangs on. */
export function saliencyCommand(context: Context): Command {
  const command = new Command("saliency")
    .description(
      "show which pixels a classifier's prediction of an image depends on (docs/methods.md says what that means)",
    )
    .argument("<images...>", "image files")
    .option("--classifier <expr>", "what is explained: a name or an expression");
  command.addOption(
    command
      .createOption("--method <method>", "how")
      .choices([...saliencyMethods])
      .default("integrated-gradients"),
  );
  command
    .option("--steps <count>", "integrated gradients only: points on the path (32)", wholeNumber(1))
    .option(
      "--baseline <from>",
      "integrated gradients only: where the path begins, a brightness from 0 to 1 or an image file (0)",
      baselineOf,
    )
    .option("--out <folder>", "also write an overlay, a signed map, the raw map (.npy) and the JSON");
  return addWorkspaceOption(command)
    .addHelpText(
      "after",
      `
Examples:
  cfalign saliency face.png --classifier smiling --out maps
  cfalign saliency face.png --classifier "smiling + 0.3*arched_eyebrows" --method guided-backprop --out maps
  cfalign saliency face.png --classifier smiling --baseline 0.5 --steps 64 --json`,
    )
    .action(async (images: string[], flags: Flags) => {
      const expression = required(flags.classifier, "--classifier", 'what to explain, such as "smiling"');
      const { explainBySaliency, readImage, saliencyJson, writeSaliency } = await context.library();
      const { method, steps, out } = flags;
      if (method !== "integrated-gradients") {
        for (const option of ["steps", "baseline"] as const) {
          if (flags[option] === undefined) continue;
          throw new CfalignError(
            "usage",
            `--${option}: expected with integrated-gradients only, got --method ${method}`,
            {
              where: `--${option}`,
            },
          );
        }
      }
      await using workspace = await workspaceOf(context, flags);
      const classifier = workspace.classifier(expression);
      const baseline: number | Tensor | undefined =
        typeof flags.baseline === "string" ? await readImage(flags.baseline) : flags.baseline;
      const found = [];
      for (const image of images) {
        const options = { name: shownName(image), classifier, method, ...defined({ steps, baseline }) };
        const map = await explainBySaliency(await readImage(image), options);
        const files = out === undefined ? null : await writeSaliency(map, out, stemOf(image, images));
        for (const file of files ?? []) context.output.say(file);
        found.push({ ...saliencyJson(map), files });
      }
      const rows = found.map((map) => [
        map.image,
        figure(map.prediction),
        map.largest.toPrecision(3),
        map.completenessGap === null ? "—" : map.completenessGap.toExponential(1),
      ]);
      context.output.text(
        `${context.output.bold(classifier.name)} by ${method}\n${textTable([["image", "prediction", "largest value", "completeness gap"], ...rows])}`,
      );
      context.output.json<typeof saliencyOutput>({ maps: found });
    });
}

/** A brightness, or the path of an image. */
function baselineOf(text: string): number | string {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isNaN(value)) {
    if (text.trim() === "") throw new InvalidArgumentError("expected a number from 0 to 1 or an image file");
    return text;
  }
  if (value < 0 || value > 1) throw new InvalidArgumentError("expected a number from 0 to 1 or an image file");
  return value;
}
