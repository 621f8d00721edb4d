import { Command } from "commander";
import type { DifferentiateOptions, GradientMethod } from "../../index.ts";
import { type Context, required } from "../context.ts";
import { wholeNumber } from "../numbers.ts";
import type { differentiateOutput } from "../schemas.ts";
import { shapesOf } from "../shapes.ts";
import { textTable } from "../table.ts";

interface Flags {
  readonly out?: string;
  readonly wrt?: string;
  readonly output?: string;
  readonly batch?: number;
  readonly shape?: string;
  readonly method: GradientMethod;
  readonly target?: string;
}

const methods: readonly GradientMethod[] = ["vjp", "input-gradients", "guided-backprop"];

/** `cfalign differentiate`: an ONNX file with gradients or a heatmap as outputs. */
export function differentiateCommand(context: Context): Command {
  const command = new Command("differentiate");
  return command
    .description("write a plain ONNX file that has a model's outputs and its gradient or heatmap, for any runtime")
    .argument("<model>", "model.onnx, or the manifest of a classifier (model.json)")
    .option("--out <file>", "the file to write; weights beyond 1.9 GB go to <file>.data beside it")
    .option("--wrt <input>", "input to differentiate by; the only one when absent")
    .option("--output <name>", "output to differentiate; the only one when absent")
    .option("--batch <number>", "size of a free first dimension (1)", wholeNumber(1))
    .option("--shape <shapes>", "sizes of inputs with free dimensions: input=1x3x224x224, more after commas")
    .addOption(
      command
        .createOption(
          "--method <method>",
          "vjp: the gradient of cotangent · output, the cotangent being an input; else a heatmap of --target",
        )
        .choices(methods)
        .default("vjp"),
    )
    .option("--target <target>", "heatmaps: index along axis 1 of the output, or a name of the manifest (0)")
    .addHelpText(
      "after",
      `
Names in the file: ct:<output> is the cotangent, grad:<input> the gradient, heatmap:<input> its largest magnitude over
the channels of a picture. Heatmaps explain the score before a final sigmoid or softmax. Shapes are fixed.

Examples:
  cfalign differentiate resnet18.onnx --out resnet18-grad.onnx
  cfalign differentiate resnet18.onnx --shape input=1x3x224x224 --method guided-backprop --target 281 --out cat.onnx
  cfalign differentiate models/attributes/model.json --method input-gradients --target smiling --out smiling.onnx`,
    )
    .action(async (model: string, flags: Flags) => {
      const { differentiate } = await context.library();
      const out = required(flags.out, "--out", "a file to write");
      const written = await differentiate(model, out, optionsOf(flags));
      const { path, dataPath, bytes, inputs, outputs } = written;
      const rows = [
        ...inputs.map(({ name, dims }) => ["  input", name, `[${dims?.join(", ")}]`]),
        ...outputs.map(({ name, dims }) => ["  output", name, `[${dims?.join(", ")}]`]),
      ];
      const size = `${(bytes / 1e6).toFixed(2)} MB`;
      context.output.text(
        [
          `${context.output.bold(path)}${dataPath === null ? "" : ` and ${dataPath}`}: ${size}`,
          textTable(rows, new Set([0, 1, 2])),
        ].join("\n"),
      );
      context.output.json<typeof differentiateOutput>(written);
    });
}

function optionsOf({ wrt, output, batch, shape, method, target }: Flags): DifferentiateOptions {
  return {
    method,
    ...(wrt === undefined ? {} : { wrt }),
    ...(output === undefined ? {} : { output }),
    ...(batch === undefined ? {} : { batch }),
    ...(shape === undefined ? {} : { shapes: shapesOf(shape) }),
    ...(target === undefined ? {} : { target }),
  };
}
