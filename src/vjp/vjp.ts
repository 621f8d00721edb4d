import { CfalignError } from "../base/errors.ts";
import { GraphBuilder } from "../onnx/build.ts";
import { bytesPerElement } from "../onnx/data-type.ts";
import type { DataType, Graph, Node, ValueInfo } from "../onnx/graph.ts";
import { activeValues, ancestors, missing } from "./activity.ts";
import { Emitter } from "./emitter.ts";
import type { Facts } from "./facts.ts";
import { refuseMissing } from "./missing.ts";
import { entriesOf } from "./quantization.ts";
import type { JointRule, RuleTable } from "./rule.ts";
import { Site } from "./site.ts";
import { derivatives } from "./table.ts";

export interface VjpRequest {
  /** Values to differentiate by, usually graph inputs. */
  readonly wrt: readonly string[];
  /** Values to differentiate. */
  readonly outputs: readonly string[];
  /** Further values to give, without a gradient. */
  readonly also?: readonly string[];
  readonly facts: Facts;
  /** The rule set of another method; the derivatives by default. */
  readonly rules?: RuleTable;
}

/** Name of the graph input that holds the cotangent of an output. */
export const cotangentName = (output: string): string => `ct:${output}`;
/** Name of the graph output that holds the gradient by a value. */
export const gradientName = (value: string): string => `grad:${value}`;

const FLOATS: ReadonlySet<DataType> = new Set<DataType>(["float32", "float64", "float16", "bfloat16"]);

/**
 * The graph that computes `outputs` (and `also`) and, given cotangents `ct:<output>` as further inputs, `grad:<wrt>`.
 *
 * Reverse mode as graph → graph: one reversed loop that asks the table for every input on the path. The result is
 * specialised to the shapes in `facts`, holds only standard operators, and nothing that neither an output nor a gradient needs.
 * Throws CfalignError("input") for operators on the path without a rule, naming each with its node, input and path,
 * and for a graph that has a value of a name given here already.
 */
export function vjp(graph: Graph, request: VjpRequest): Graph {
  const { wrt, outputs, also = [], facts, rules = derivatives } = request;
  const names = valueNames(graph);
  for (const name of [...wrt, ...outputs, ...also]) {
    if (!names.has(name)) throw new CfalignError("input", `graph "${graph.name}" has no value "${name}"`);
  }
  for (const made of [...wrt.map(gradientName), ...outputs.map(cotangentName)]) {
    if (names.has(made)) throw taken(made);
  }
  const active = activeValues(graph, wrt, { rules, differentiable: (value) => FLOATS.has(facts.type(value)) });
  refuseMissing(missing(graph, active, { outputs, rules }), outputs);

  const known = entriesOf(graph, rules);
  const builder = new GraphBuilder("vjp:", [...names, ...wrt.map(gradientName), ...outputs.map(cotangentName)]);
  const emitter = new Emitter(
    builder,
    facts,
    outputs.map((output) => [cotangentName(output), facts.shape(output)] as const),
  );
  const nodes = [...graph.nodes];
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const arrived = new Map<string, string[]>();
  const push = (value: string, ct: string) => arrived.set(value, [...(arrived.get(value) ?? []), ct]);
  /** The sum of the cotangents that have arrived at a value. */
  const cotangent = (value: string): string | undefined => {
    const cts = arrived.get(value);
    if (cts === undefined || cts.length < 2) return cts?.[0];
    const total = emitter.emit(cts.length === 2 ? "Add" : "Sum", cts);
    arrived.set(value, [total]);
    return total;
  };

  for (const output of new Set(outputs)) if (active.has(output)) push(output, cotangentName(output));
  for (let position = nodes.length - 1; position >= 0; position--) {
    const node = nodes[position] as Node;
    if (!node.outputs.some((output) => arrived.has(output))) continue;
    const entries = node.inputs.map((input, index) => (active.has(input) ? known.of(node, index) : null));
    if (entries.every((rule) => !rule)) continue;
    const read = new Set<number>();
    const site = new Site(node, {
      facts,
      builder,
      emitter,
      output(index) {
        const extended = withOutput(nodes[position] as Node, index, () => builder.fresh(node.op));
        nodes[position] = extended;
        return extended.outputs[index] as string;
      },
      cotangent(index) {
        read.add(index);
        return cotangent(node.outputs[index] ?? "");
      },
      producer: (value) => producers.get(value),
      passesOn: (value) => active.has(value) && !wrt.includes(value),
    });
    node.inputs.forEach((input, index) => {
      const rule = entries[index];
      const ct = rule && applied(rule, site, index);
      if (ct) push(input, ct);
    });
    node.outputs.forEach((output, index) => {
      if (arrived.has(output) && !read.has(index)) throw site.error(`no gradient rule for output ${index} "${output}"`);
    });
  }

  const gradients = new Map(
    wrt.map((value) => [gradientName(value), cotangent(value) ?? zeros(builder, facts, value)]),
  );
  const outward = named(builder.nodes, gradients);
  return assemble(graph, request, {
    nodes: [...nodes, ...outward],
    initializers: new Map([...graph.initializers, ...builder.initializers]),
  });
}

