import type { LoadedModel } from "../../engine/model.ts";
import { trace } from "../../engine/trace.ts";
import { type Finding, guessed } from "./finding.ts";
import { type Ends, onlyInput, outputOf } from "./graph.ts";

/** Side of the pictures that most classifiers are trained on. */
const usualSide = 224;

/** Whether the output of a graph is a number a class, or may be. */
export function givesClasses(path: string, model: LoadedModel, ends: Ends): boolean {
  const dims = outputOf(path, model, ends.output)?.dims;
  return dims === undefined || dims.length === 2;
}

/**
 * Guesses of what nothing said and a manifest cannot do without: pictures of 224 pixels a side, and a name for each output, which are counted by
 * running the file once.
 */
export async function unsaidFindings(
  path: string,
  model: LoadedModel,
  { said, ends }: { readonly said: readonly Finding[]; readonly ends: Ends },
): Promise<readonly Finding[]> {
  const toldOf = (field: Finding["field"]): unknown => said.find((finding) => finding.field === field)?.value;
  const [width, height] = [toldOf("input.width"), toldOf("input.height")];
  const from = "nothing says: usual";
  const sides = [width ?? height ?? usualSide, height ?? width ?? usualSide] as [number, number];
  const size = [
    ...(width === undefined ? [guessed("input.width", sides[0], from)] : []),
    ...(height === undefined ? [guessed("input.height", sides[1], from)] : []),
  ];
  if (toldOf("targets") !== undefined) return size;
  const channels = (toldOf("input.channels") as number | undefined) ?? 3;
  const last = toldOf("input.layout") === "nhwc";
  const input = onlyInput(path, model, ends.input).name;
  const output = outputOf(path, model, ends.output)?.name as string;
  const dims = last ? [1, sides[1], sides[0], channels] : [1, channels, sides[1], sides[0]];
  const { facts } = await trace(model, { [input]: dims });
  const names = Array.from({ length: facts.shape(output)[1] ?? 1 }, (_, place) => `class-${place}`);
  return [...size, guessed("targets", names, "nothing names them")];
}
