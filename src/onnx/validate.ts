import { CfalignError } from "../base/errors.ts";
import { sizeOf } from "../base/tensor.ts";
import type { Graph, Node, ValueInfo } from "./graph.ts";

/** Numbers in an input or output: 16 colour pictures of 1,600 × 1,600 fit. */
const MAX_ELEMENTS = 2 ** 27;

/**
 * Refuses a graph that breaks ONNX's own rules before anything is built on it or handed to a runtime: a value that is
 * made twice or not at all, and sizes that no tensor has. Cycles are found where nodes are put in order.
 * Errors: CfalignError("input") that begins with the model's name.
 */
export function validate(graph: Graph, name: string): void {
  checkScope(graph, name, new Set());
}

function checkScope(graph: Graph, name: string, outer: ReadonlySet<string>): void {
  const fail = (message: string): never => {
    throw new CfalignError("input", `${name}: ${message}`, { where: name });
  };
  const own = new Set<string>();
  const define = (value: string, what: string): void => {
    if (own.has(value)) fail(`${what} "${value}" has a name that another value has`);
    own.add(value);
  };
  for (const info of graph.inputs) {
    define(info.name, "input");
    checkSizes(info, fail);
  }
  for (const value of graph.initializers.keys()) define(value, "constant");
  for (const node of graph.nodes) {
    for (const value of node.outputs) if (value !== "") define(value, `output of ${called(node)}`);
  }
  for (const info of graph.outputs) checkSizes(info, fail);
  const visible = new Set([...outer, ...own]);
  for (const node of graph.nodes) {
    for (const value of node.inputs) {
      if (value !== "" && !visible.has(value)) fail(`${called(node)} reads "${value}", which nothing makes`);
    }
    for (const attribute of Object.values(node.attributes)) {
      const bodies =
        attribute.kind === "graph" ? [attribute.value] : attribute.kind === "graphs" ? attribute.value : [];
      for (const body of bodies) checkScope(body, name, visible);
    }
  }
  for (const info of graph.outputs) {
    if (!visible.has(info.name)) fail(`nothing makes the output "${info.name}"`);
  }
}

function called(node: Node): string {
  return `${node.op} node "${node.name}"`;
}

function checkSizes({ name, dims = [] }: ValueInfo, fail: (message: string) => never): void {
  const sizes = dims.filter((dim) => typeof dim === "number");
  const text = `"${name}" [${dims.map((dim) => dim ?? "?").join(", ")}]`;
  if (sizes.some((size) => size < 0)) fail(`${text} has a negative size`);
  if (sizeOf(sizes) > MAX_ELEMENTS) fail(`${text} is larger than ${MAX_ELEMENTS} numbers`);
}
