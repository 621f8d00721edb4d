import { CfalignError } from "../base/errors.ts";
import { sizeOf } from "../base/tensor.ts";
import { bytesPerElement } from "../onnx/data-type.ts";
import type { Constant, DataType, Graph, ValueInfo } from "../onnx/graph.ts";
import type { Session } from "../platform/platform.ts";
import type { Model } from "./model.ts";
import { openSession } from "./open-session.ts";
import { MAX_SIDE_VALUES } from "./static-values.ts";

/** No value may be larger: what is above it comes from a broken file. */
const MAX_VALUE_BYTES = 2 ** 31;

/** What onnxruntime says of a graph's values when it loads the graph. */
export interface Inferred {
  readonly shape: ReadonlyMap<string, readonly number[]>;
  readonly types: ReadonlyMap<string, DataType>;
  readonly bytes: ReadonlyMap<string, number>;
}

/** A graph with a Shape node behind every value and all values as outputs, its input shapes filled in. */
export interface Probe {
  readonly probe: Graph;
  /** The name of each value's shape. */
  readonly shapes: ReadonlyMap<string, string>;
}

/**
 * Loads a graph that has a Shape node behind every value, without reading its weights. "basic" also finds shapes that follow from other shapes: onnxruntime
 * infers them where it computes what is constant. Errors: CfalignError("input") for a value over 2 GiB.
 */
export async function inferShapes(
  model: Model,
  { probe, shapes }: Probe,
  optimization: "disabled" | "basic",
): Promise<Inferred> {
  const session = await openSession({ ...model, graph: withoutWeights(probe) }, { optimization });
  try {
    const types = new Map<string, DataType>(
      session.outputNames.map((name, i): [string, DataType] => [name, session.outputTypes[i] as DataType]),
    );
    const shape = inferredShapes(session, shapes);
    for (const { name, type, dims } of probe.inputs) {
      types.set(name, type);
      shape.set(name, dims as readonly number[]);
    }
    return { shape, types, bytes: checkedBytes(model.graph, shape, types) };
  } finally {
    await session.dispose();
  }
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

/** A graph whose values take more than any use has. */
export function tooLarge(what: string, bytes: number): CfalignError {
  return new CfalignError("input", `${what} would take ${(bytes / 1e9).toPrecision(3)} GB: such a graph is not run`);
}
