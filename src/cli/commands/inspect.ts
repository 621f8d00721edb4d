import { Command } from "commander";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { inspectionText } from "../inspection-text.ts";
import type { inspectOutput } from "../schemas.ts";
import { shapesOf, valuesJson } from "../shapes.ts";

/** `cfalign inspect`: can this model be differentiated? */
export function inspectCommand(context: Context): Command {
  return new Command("inspect")
    .description("show operators, shapes and cost of a model, and which gradient rules are missing; exit 1 if any is")
    .argument("<model>", "model.onnx, or a manifest (model.json)")
    .option("--shape <shapes>", "sizes of inputs with free dimensions: input=1x3x224x224, more after commas")
    .addHelpText(
      "after",
      `
Memory is what weights and values need at once; time is an estimate: multiply–adds and memory traffic, counted from the
shapes, at the speed that a small convolution and a small addition have in onnxruntime now.

Examples:
  cfalign inspect resnet18.onnx
  cfalign inspect resnet18.onnx --shape input=1x3x224x224
  cfalign inspect models/attributes/model.json --json`,
    )
    .action(async (path: string, flags: { readonly shape?: string }) => {
      const { inspectModel } = await context.library();
      const shapes = flags.shape === undefined ? {} : { shapes: shapesOf(flags.shape) };
      const inspections = await inspectModel(path, shapes);
      context.output.text(inspections.map((each) => inspectionText(each, context.output)).join("\n\n"));
      context.output.json<typeof inspectOutput>({
        differentiable: inspections.every(({ differentiable }) => differentiable),
        models: inspections.map(({ triedAt, forward, gradient, problem, ...rest }) => ({
          ...rest,
          inputs: valuesJson(rest.inputs),
          outputs: valuesJson(rest.outputs),
          triedAt: triedAt ?? null,
          forward: forward ?? null,
          gradient: gradient ?? null,
          problem: problem ?? null,
        })),
      });
      if (!inspections.every(({ differentiable }) => differentiable)) context.exitWith(exitCodes.no);
    });
}
