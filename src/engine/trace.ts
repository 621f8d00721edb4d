import { CfalignError } from "../base/errors.ts";
import { GraphBuilder } from "../onnx/build.ts";
import { valuesOf } from "../onnx/data-type.ts";
import type { Constant, DataType, Graph } from "../onnx/graph.ts";
import { prune } from "../onnx/prune.ts";
import type { Facts } from "../vjp/facts.ts";
import { resolveBranches } from "./branches.ts";
import { inferShapes, tooLarge } from "./inferred-shapes.ts";
import { mostLiveBytes } from "./live-bytes.ts";
import { measureShapes } from "./measured-shapes.ts";
import type { Model } from "./model.ts";
import { evaluateStatic } from "./static-values.ts";

/** Input shapes by name. */
export type InputDims = Readonly<Record<string, readonly number[]>>;

/** A graph at one input shape, and what is known about its values there. */
export interface Traced {
  /** The graph with its input shapes filled in and everything that depends on shapes alone turned into constants. */
  readonly graph: Graph;
  readonly facts: Facts;
}

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
  const inputs = graph.inputs.map((info) => ({ ...info, dims: dimsOf(dims, info.name) }));
  const values = [
    ...inputs.map((info) => info.name),
    ...new Set(graph.nodes.flatMap((node) => node.outputs.filter((name) => name !== ""))),
  ];
  const builder = new GraphBuilder("trace:");
  const shapes = new Map(values.map((value) => [value, builder.add("Shape", [value])]));
  const probe: Graph = {
    ...graph,
    inputs,
    nodes: [...graph.nodes, ...builder.nodes],
    outputs: [...new Set([...values, ...shapes.values()])]
      .filter((name) => !inputs.some((info) => info.name === name))
      .map((name) => ({ name, type: "other", dims: undefined })),
  };
  // Optimising computes constants, so that sizes beyond any use are found before.
  let inferred = await inferShapes(model, { probe, shapes }, "disabled");
  if (inferred.shape.size < values.length) inferred = await inferShapes(model, { probe, shapes }, "basic");
  const { bytes, types } = inferred;
  if (inferred.shape.size === values.length) {
    return specialise(graph, probe, { ...inferred, constants: await evaluateStatic(model, inferred.shape) });
  }
  const most = mostLiveBytes(graph, (value) => bytes.get(value) ?? 0);
  if (most > MAX_RUN_BYTES) throw tooLarge(`the values of "${graph.name}" that are needed at once`, most);
  const { shape, constants } = await measureShapes(model, probe, shapes);
  return specialise(graph, probe, { shape, types, constants });
}

function specialise(
  graph: Graph,
  probe: Graph,
  known: {
    readonly shape: ReadonlyMap<string, readonly number[]>;
    readonly types: ReadonlyMap<string, DataType>;
    readonly constants: ReadonlyMap<string, Constant>;
  },
): Traced {
  const { constants } = known;
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
