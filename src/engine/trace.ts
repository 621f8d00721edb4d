import { CfalignError } from "../errors.ts";
import { GraphBuilder, intConstant } from "../onnx/build.ts";
import { bytesPerElement, valuesOf } from "../onnx/data-type.ts";
import type { Constant, DataType, Graph, Node, ValueInfo } from "../onnx/graph.ts";
import { prune } from "../onnx/prune.ts";
import type { Session, TypedTensor } from "../platform/platform.ts";
import { createRandom } from "../random.ts";
import { sizeOf } from "../tensor.ts";
import type { Facts } from "../vjp/facts.ts";
import { resolveBranches } from "./branches.ts";
import { filled } from "./filled.ts";
import { mostLiveBytes } from "./live-bytes.ts";
import type { Model } from "./model.ts";
import { openSession } from "./open-session.ts";

/** Input shapes by name. */
export type InputDims = Readonly<Record<string, readonly number[]>>;

/** A graph at one input shape, and what is known about its values there. */
export interface Traced {
  /** The graph with its input shapes filled in and everything that depends on shapes alone turned into constants. */
  readonly graph: Graph;
  readonly facts: Facts;
}

/** Values larger than this are no shapes, axes or bounds, and stay computed. */
const MAX_SIDE_VALUES = 4096;
/** Random numbers per input; they are repeated to fill it, as a hundred million would take seconds. */
const DRAWN = 65_536;
/** What is drawn for the two runs of a graph. */
const SEEDS = ["first", "second"] as const;
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

/** No value may be larger: what is above it comes from a broken file. */
const MAX_VALUE_BYTES = 2 ** 31;

/** What the values of a graph may need at once where it is run. */
const MAX_RUN_BYTES = 2 ** 32;

/**
 * Finds the shape and type of every value, and the contents of small values that depend on shapes alone. What
 * onnxruntime infers when it loads the graph is enough for nearly all graphs. Where it does not infer everything, the graph is
 * run with a Shape node behind every value, twice with different random inputs. An If whose condition follows from
 * constants and shapes gives way to its branch.
 * Errors: CfalignError("input") for a shape that depends on the data, and for sizes beyond any use: a value over 2 GiB,
 * or, where the graph is run, values of more than 4 GiB at once.
 */
export async function trace(model: Model, dims: InputDims): Promise<Traced> {
  return traceNodes(await resolveBranches(model, (part) => traceNodes(part, dims)), dims);
}

async function traceNodes(model: Model, dims: InputDims): Promise<Traced> {
  const { graph } = model;
  const values = [
    ...graph.inputs.map((info) => info.name),
    ...new Set(graph.nodes.flatMap((node) => node.outputs.filter((name) => name !== ""))),
  ];
  const builder = new GraphBuilder("trace:");
  const shapes = new Map(values.map((value) => [value, builder.add("Shape", [value])]));
  const probe: Graph = {
    ...graph,
    inputs: graph.inputs.map((info) => ({ ...info, dims: dimsOf(dims, info.name) })),
    nodes: [...graph.nodes, ...builder.nodes],
    outputs: [...new Set([...values, ...shapes.values()])]
      .filter((name) => !graph.inputs.some((info) => info.name === name))
      .map((name) => ({ name, type: "other", dims: undefined })),
  };
  const look = async (optimization: "disabled" | "basic"): Promise<Looked> => {
    const session = await openSession({ ...model, graph: withoutWeights(probe) }, { optimization });
    try {
      const types = new Map<string, DataType>(
        session.outputNames.map((name, i): [string, DataType] => [name, session.outputTypes[i] as DataType]),
      );
      for (const info of graph.inputs) types.set(info.name, info.type);
      const shape = inferredShapes(session, shapes);
      for (const info of graph.inputs) shape.set(info.name, dimsOf(dims, info.name));
      return { shape, types, bytes: checkedBytes(graph, shape, types) };
    } finally {
      await session.dispose();
    }
  };
  let looked = await look("disabled");
  // Shapes that follow from other shapes: onnxruntime finds them where it computes what is constant.
  if (looked.shape.size < values.length) looked = await look("basic");
  if (looked.shape.size === values.length) {
    return specialise(graph, probe, await evaluated(model, looked.shape), looked);
  }
  const { bytes, types } = looked;
  const most = mostLiveBytes(graph, (value) => bytes.get(value) ?? 0);
  if (most > MAX_RUN_BYTES) throw tooLarge(`the values of "${graph.name}" that are needed at once`, most);
  return await measured(model, probe, { shapes, dims, types });
}

/** What onnxruntime says of a graph's values when it loads the graph. */
interface Looked {
  readonly shape: ReadonlyMap<string, readonly number[]>;
  readonly types: ReadonlyMap<string, DataType>;
  readonly bytes: ReadonlyMap<string, number>;
}

/** A graph to look at, not to run: its weights are inputs, so that nobody reads them. */
function withoutWeights(graph: Graph): Graph {
  const initializers = [...graph.initializers];
  const isWeight = ({ dims }: Constant) => sizeOf(dims) > MAX_SIDE_VALUES;
  const weights = initializers.filter(([, constant]) => isWeight(constant));
  return {
    ...graph,
    inputs: [...graph.inputs, ...weights.map(([name, { type, dims }]): ValueInfo => ({ name, type, dims }))],
    initializers: new Map(initializers.filter(([, constant]) => !isWeight(constant))),
  };
}

/** Shapes that onnxruntime knows without running. The length of a value's own shape tells a scalar from an unknown rank. */
function inferredShapes(session: Session, shapes: ReadonlyMap<string, string>): Map<string, readonly number[]> {
  const stated = new Map(session.outputNames.map((name, i) => [name, session.outputShapes[i] ?? []]));
  const found = new Map<string, readonly number[]>();
  for (const [value, shape] of shapes) {
    const dims = stated.get(value);
    const rank = stated.get(shape)?.[0];
    if (dims === undefined || rank !== dims.length) continue;
    if (dims.every((dim) => typeof dim === "number" && dim >= 0)) found.set(value, dims as readonly number[]);
  }
  return found;
}

