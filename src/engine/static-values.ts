import { sizeOf } from "../base/tensor.ts";
import { intConstant } from "../onnx/build.ts";
import type { Constant, Graph, Node } from "../onnx/graph.ts";
import { prune } from "../onnx/prune.ts";
import type { TypedTensor } from "../platform/platform.ts";
import type { Model } from "./model.ts";
import { openSession } from "./open-session.ts";

/** Values larger than this are no shapes, axes or bounds, and stay computed. */
export const MAX_SIDE_VALUES = 4096;
/** Operators whose result depends on the shape of their input only. */
const SHAPE_OPS = new Set(["Shape", "Size"]);
/** Operators whose result differs from run to run. */
const RANDOM_OPS = new Set([
  "RandomNormal",
  "RandomUniform",
  "RandomNormalLike",
  "RandomUniformLike",
  "Multinomial",
  "Bernoulli",
]);

/** Values computed from constants and shapes only: the same for every input of that shape. */
export function staticValues(graph: Graph): string[] {
  const known = new Set([...graph.initializers.keys(), ""]);
  const found: string[] = [];
  for (const node of graph.nodes) {
    const fixed = node.domain === "" && (SHAPE_OPS.has(node.op) || node.inputs.every((name) => known.has(name)));
    if (!fixed || RANDOM_OPS.has(node.op) || hasBody(node)) continue;
    for (const name of node.outputs) {
      if (name === "") continue;
      known.add(name);
      found.push(name);
    }
  }
  return found;
}

/** A body may read any value of the graph around it. */
function hasBody(node: Node): boolean {
  return Object.values(node.attributes).some(({ kind }) => kind === "graph" || kind === "graphs");
}

/** The contents of small values that depend on shapes alone, at shapes that are all known. */
export async function evaluateStatic(
  model: Model,
  shapes: ReadonlyMap<string, readonly number[]>,
): Promise<ReadonlyMap<string, Constant>> {
  const { graph } = model;
  const known = new Map<string, Constant>();
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const shape = shapes.get(node.inputs[0] ?? "") ?? graph.initializers.get(node.inputs[0] ?? "")?.dims;
    if (node.domain !== "" || !SHAPE_OPS.has(node.op) || shape === undefined) nodes.push(node);
    else known.set(node.outputs[0] as string, shapeConstant(node, shape));
  }
  const wanted = staticValues(graph).filter(
    (value) => !known.has(value) && sizeOf(shapes.get(value) as readonly number[]) <= MAX_SIDE_VALUES,
  );
  if (wanted.length === 0) return known;
  const initializers = new Map([...graph.initializers, ...known]);
  const outputs = wanted.map((name) => ({ name, type: "other" as const, dims: undefined }));
  const small = prune({ ...graph, inputs: [], outputs, nodes, initializers }, wanted);
  const session = await openSession({ ...model, graph: small }, { optimization: "disabled" });
  try {
    return new Map([...known, ...constantsOf(await session.run({}), wanted)]);
  } finally {
    await session.dispose();
  }
}

/** What a Shape or Size node gives at a shape. */
function shapeConstant(node: Node, shape: readonly number[]): Constant {
  if (node.op === "Size") return intConstant([sizeOf(shape)], []);
  const bound = (name: string): number | undefined => {
    const attribute = node.attributes[name];
    return attribute?.kind === "int" ? attribute.value : undefined;
  };
  return intConstant(shape.slice(bound("start"), bound("end")));
}

/** Results that are small, as constants. */
export function constantsOf(
  results: Readonly<Record<string, TypedTensor>>,
  values: readonly string[],
): ReadonlyMap<string, Constant> {
  const constants = new Map<string, Constant>();
  for (const value of values) {
    const tensor = results[value] as TypedTensor;
    if (sizeOf(tensor.dims) <= MAX_SIDE_VALUES && ArrayBuffer.isView(tensor.data)) {
      constants.set(value, constantOf(tensor));
    }
  }
  return constants;
}

function constantOf({ type, data, dims }: TypedTensor): Constant {
  const array = data as Float32Array;
  return {
    type,
    dims,
    data: { kind: "inline", bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice() },
  };
}
