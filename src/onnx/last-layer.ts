import { valuesOf } from "./data-type.ts";
import type { Graph, Node } from "./graph.ts";

/** The last linear layer before some outputs: logits = rows · numbers + bias. */
export interface LastLayer {
  /** The node that multiplies: its name, its output, and its operator. */
  readonly node: string;
  readonly output: string;
  readonly op: "Gemm" | "MatMul" | "Conv" | "Mul";
  /** The value that it reads: [n, width], or with more axes; an own row of numbers for every output with "Mul". */
  readonly activations: string;
  /** Whether it reads a map, over whose places its outputs are averaged. */
  readonly pooled: boolean;
  /** Constant with the weights; place among the node's inputs. */
  readonly weight: { readonly value: string; readonly input: number };
  /** "rows": [outputs, width]; "columns": [width, outputs]. */
  readonly layout: "rows" | "columns";
  /** What the product of numbers and weights is multiplied by. */
  readonly alpha: number;
  /** Constant that is added by the node with this output; undefined where none is. */
  readonly bias:
    | { readonly output: string; readonly value: string; readonly input: number; readonly beta: number }
    | undefined;
  /** The product before anything is added. */
  readonly product: string;
  /** By output, its row. */
  readonly rows: readonly number[] | undefined;
}

/** What the linear layer under a last layer reads: so many numbers a picture. */
export interface LayerUnder {
  readonly value: string;
  readonly width: number;
}

/** Why a graph has no last layer that could be fitted anew. */
export interface NoLayer {
  readonly refused: string;
}

