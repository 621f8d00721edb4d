import { CfalignError } from "../base/errors.ts";
import { sizeOf } from "../base/tensor.ts";
import { floatConstant, GraphBuilder, int } from "../onnx/build.ts";
import type { Graph, Node, ValueInfo } from "../onnx/graph.ts";
import { sortNodes } from "../onnx/prune.ts";
import { guidedBackprop } from "../vjp/guided.ts";
import type { RuleTable } from "../vjp/rule.ts";
import { derivatives } from "../vjp/table.ts";
import { cotangentName, gradientName, vjp } from "../vjp/vjp.ts";
import type { Traced } from "./trace.ts";

/** What a gradient file computes: the product with a cotangent that is an input, or the heatmap of one target. */
export const gradientMethods = ["vjp", "input-gradients", "guided-backprop"] as const;
/** One of `gradientMethods`. */
export type GradientMethod = (typeof gradientMethods)[number];

/** Rule set of each method. */
export const rulesOf: Readonly<Record<GradientMethod, RuleTable>> = {
  vjp: derivatives,
  "input-gradients": derivatives,
  "guided-backprop": guidedBackprop,
};

export interface GradientGraphRequest {
  readonly method: GradientMethod;
  readonly wrt: string;
  /** Value to differentiate, see `scoreOf`. */
  readonly score: string;
  /** Index along axis 1 of the score; for heatmaps. */
  readonly target?: number | undefined;
}

/** Heads from score to probability; they flatten the gradient where a classifier is confident. */
const HEADS = new Set(["Sigmoid", "Softmax", "LogSoftmax"]);

/** Name of the output that holds the heatmap over an input's pixels. */
export const heatmapName = (input: string): string => `heatmap:${input}`;

/** What a heatmap explains: the class score before a final sigmoid or softmax (Simonyan et al. 2013, §3), else the output. */
export function scoreOf(graph: Graph, output: string): string {
  const node = graph.nodes.find(({ outputs }) => outputs.includes(output));
  return node !== undefined && node.domain === "" && HEADS.has(node.op) ? (node.inputs[0] as string) : output;
}

/**
 * The traced graph with all its outputs, and the gradient by `wrt` as a further one. vjp: `ct:<score>` is a further input.
 * Heatmaps: Σ over the rows of the target's score is differentiated, so every row has its own gradient; for pictures,
 * `heatmap:<wrt>` is its largest magnitude over the channels (Simonyan et al. 2013, §3.1).
 * Errors: CfalignError("input") for an operator without a rule and for operators outside the standard, ("usage") for a target out of range.
 */
export function gradientGraph({ graph, facts }: Traced, request: GradientGraphRequest): Graph {
  const { method, wrt, score, target } = request;
  const backward = vjp(graph, { wrt: [wrt], outputs: [score], facts, rules: rulesOf[method] });
  const gradient = backward.outputs.find(({ name }) => name === gradientName(wrt)) as ValueInfo;
  const cotangent = backward.inputs.find(({ name }) => name === cotangentName(score)) as ValueInfo;
  const info = ({ name }: ValueInfo): ValueInfo => ({ name, type: facts.type(name), dims: facts.shape(name) });
  const whole: Graph = {
    ...merged(graph, backward),
    inputs: [...graph.inputs, cotangent],
    outputs: [...graph.outputs.map(info), gradient],
  };
  const foreign = whole.nodes.find(({ domain }) => domain !== "");
  if (foreign !== undefined) {
    throw new CfalignError(
      "input",
      `node "${foreign.name}" (${foreign.domain}.${foreign.op}) is no standard operator: the file would not run everywhere`,
      { where: foreign.name },
    );
  }
  return method === "vjp" ? whole : withHeatmap(whole, { wrt, gradient, cotangent, target });
}

/** Both graphs in one; nodes of the second, which may have further outputs, stand for those of the first. */
function merged(graph: Graph, backward: Graph): Graph {
  const made = new Set(backward.nodes.flatMap(({ outputs }) => outputs));
  const others = graph.nodes.filter(({ outputs }) => !outputs.some((output) => output !== "" && made.has(output)));
  return sortNodes({
    ...graph,
    nodes: [...others, ...backward.nodes],
    initializers: new Map([...graph.initializers, ...backward.initializers]),
  });
}

interface Heatmap {
  readonly wrt: string;
  readonly gradient: ValueInfo;
  readonly cotangent: ValueInfo;
  readonly target: number | undefined;
}

function withHeatmap(graph: Graph, { wrt, gradient, cotangent, target }: Heatmap): Graph {
  const inputs = graph.inputs.filter((input) => input !== cotangent);
  const fixed = oneHot(cotangent.dims as readonly number[], target);
  const initializers = new Map([...graph.initializers, [cotangent.name, fixed]]);
  const dims = gradient.dims as readonly number[];
  if (dims.length !== 4) return { ...graph, inputs, initializers };
  const axis = channelAxis(dims);
  const builder = new GraphBuilder("heatmap:", [wrt]);
  const magnitude = builder.add("Abs", [gradient.name]);
  const name = heatmapName(wrt);
  const largest: Node = {
    name,
    op: "ReduceMax",
    domain: "",
    inputs: [magnitude, builder.int([axis])],
    outputs: [name],
    attributes: { keepdims: int(0) },
  };
  return {
    ...graph,
    inputs,
    outputs: [...graph.outputs, { name, type: gradient.type, dims: dims.filter((_, i) => i !== axis) }],
    nodes: [...graph.nodes, ...builder.nodes, largest],
    initializers: new Map([...initializers, ...builder.initializers]),
  };
}

/** The last axis where it looks like one of colours and the second does not; ONNX's own, the second, otherwise. */
function channelAxis([, second = 0, , last = 0]: readonly number[]): number {
  return last <= 4 && second > 4 ? 3 : 1;
}

/** Ones where the index along axis 1 is the target, zeros elsewhere. */
function oneHot(dims: readonly number[], target: number | undefined) {
  const [rows = 1, targets = 1, ...rest] = dims;
  if (target === undefined || target >= targets) {
    throw new CfalignError("usage", `expected a target from 0 to ${targets - 1}, got ${target ?? "none"}`, {
      where: "target",
    });
  }
  const values = new Float32Array(sizeOf(dims));
  const places = sizeOf(rest);
  for (let row = 0; row < rows; row++) {
    const start = (row * targets + target) * places;
    values.fill(1, start, start + places);
  }
  return floatConstant(values, dims);
}
