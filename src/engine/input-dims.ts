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
