import { Command, Option } from "commander";
import { type Device, devices } from "../../options/device.ts";
import { type Context, optionError, required } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { inspectionText } from "../inspection-text.ts";
import { defined } from "../options.ts";
import type { devicesOutput, inspectOutput } from "../schemas.ts";
import { shapesOf } from "../shapes.ts";
import { textTable } from "../table.ts";

interface Flags {
  readonly shape?: string;
  readonly device?: Device;
  readonly devices?: true;
}

/** `cfalign inspect`: can this model be differentiated? */
export function inspectCommand(context: Context): Command {
  return new Command("inspect")
    .description("show operators, shapes and cost of a model, and which gradient rules are missing; exit 1 if any is")
    .argument("[model]", "model.onnx, or a manifest (model.json)")
    .option("--shape <shapes>", "sizes of inputs with free dimensions: input=1x3x224x224, more after commas")
    .addOption(
      new Option("--device <name>", "also run it there, against the CPU, and list what that device lacks").choices([
        ...devices,
      ]),
    )
    .option("--devices", "instead of a model: what models can run on here, each tried")
    .addHelpText(
      "after",
      `
Memory is what weights and values need at once; time is an estimate: multiply–adds and memory traffic, counted from the
shapes, at the speed that a small convolution and a small addition have in onnxruntime now.

Examples:
  cfalign inspect resnet18.onnx
  cfalign inspect resnet18.onnx --shape input=1x3x224x224
  cfalign inspect models/attributes/model.json --json
  cfalign inspect --devices
  cfalign inspect resnet18.onnx --device webgpu`,
    )
    .action(async (path: string | undefined, { shape, device, devices: list }: Flags) => {
      if (list) return listDevices(context, path);
      const { inspectModel } = await context.library();
      const inspections = await inspectModel(required(path, "<model>", "model.onnx, a manifest, or --devices"), {
        ...(shape === undefined ? {} : { shapes: shapesOf(shape) }),
        ...defined({ device }),
      });
      context.output.text(inspections.map((each) => inspectionText(each, context.output)).join("\n\n"));
      context.output.json<typeof inspectOutput>({
        differentiable: inspections.every(({ differentiable }) => differentiable),
        models: inspections,
      });
      if (!inspections.every(({ differentiable }) => differentiable)) context.exitWith(exitCodes.no);
    });
}

/** `--devices` */
async function listDevices(context: Context, path: string | undefined): Promise<void> {
  if (path !== undefined) throw optionError("--devices", "no model beside it", path);
  const { chooseDevice, tryDevices } = await context.library();
  const tried = await tryDevices();
  const auto = chooseDevice(tried.filter(({ works }) => works));
  const rows = tried.map(({ device, works, problem, about = "" }) => [
    device,
    works ? "works" : `does not work: ${problem}`,
    works ? about : "",
  ]);
  context.output.text(
    `${textTable(rows, new Set([0, 1, 2]))}\nauto: ${auto}${auto === "cpu" ? "" : ", where it is faster than the CPU"}`,
  );
  context.output.json<typeof devicesOutput>({
    devices: tried.map(({ device, installed, accelerator, about, works, problem }) => ({
      ...{ device, installed, works },
      accelerator: accelerator ?? null,
      about: about ?? null,
      problem: problem ?? null,
    })),
    auto,
  });
}
