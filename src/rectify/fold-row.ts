import type { Branch, BranchTerm } from "../onnx/add-branch.ts";
import type { Addition, NewConstant } from "../onnx/edit-file.ts";
import type { Layer, Row } from "./layer.ts";

/**
 * What is changed in a file whose last layer gets another row; all other rows stay as they are, to the bit. prefix: what the names of the
 * graph have before those of the file.
 */
export function foldRow(
  { layer, width, outputs, weights, bias }: Pick<Layer, "layer" | "width" | "outputs" | "weights" | "bias">,
  row: number,
  { weights: given, bias: offset }: Row,
  prefix: string,
): { readonly constants: readonly NewConstant[]; readonly additions: readonly Addition[] } {
  const own = (name: string): string => ownName(name, prefix);
  const values = weights.data.slice();
  for (let i = 0; i < width; i++) {
    values[layer.layout === "rows" ? row * width + i : i * outputs + row] = (given[i] as number) / layer.alpha;
  }
  const changed = {
    output: own(layer.output),
    input: layer.weight.input,
    values,
    dims: weights.dims,
  };
  const single = bias?.data.length === 1;
  const biases = Float32Array.from({ length: outputs }, (_, k) => bias?.data[single ? 0 : k] ?? 0);
  biases[row] = offset / (layer.bias?.beta ?? 1);
  if (layer.bias !== undefined) {
    const dims = bias?.data.length === outputs ? bias.dims : [outputs];
    const { output, input } = layer.bias;
    return { constants: [changed, { output: own(output), input, values: biases, dims }], additions: [] };
  }
  if (layer.op === "Gemm" || layer.op === "Conv") {
    return {
      constants: [changed, { output: own(layer.output), input: 2, values: biases, dims: [outputs] }],
      additions: [],
    };
  }
  return { constants: [changed], additions: [{ value: own(layer.product), values: biases }] };
}

/** What is added to a row of a last layer beside it, from the numbers that the layer reads. prefix: as for the row. */
export function branchOf(
  { layer, width, outputs }: Pick<Layer, "layer" | "width" | "outputs">,
  row: number,
  terms: readonly BranchTerm[],
  prefix: string,
): Branch {
  return {
    value: ownName(layer.bias?.output ?? layer.product, prefix),
    map: layer.op === "Conv",
    ...{ column: row, columns: outputs, width, terms },
    from: ownName(layer.activations, prefix),
    form: layer.op === "Mul" ? "rows" : layer.pooled ? "map" : "numbers",
    like: { output: ownName(layer.output, prefix), input: layer.weight.input },
  };
}

/** What a value of a model's graph is called in its file. */
export function ownName(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
