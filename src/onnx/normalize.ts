import { CfalignError } from "../base/errors.ts";
import { inlineBranches } from "./branches.ts";
import { floatConstant, GraphBuilder, intConstant } from "./build.ts";
import { codeOf, valuesOf } from "./data-type.ts";
import type { Attribute, Constant, Graph, Node } from "./graph.ts";
import { widenHalf } from "./half.ts";
import { fused } from "./microsoft.ts";
import { newcomers } from "./newcomers.ts";
import { prune, readsOf, sortNodes } from "./prune.ts";
import type { ModelFile } from "./read.ts";
import { upgraders } from "./upgraders.ts";
import type { Upgrading } from "./upgrading.ts";
import { OPSET } from "./written-opset.ts";

/** Older files use another way of broadcasting. */
export const OLDEST = 7;
/** The newest operator set that onnxruntime runs. */
export const NEWEST = 26;

/**
 * Raises a file to opset 21: Constant nodes become initializers, operators take their current form, younger and fused ones
 * are written in its terms, half precision becomes float32, branches with a constant condition replace their If, dead code
 * is dropped, nodes are in order and all have names. Errors: CfalignError("input") for opsets out of range and forms that were removed.
 */
export function normalize(file: ModelFile): Graph {
  if (file.opset < OLDEST || file.opset > NEWEST) {
    throw new CfalignError(
      "input",
      `expected opset ${OLDEST} to ${NEWEST}, found ${file.opset}: export the model again`,
    );
  }
  const graph = prune(nameNodes(sortNodes(file.graph)));
  const builder = new GraphBuilder("opset21:", namesOf(graph));
  const upgraded = upgradeGraph(graph, file, builder, new Map());
  const whole = { ...upgraded, initializers: new Map([...upgraded.initializers, ...builder.initializers]) };
  return prune(widenHalf(prune(inlineBranches(whole, (name) => constantCondition(whole, name)))));
}

function constantCondition(graph: Graph, name: string): boolean | undefined {
  const constant = graph.initializers.get(name);
  const value = constant && valuesOf(constant)?.[0];
  return value === undefined ? undefined : value !== 0;
}

/** Every name in the graph and its subgraphs. */
function namesOf(graph: Graph): string[] {
  return [
    ...graph.inputs.map((info) => info.name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap((node) => [
      node.name,
      ...node.outputs,
      ...readsOf(node),
      ...bodiesOf(node).flatMap(namesOf),
    ]),
  ];
}

function bodiesOf(node: Node): readonly Graph[] {
  return Object.values(node.attributes).flatMap((attribute) =>
    attribute.kind === "graph" ? [attribute.value] : attribute.kind === "graphs" ? attribute.value : [],
  );
}

/** Messages name nodes, so a node without a name is called by its first output. */
function nameNodes(graph: Graph): Graph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) =>
      node.name === "" ? { ...node, name: `${node.op}:${node.outputs.find((name) => name !== "")}` } : node,
    ),
  };
}

function upgradeGraph(
  graph: Graph,
  file: ModelFile,
  builder: GraphBuilder,
  outer: ReadonlyMap<string, Constant>,
): Graph {
  const initializers = new Map(graph.initializers);
  const ranks = new Map(file.ranks);
  const bools = new Set([...file.types].flatMap(([name, type]) => (type === "bool" ? [name] : [])));
  const nodes: Node[] = [];
  const at: Upgrading = {
    builder,
    constant: (value) => initializers.get(value) ?? outer.get(value) ?? builder.initializers.get(value),
    isBool: (value) => bools.has(value) || at.constant(value)?.type === "bool",
    rank: (value) => ranks.get(value) ?? at.constant(value)?.dims.length,
  };
  const visible = () => new Map([...outer, ...initializers]);
  for (const node of graph.nodes) {
    const constant = constantOf(node);
    if (constant !== undefined) {
      initializers.set(node.outputs[0] as string, constant);
      continue;
    }
    const rank = rankAfter(node, ranks);
    if (rank !== undefined) for (const name of node.outputs) ranks.set(name, rank);
    if (givesBool(node, at.isBool)) for (const name of node.outputs) bools.add(name);
    const upgraded = upgradeNode(
      upgradeBodies(node, (body) => upgradeGraph(body, file, builder, visible())),
      file,
      at,
    );
    nodes.push(...builder.nodes.splice(0), upgraded);
  }
  return { ...graph, nodes, initializers };
}

