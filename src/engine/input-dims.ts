import { CfalignError } from "../base/errors.ts";
import { suggestion } from "../base/nearest-names.ts";
import type { Graph } from "../onnx/graph.ts";
import type { InputDims } from "./trace.ts";

/**
 * Sizes for every input: its own, else those given, else `batch` for a free first dimension; undefined when a size is
 * missing or an input holds no numbers. `only`: the shape of the input when the model has just one.
 */
export function inputDimsOf(
  graph: Graph,
  given: InputDims,
  { only, batch = 1 }: { readonly only?: readonly number[] | undefined; readonly batch?: number } = {},
): InputDims | undefined {
  const shapes: Record<string, readonly number[]> = {};
  for (const { name, dims, type } of graph.inputs) {
    const wanted = given[name] ?? (graph.inputs.length === 1 ? only : undefined);
    const shape =
      dims?.map((dim, axis) =>
        typeof dim === "number" ? dim : (wanted?.[axis] ?? (axis === 0 ? batch : undefined)),
      ) ?? wanted;
    if (type === "string" || type === "other" || shape === undefined || !shape.every((dim) => dim !== undefined))
      return undefined;
    shapes[name] = shape;
  }
  return shapes;
}

/** What an input says of its own sizes. */
interface StatedInput {
  readonly name: string;
  readonly dims?: readonly (number | string | null | undefined)[] | undefined;
}

/**
 * Refuses sizes that would be of no use: for an input that is not among `inputs`, or that contradict what the input states itself.
 * Errors: CfalignError("usage").
 */
export function refuseUnfitShapes(inputs: readonly StatedInput[], given: InputDims): void {
  for (const [name, sizes] of Object.entries(given)) {
    const [first, ...others] = inputs.filter((input) => input.name === name);
    if (first === undefined) {
      const names = inputs.map((input) => input.name);
      throw new CfalignError("usage", `"shape" names an unknown input "${name}"${suggestion(name, names)}`, {
        where: "shape",
      });
    }
    if ([first, ...others].some(({ dims }) => fits(dims, sizes))) continue;
    const stated = first.dims?.map((dim) => dim ?? "?").join(", ");
    throw new CfalignError(
      "usage",
      `input "${name}" is [${stated}]: "shape" has to agree with it where it is fixed, got ${sizes.join("x")}`,
      { where: "shape" },
    );
  }
}

function fits(dims: StatedInput["dims"], sizes: readonly number[]): boolean {
  if (dims === undefined) return true;
  return dims.length === sizes.length && dims.every((dim, axis) => typeof dim !== "number" || dim === sizes[axis]);
}
