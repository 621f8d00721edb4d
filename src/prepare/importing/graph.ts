import { CfalignError } from "../../base/errors.ts";
import type { LoadedModel } from "../../engine/model.ts";
import { quantizationOf } from "../../engine/quantization-kind.ts";
import { activationOf } from "../../models/head.ts";
import type { ValueInfo } from "../../onnx/graph.ts";
import { type Finding, found, guessed } from "./finding.ts";

/** Whether a file computes in whole numbers, which have no gradient worth having. */
export function isQuantised({ graph }: LoadedModel): boolean {
  return quantizationOf(graph) === "integers";
}

/** Which of several inputs and outputs is meant. */
export interface Ends {
  readonly input?: string | undefined;
  readonly output?: string | undefined;
}

/** The one input of a graph that is no constant, or the one that is meant. Errors: CfalignError("input") for none or several. */
export function onlyInput(path: string, { graph }: LoadedModel, meant?: string): ValueInfo {
  const free = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  const some = meant === undefined ? free : free.filter(({ name }) => name === meant);
  const [only] = some;
  if (only !== undefined && some.length === 1) return only;
  throw new CfalignError(
    "input",
    `${path}: expected ${meant === undefined ? "one input, a picture" : `an input "${meant}"`}, got ${free.length === 0 ? "none" : free.map(({ name }) => `"${name}"`).join(", ")}`,
    { where: path },
  );
}

/** The output that is meant, or the first. Errors: CfalignError("input") for one that the graph lacks. */
export function outputOf(path: string, { graph }: LoadedModel, meant: string | undefined): ValueInfo | undefined {
  const found = meant === undefined ? graph.outputs[0] : graph.outputs.find(({ name }) => name === meant);
  if (found !== undefined || meant === undefined) return found;
  const names = graph.outputs.map(({ name }) => `"${name}"`).join(", ");
  throw new CfalignError("input", `${path}: expected an output "${meant}", got ${names}`, { where: path });
}

/** What the graph of a classifier says of itself: order and sizes of its axes, the head that it ends in, how many outputs it has. */
export function graphFindings(path: string, model: LoadedModel, ends: Ends = {}): readonly Finding[] {
  const { dims } = onlyInput(path, model, ends.input);
  const output = outputOf(path, model, ends.output);
  const activation = output === undefined ? undefined : activationOf(model.graph, output.name);
  return [
    ...(dims === undefined ? [] : axes(dims)),
    ...(activation === undefined ? [] : [found("output.activation", activation, "the graph's last operator")]),
    ...(model.graph.outputs.length > 1 && output !== undefined
      ? [guessed("output.name", output.name, "the first output of the graph")]
      : []),
  ];
}

/** Number of outputs that a graph states, if it does. */
export function outputCount(path: string, model: LoadedModel, ends: Ends = {}): number | undefined {
  const count = outputOf(path, model, ends.output)?.dims?.[1];
  return typeof count === "number" ? count : undefined;
}

/** What the shape of an input says of its axes. */
export function axes(dims: NonNullable<ValueInfo["dims"]>): readonly Finding[] {
  const isColour = (dim: number | string | undefined): dim is 1 | 3 => dim === 1 || dim === 3;
  const [, second, third, fourth] = dims;
  const last = !isColour(second) && isColour(fourth);
  const [channels, height, width] = last ? [fourth, second, third] : [second, third, fourth];
  const from = "the graph's input";
  return [
    found("input.layout", last ? "nhwc" : "nchw", from),
    ...(isColour(channels) ? [found("input.channels", channels, from)] : []),
    ...(typeof height === "number" ? [found("input.height", height, from)] : []),
    ...(typeof width === "number" ? [found("input.width", width, from)] : []),
  ];
}

/** What is usual where nothing says anything. */
export function usualFindings(count: number | undefined): readonly Finding[] {
  const from = "nothing says: usual";
  return [
    guessed("input.fit", "stretch", from),
    guessed("input.resize", "bilinear", from),
    guessed("input.range", [0, 1], from),
    guessed("output.activation", count === 1 ? "sigmoid" : "softmax", from),
    ...(count === undefined
      ? []
      : [
          guessed(
            "targets",
            Array.from({ length: count }, (_, place) => `class-${place}`),
            "nothing names them",
          ),
        ]),
  ];
}