/** onnxruntime's own operators that its optimizer writes into the standard domain. */
const CONTRIBUTED: ReadonlySet<string> = new Set(["SimplifiedLayerNormalization"]);

function upgradeNode(node: Node, file: ModelFile, at: Upgrading): Node {
  const fusion = node.domain === "com.microsoft" || CONTRIBUTED.has(node.op) ? fused[node.op] : undefined;
  if (fusion !== undefined) return fusion(node, at);
  if (node.domain !== "") return node;
  const newcomer = file.opset > OPSET ? newcomers[node.op] : undefined;
  if (newcomer !== undefined) return newcomer(node, at);
  let current = node;
  for (let op = ""; op !== current.op; ) {
    op = current.op;
    for (const { since, upgrade } of upgraders[op] ?? []) {
      if (file.opset < since) current = upgrade(current, at);
      // Upsample turns into Resize, which has steps of its own.
      if (current.op !== op) break;
    }
  }
  return current;
}

function upgradeBodies(node: Node, upgrade: (body: Graph) => Graph): Node {
  if (bodiesOf(node).length === 0) return node;
  const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => {
    if (attribute.kind === "graph") return [name, { kind: "graph", value: upgrade(attribute.value) }];
    if (attribute.kind === "graphs") return [name, { kind: "graphs", value: attribute.value.map(upgrade) }];
    return [name, attribute];
  });
  return { ...node, attributes: Object.fromEntries(attributes) };
}

/** The value of a Constant node in any of its spellings; undefined for other nodes. */
function constantOf(node: Node): Constant | undefined {
  if (node.op !== "Constant" || node.domain !== "") return undefined;
  const [attribute] = Object.values(node.attributes);
  switch (attribute?.kind) {
    case "tensor":
      return attribute.value;
    case "float":
      return floatConstant([attribute.value], []);
    case "floats":
      return floatConstant(attribute.value);
    case "int":
      return intConstant([attribute.value], []);
    case "ints":
      return intConstant(attribute.value);
    default:
      throw new CfalignError("input", `node "${node.name}" (Constant): only tensors and numbers are supported`, {
        where: node.name,
      });
  }
}

/** Ranks that follow from the operator alone. */
function rankAfter(node: Node, ranks: ReadonlyMap<string, number>): number | undefined {
  if (node.op === "Gemm" || node.op === "Flatten") return 2;
  const keeps = [
    "Relu",
    "Dropout",
    "Softmax",
    "LogSoftmax",
    "Sigmoid",
    "BatchNormalization",
    "Conv",
    "Clip",
    "Identity",
  ];
  return keeps.includes(node.op) ? ranks.get(node.inputs[0] ?? "") : undefined;
}

const COMPARISONS: ReadonlySet<string> = new Set(
  "And Equal Greater GreaterOrEqual IsInf IsNaN Less LessOrEqual Not Or Xor".split(" "),
);
const MOVERS: ReadonlySet<string> = new Set(
  "Concat Expand Flatten Gather Identity Reshape Slice Squeeze Tile Transpose Trilu Unsqueeze".split(" "),
);

/** Whether a node's first output holds booleans, as far as the operator alone tells. */
function givesBool({ op, inputs, attributes }: Node, isBool: (value: string) => boolean): boolean {
  if (op === "Cast") return attributes.to?.kind === "int" && attributes.to.value === codeOf("bool");
  if (op === "Where") return isBool(inputs[1] ?? "");
  return COMPARISONS.has(op) || (MOVERS.has(op) && isBool(inputs[0] ?? ""));
}