/** A model that was differentiated before has the names that its gradient would get. */
function taken(name: string): CfalignError {
  return new CfalignError(
    "input",
    `the model has a value "${name}" already, and its gradient needs that name: take the model without gradients, or rename the value`,
    { where: name },
  );
}

/**
 * The cotangent that a rule gives for an input, of the input's shape. Shapes that the operator itself would refuse give none. Where onnxruntime
 * takes the nodes of a rule and their result has another shape, the rule is wrong: that is said here, before the mistake spreads.
 */
function applied(rule: JointRule, site: Site, index: number): string | undefined {
  const input = site.input(index);
  const ct = attempted(rule, site);
  if (ct === undefined) return undefined;
  const [given, expected] = [site.shape(ct), site.shape(input)];
  if (given.join() === expected.join()) return ct;
  const { node } = site;
  throw new CfalignError(
    "runtime",
    `node "${node.name}" (${node.op}): the gradient rule of input ${index} "${input}" gives shape [${given.join(", ")}], ` +
      `expected [${expected.join(", ")}], the shape of the input: the rule is wrong, please report it`,
    { where: node.name },
  );
}

function attempted(rule: JointRule, site: Site): string | undefined {
  const { node } = site;
  try {
    return rule(site.ct(0) ?? site.zeros(site.shape(node.outputs[0] as string)), site);
  } catch (error) {
    if (error instanceof CfalignError) throw error;
    const shapes = node.inputs.filter((name) => name !== "").map((name) => `[${site.shape(name).join(", ")}]`);
    throw site.error(`no gradient for inputs of shape ${shapes.join(", ")}: ${(error as Error).message}`);
  }
}

function valueNames(graph: Graph): ReadonlySet<string> {
  return new Set([
    ...graph.inputs.map((input) => input.name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap((node) => node.outputs),
  ]);
}

/** The node with its optional output `index` named. */
function withOutput(node: Node, index: number, fresh: () => string): Node {
  if (node.outputs[index]) return node;
  const outputs = Array.from({ length: Math.max(index + 1, node.outputs.length) }, (_, i) => node.outputs[i] ?? "");
  outputs[index] = fresh();
  return { ...node, outputs };
}

function zeros(builder: GraphBuilder, facts: Facts, value: string): string {
  const type = facts.type(value);
  const bytes = new Uint8Array(bytesPerElement(type));
  const scalar = builder.constant({ type, dims: [], data: { kind: "inline", bytes } });
  return builder.add("Expand", [scalar, builder.int(facts.shape(value))]);
}

/** The nodes with values given the names they have outside: renamed where the value is made here, copied where it is not. */
function named(nodes: readonly Node[], names: ReadonlyMap<string, string>): Node[] {
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: Node[] = [];
  for (const [outer, inner] of names) {
    if (made.has(inner) && !renamed.has(inner)) renamed.set(inner, outer);
    else copies.push({ name: outer, op: "Identity", domain: "", inputs: [inner], outputs: [outer], attributes: {} });
  }
  const rename = (name: string) => renamed.get(name) ?? name;
  return [...nodes, ...copies].map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
}

/** The parts that are needed, with the names and shapes they have outside. */
function assemble(
  graph: Graph,
  request: VjpRequest,
  { nodes, initializers }: Pick<Graph, "nodes" | "initializers">,
): Graph {
  const { facts } = request;
  const info = (value: string, name = value): ValueInfo => ({
    name,
    type: facts.type(value),
    dims: facts.shape(value),
  });
  const outputs = [...new Set(request.outputs)];
  const given = [...new Set([...outputs, ...(request.also ?? [])])];
  const wrt = [...new Set(request.wrt)];
  const results = [...given.map((value) => info(value)), ...wrt.map((value) => info(value, gradientName(value)))];
  const needed = ancestors(
    nodes,
    results.map((result) => result.name),
  );
  return {
    name: graph.name,
    inputs: [
      ...graph.inputs.filter(({ name }) => needed.has(name) || wrt.includes(name)).map(({ name }) => info(name)),
      ...outputs.map((value) => info(value, cotangentName(value))),
    ],
    outputs: results,
    nodes: nodes.filter((node) => node.outputs.some((output) => needed.has(output))),
    initializers: new Map([...initializers].filter(([name]) => needed.has(name))),
  };
}
