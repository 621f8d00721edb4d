import type { Branch, BranchTerm } from "../onnx/add-branch.ts";
import type { Addition, NewConstant } from "../onnx/edit-file.ts";
import type { LayerUnder } from "../onnx/last-layer.ts";
import type { Depth } from "./fit-row.ts";
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

/** What is added to a row of a last layer beside it, from the numbers that it reads, or that the layer under it reads: a branch for what is gated and what is not. prefix: as for the row. */
export function branchesOf(
  { layer, width, outputs, under }: Pick<Layer, "layer" | "width" | "outputs" | "under">,
  row: number,
  { depth, terms }: { readonly depth: Depth; readonly terms: readonly BranchTerm[] },
  prefix: string,
): readonly Branch[] {
  const from =
    depth === "own"
      ? ({
          value: layer.activations,
          width,
          form: layer.op === "Mul" ? "rows" : layer.pooled ? "map" : "numbers",
        } as const)
      : ({ ...(under as LayerUnder), form: "numbers" } as const);
  const sorts = [terms.filter(({ gate }) => gate === undefined), terms.filter(({ gate }) => gate !== undefined)];
  return sorts
    .filter(({ length }) => length > 0)
    .map((own) => ({
      value: ownName(layer.bias?.output ?? layer.product, prefix),
      map: layer.op === "Conv",
      ...{ column: row, columns: outputs, terms: own },
      ...{ from: ownName(from.value, prefix), form: from.form, width: from.width },
      like: { output: ownName(layer.output, prefix), input: layer.weight.input },
    }));
}

/** What a value of a model's graph is called in its file. */
export function ownName(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