/** Operators that only pass values on, in another form. */
const passing = new Set(["Identity", "Cast", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze"]);

/**
 * Finds the last linear layer under `output`, the logits: Gemm, MatMul and Add, a 1 × 1 Conv before a global pool, or a product by rows
 * that is summed, below operators that only pass values on. The graph is normalized.
 */
export function findLastLayer(graph: Graph, output: string): LastLayer | NoLayer {
  const producer = new Map(graph.nodes.flatMap((node) => node.outputs.map((name): [string, Node] => [name, node])));
  const moving = dependents(graph);
  let rows: readonly number[] | undefined;
  let pooled = false;
  let value = output;
  for (;;) {
    const node = producer.get(value);
    if (node === undefined) return { refused: "nothing is computed between its input and its output" };
    if (passing.has(node.op)) value = node.inputs[0] as string;
    else if (node.op === "Gather" && !moving.has(node.inputs[1] as string) && rows === undefined) {
      rows = constantsAt(graph, node.inputs[1]);
      value = node.inputs[0] as string;
    } else if (isGlobalPool(graph, node)) {
      pooled = true;
      value = node.inputs[0] as string;
    } else return layerAt(node, { graph, producer, moving, pooled, rows });
  }
}

/** The one Gemm or MatMul with stored weights that everything comes from which a last layer reads; undefined where there are several, or another operator. */
export function findLayerUnder(graph: Graph, { activations }: LastLayer): LayerUnder | undefined {
  const producer = new Map(graph.nodes.flatMap((node) => node.outputs.map((name): [string, Node] => [name, node])));
  const moving = dependents(graph);
  const linear = new Set<Node | undefined>();
  const seen = new Set<string>();
  const open = [activations];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    const node = producer.get(value);
    const stored = node !== undefined && node.inputs.length > 1 && !moving.has(node.inputs[1] as string);
    if (node === undefined || (stored && ["Gemm", "MatMul", "Conv"].includes(node.op))) linear.add(node);
    else open.push(...node.inputs.filter((name) => moving.has(name)));
  }
  const [node, ...others] = linear;
  if (node === undefined || others.length > 0 || node.op === "Conv" || whole(node, "transA", 0) === 1) return undefined;
  const dims = storedDims(graph, producer, node.inputs[1] as string);
  if (dims?.length !== 2) return undefined;
  const width = dims[whole(node, "transB", 0) === 1 ? 1 : 0] as number;
  return { value: node.inputs[0] as string, width };
}

/** Dimensions of weights, which may be cast or turned from how they are stored. */
function storedDims(graph: Graph, producer: ReadonlyMap<string, Node>, value: string): readonly number[] | undefined {
  const stored = graph.initializers.get(value)?.dims;
  const made = producer.get(value);
  if (stored !== undefined || made === undefined) return stored;
  const from = storedDims(graph, producer, made.inputs[0] as string);
  if (made.op === "Transpose") return from && [...from].reverse();
  return made.op === "Cast" || made.op === "Identity" ? from : undefined;
}

interface Around {
  readonly graph: Graph;
  readonly producer: ReadonlyMap<string, Node>;
  /** Values that depend on the graph's inputs. */
  readonly moving: ReadonlySet<string>;
  readonly pooled: boolean;
  readonly rows: readonly number[] | undefined;
}

function layerAt(node: Node, around: Around): LastLayer | NoLayer {
  const { producer, moving } = around;
  if (node.op === "Add") {
    const [input, other] = moving.has(node.inputs[0] as string) ? [1, 0] : [0, 1];
    const value = node.inputs[input] as string;
    const product = producer.get(node.inputs[other] as string);
    if (product !== undefined && !moving.has(value)) {
      const found = product.op === "Gemm" ? refusal(node) : productAt(product, around);
      if ("refused" in found || found.bias === undefined) {
        return "refused" in found
          ? found
          : { ...found, bias: { output: node.outputs[0] as string, value, input, beta: 1 } };
      }
    }
    return refusal(node);
  }
  return productAt(node, around);
}

/** The node that multiplies, and what it adds itself. */
function productAt(node: Node, around: Around): LastLayer | NoLayer {
  const { graph, moving, pooled, rows, producer } = around;
  const [first = "", second = "", third = ""] = node.inputs;
  const fixed = second !== "" && !moving.has(second);
  const output = node.outputs[0] as string;
  const common = { node: node.name, output, product: output, activations: first, pooled, rows } as const;
  const own = (value: string, beta = 1): LastLayer["bias"] =>
    value === "" ? undefined : { output, value, input: 2, beta };
  if (node.op === "Gemm" && fixed && whole(node, "transA", 0) === 0 && !pooled && !moving.has(third)) {
    const layout = whole(node, "transB", 0) === 1 ? "rows" : "columns";
    const [alpha, beta] = [real(node, "alpha"), real(node, "beta")];
    const weight = { value: second, input: 1 };
    return { ...common, op: "Gemm", weight, layout, alpha, bias: own(third, beta) };
  }
  if (node.op === "MatMul" && fixed && !pooled) {
    const weight = { value: second, input: 1 };
    return { ...common, op: "MatMul", weight, layout: "columns", alpha: 1, bias: undefined };
  }
  if (node.op === "Conv" && fixed && isPointwise(graph, node) && !moving.has(third)) {
    const weight = { value: second, input: 1 };
    // Of a map without a pool there is one place, or it would not be [n, outputs].
    return { ...common, pooled: true, op: "Conv", weight, layout: "rows", alpha: 1, bias: own(third) };
  }
  if (node.op === "ReduceSum" && !pooled) {
    const product = producer.get(first);
    const [axis, ...more] = constantsAt(graph, second) ?? [];
    if (product?.op === "Mul" && more.length === 0 && (axis === -1 || axis === 2)) {
      const input = moving.has(product.inputs[0] as string) ? 1 : 0;
      const value = product.inputs[input] as string;
      if (!moving.has(value)) {
        const activations = product.inputs[1 - input] as string;
        const weight = { value, input };
        return {
          ...{ node: product.name, output: product.outputs[0] as string, product: output },
          ...{ op: "Mul", activations, pooled, weight, rows },
          ...{ layout: "rows", alpha: 1, bias: undefined },
        };
      }
    }
  }
  return refusal(node);
}

function refusal({ op, name }: Node): NoLayer {
  return { refused: `its output comes from ${op} (node "${name}"), and not from a linear layer with constant weights` };
}

function dependents(graph: Graph): ReadonlySet<string> {
  const moving = new Set(graph.inputs.map(({ name }) => name));
  for (const node of graph.nodes) {
    if (node.inputs.some((name) => moving.has(name))) for (const name of node.outputs) moving.add(name);
  }
  return moving;
}

function constantsAt(graph: Graph, value: string | undefined): readonly number[] | undefined {
  const constant = value === undefined ? undefined : graph.initializers.get(value);
  return constant && valuesOf(constant);
}

/** Whether a node takes the mean over all places of a map. */
function isGlobalPool(graph: Graph, node: Node): boolean {
  if (node.op === "GlobalAveragePool") return true;
  if (node.op !== "ReduceMean") return false;
  const axes = constantsAt(graph, node.inputs[1])?.map((axis) => (axis < 0 ? axis + 4 : axis));
  return axes !== undefined && [...axes].sort().join() === "2,3";
}

function isPointwise(graph: Graph, node: Node): boolean {
  const dims = graph.initializers.get(node.inputs[1] as string)?.dims ?? kernelOf(node);
  const all = (name: string, wanted: number): boolean => {
    const attribute = node.attributes[name];
    return attribute?.kind !== "ints" || attribute.value.every((value) => value === wanted);
  };
  const points = dims !== undefined && dims.slice(2).every((size) => size === 1);
  return points && whole(node, "group", 1) === 1 && all("strides", 1) && all("pads", 0);
}

/** Sizes of a kernel as a node states them, where its weights are computed. */
function kernelOf({ attributes: { kernel_shape } }: Node): readonly number[] | undefined {
  return kernel_shape?.kind === "ints" ? [0, 0, ...kernel_shape.value] : undefined;
}

function whole({ attributes }: Node, name: string, otherwise: number): number {
  const attribute = attributes[name];
  return attribute?.kind === "int" ? attribute.value : otherwise;
}

function real({ attributes }: Node, name: string): number {
  const attribute = attributes[name];
  return attribute?.kind === "float" ? attribute.value : 1;
}
