import { platform } from "#platform";
import { sizeOf, type Tensor } from "../../src/base/tensor.ts";
import { valuesOf } from "../../src/onnx/data-type.ts";
import type { Attributes, Constant, DataType, Graph, Node, ValueInfo } from "../../src/onnx/graph.ts";
import { writeModel } from "../../src/onnx/write.ts";
import type { TypedTensor } from "../../src/platform/platform.ts";
import type { Facts } from "../../src/vjp/facts.ts";
import type { RuleTable } from "../../src/vjp/rule.ts";
import { cotangentName, gradientName, vjp } from "../../src/vjp/vjp.ts";

export type Feeds = Readonly<Record<string, TypedTensor>>;

/** Runs a graph once in onnxruntime. */
export async function runGraph(graph: Graph, feeds: Feeds): Promise<Record<string, TypedTensor>> {
  const session = await platform.createSession(writeModel(graph), { threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

/** Runs a graph many times in one session. */
export async function withSession<T>(
  graph: Graph,
  use: (run: (feeds: Feeds) => Promise<Record<string, TypedTensor>>) => Promise<T>,
): Promise<T> {
  const session = await platform.createSession(writeModel(graph), { threads: 1 });
  try {
    return await use((feeds) => session.run(feeds));
  } finally {
    await session.dispose();
  }
}

/** Facts about every value, read off a run that returns all of them. */
export async function traceFacts(graph: Graph, feeds: Feeds): Promise<Facts> {
  const inner = graph.nodes.flatMap((node) => node.outputs).filter((name) => name !== "");
  const outputs: ValueInfo[] = inner.map((name) => ({ name, type: "other", dims: undefined }));
  const values: Record<string, TypedTensor> = { ...feeds, ...(await runGraph({ ...graph, outputs }, feeds)) };
  const find = <T>(name: string, ofConstant: (constant: Constant) => T, ofValue: (value: TypedTensor) => T): T => {
    const constant = graph.initializers.get(name);
    if (constant !== undefined) return ofConstant(constant);
    const value = values[name];
    if (value === undefined) throw new Error(`the trace lacks "${name}"`);
    return ofValue(value);
  };
  return {
    shape: (name) =>
      find(
        name,
        (constant) => constant.dims,
        (value) => value.dims,
      ),
    type: (name) =>
      find(
        name,
        (constant) => constant.type,
        (value) => value.type,
      ),
    values: (name) =>
      find(
        name,
        (constant) => valuesOf(constant),
        (value) =>
          value.type === "int64" && !(name in feeds) ? Array.from(value.data as BigInt64Array, Number) : undefined,
      ),
  };
}

/** Outputs and gradients of one run: `outputs` by name, `gradients` by the name of the value. */
export interface Gradients {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly gradients: Readonly<Record<string, Tensor>>;
  readonly graph: Graph;
}

/** Differentiates a graph at `feeds` with a cotangent for each output. */
export async function gradientsOf(
  graph: Graph,
  feeds: Feeds,
  wrt: readonly string[],
  cotangents: Readonly<Record<string, TypedTensor>>,
  rules?: RuleTable,
): Promise<Gradients> {
  const facts = await traceFacts(graph, feeds);
  const outputs = Object.keys(cotangents);
  const backward = vjp(graph, { wrt, outputs, facts, ...(rules === undefined ? {} : { rules }) });
  const cts = Object.entries(cotangents).map(([name, ct]): [string, TypedTensor] => [cotangentName(name), ct]);
  const known = new Set(backward.inputs.map((input) => input.name));
  const results = await runGraph(
    backward,
    Object.fromEntries([...Object.entries(feeds), ...cts].filter(([name]) => known.has(name))),
  );
  return {
    graph: backward,
    outputs: Object.fromEntries(outputs.map((name) => [name, results[name] as Tensor])),
    gradients: Object.fromEntries(wrt.map((name) => [name, results[gradientName(name)] as Tensor])),
  };
}

export function float32(data: ArrayLike<number>, dims: readonly number[]): TypedTensor {
  const array = Float32Array.from(data);
  if (array.length !== sizeOf(dims)) throw new Error(`${array.length} numbers for [${dims}]`);
  return { type: "float32", data: array, dims };
}

/** Σ a·b in float64. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}

/** One node as a graph: inputs are values fed (by position) or constants. */
export function singleNode(spec: {
  readonly op: string;
  readonly attributes?: Attributes | undefined;
  readonly inputs: readonly (
    | { readonly kind: "fed"; readonly type: DataType; readonly dims: readonly number[] }
    | { readonly kind: "constant"; readonly constant: Constant }
    | { readonly kind: "absent" }
  )[];
  readonly outputs?: number | undefined;
}): Graph {
  const names = spec.inputs.map((input, index) => (input.kind === "absent" ? "" : `x${index}`));
  const outputs = Array.from({ length: spec.outputs ?? 1 }, (_, index) => `y${index}`);
  const node: Node = {
    name: spec.op.toLowerCase(),
    op: spec.op,
    domain: "",
    inputs: names,
    outputs,
    attributes: spec.attributes ?? {},
  };
  // One half of quantization stands for both: a value that stays narrow has no gradient.
  const halves = ["QuantizeLinear", "DequantizeLinear"];
  const nodes: readonly Node[] = halves.includes(spec.op)
    ? halves.map((op, half): Node => {
        const inputs = half === 0 ? names : ["narrow", ...names.slice(1)];
        return { ...node, name: op, op, inputs, outputs: half === 0 ? ["narrow"] : outputs };
      })
    : [node];
  return {
    name: spec.op,
    inputs: spec.inputs.flatMap((input, index) =>
      input.kind === "fed" ? [{ name: `x${index}`, type: input.type, dims: input.dims }] : [],
    ),
    outputs: outputs.map((name) => ({ name, type: "other", dims: undefined })),
    nodes,
    initializers: new Map(
      spec.inputs.flatMap((input, index) =>
        input.kind === "constant" ? [[`x${index}`, input.constant] as [string, Constant]] : [],
      ),
    ),
  };
}