/** Bytes of every value whose shape is known. Errors: CfalignError("input") for a value that is too large. */
function checkedBytes(
  graph: Graph,
  shapes: ReadonlyMap<string, readonly number[]>,
  types: ReadonlyMap<string, DataType>,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [value, shape] of shapes) {
    const type = types.get(value) ?? "other";
    const bytes = type === "other" || type === "string" ? 0 : sizeOf(shape) * bytesPerElement(type);
    if (bytes > MAX_VALUE_BYTES) throw tooLarge(`"${value}" [${shape.join(", ")}] of "${graph.name}"`, bytes);
    found.set(value, bytes);
  }
  return found;
}

function tooLarge(what: string, bytes: number): CfalignError {
  return new CfalignError("input", `${what} would take ${(bytes / 1e9).toPrecision(3)} GB: such a graph is not run`);
}

/** The contents of small values that depend on shapes alone, at shapes that are all known. */
async function evaluated(
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

function constantsOf(
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

interface Measuring {
  /** Names of the Shape outputs by value. */
  readonly shapes: ReadonlyMap<string, string>;
  readonly dims: InputDims;
  readonly types: ReadonlyMap<string, DataType>;
}

async function measured(model: Model, probe: Graph, { shapes, dims, types }: Measuring): Promise<Traced> {
  const { graph } = model;
  const fixed = staticValues(graph);
  const fetches = new Set([...shapes.values(), ...fixed]);
  // Values that are no outputs can be let go while the graph runs.
  const asked = { ...probe, outputs: [...fetches].map((name) => ({ name, type: "other" as const, dims: undefined })) };
  const session = await openSession({ ...model, graph: asked }, { optimization: "disabled" });
  const runs: Record<string, TypedTensor>[] = [];
  try {
    for (const seed of SEEDS) runs.push(await session.run(randomFeeds(graph, dims, seed)));
  } finally {
    await session.dispose();
  }
  const [first, second] = runs as [Record<string, TypedTensor>, Record<string, TypedTensor>];
  const shape = new Map<string, readonly number[]>();
  for (const [value, name] of shapes) {
    const found = numbersOf(first[name] as TypedTensor);
    if (found.join() !== numbersOf(second[name] as TypedTensor).join()) throw dataDependent(graph, value);
    shape.set(value, found);
  }
  return specialise(graph, probe, constantsOf(first, fixed), { shape, types });
}

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

function specialise(
  graph: Graph,
  probe: Graph,
  constants: ReadonlyMap<string, Constant>,
  known: { shape: ReadonlyMap<string, readonly number[]>; types: ReadonlyMap<string, DataType> },
): Traced {
  const initializers = new Map([...graph.initializers, ...constants]);
  const computed = graph.nodes.filter((node) => !node.outputs.every((name) => name === "" || constants.has(name)));
  const outputs = new Set(graph.outputs.map((info) => info.name));
  for (const node of computed) for (const name of node.outputs) initializers.delete(name);
  const small = prune({ ...graph, inputs: probe.inputs, nodes: computed, initializers }, [...outputs]);
  const lookup = <T>(map: ReadonlyMap<string, T>, value: string, otherwise: (constant: Constant) => T): T => {
    const constant = graph.initializers.get(value);
    const found = constant === undefined ? map.get(value) : otherwise(constant);
    if (found === undefined) throw new CfalignError("internal", `value "${value}" was not traced`);
    return found;
  };
  return {
    graph: small,
    facts: {
      shape: (value) => lookup(known.shape, value, (constant) => constant.dims),
      type: (value) => lookup(known.types, value, (constant) => constant.type),
      values: (value) => {
        const constant = initializers.get(value);
        return constant === undefined ? undefined : valuesOf(constant);
      },
    },
  };
}

function dimsOf(dims: InputDims, name: string): readonly number[] {
  const found = dims[name];
  if (found === undefined) throw new CfalignError("internal", `no shape for input "${name}"`);
  return found;
}

function randomFeeds(graph: Graph, dims: InputDims, seed: (typeof SEEDS)[number]): Record<string, TypedTensor> {
  const random = createRandom(seed);
  return Object.fromEntries(
    graph.inputs.map(({ name, type }) => {
      const shape = dimsOf(dims, name);
      // Whole numbers may be places in a table, of which there are two at least.
      if (type !== "float32" && type !== "other") return [name, filled(type, shape, seed === SEEDS[0] ? 0 : 1)];
      const data = new Float32Array(sizeOf(shape));
      const drawn = Math.min(DRAWN, data.length);
      for (let i = 0; i < drawn; i++) data[i] = random.normal();
      for (let done = drawn; done > 0 && done < data.length; done *= 2) data.copyWithin(done, 0, done);
      return [name, { type: "float32", data, dims: shape }];
    }),
  );
}

function numbersOf(tensor: TypedTensor): number[] {
  return Array.from(tensor.data as BigInt64Array, Number);
}

function constantOf({ type, data, dims }: TypedTensor): Constant {
  const array = data as Float32Array;
  return {
    type,
    dims,
    data: { kind: "inline", bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice() },
  };
}

function dataDependent(graph: Graph, value: string): CfalignError {
  const node = graph.nodes.find(({ outputs }) => outputs.includes(value));
  return new CfalignError(
    "input",
    `the shape of "${value}" (${node?.op} node "${node?.name}") depends on the data: such graphs cannot be differentiated`,
    { where: value },
  );
}
