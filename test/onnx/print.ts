import { valuesOf } from "../../src/onnx/data-type.ts";
import type { Attribute, Constant, Graph, Node, ValueInfo } from "../../src/onnx/graph.ts";

/** Constants with at most this many numbers are printed with them. */
const FEW = 8;

/** A readable listing of a graph, one line per constant and node, made for snapshots and for people. */
export function printGraph(graph: Graph): string {
  const signature = `${graph.name}(${graph.inputs.map(printInfo).join(", ")}) -> (${graph.outputs.map(printInfo).join(", ")})`;
  const constants = [...graph.initializers].map(([name, constant]) => `  const ${name}: ${printConstant(constant)}`);
  return [signature, ...constants, ...graph.nodes.map((node) => `  ${printNode(node)}`), ""].join("\n");
}

function printNode(node: Node): string {
  const op = node.domain === "" ? node.op : `${node.domain}.${node.op}`;
  const attributes = Object.entries(node.attributes).map(([name, attribute]) => `${name}=${printAttribute(attribute)}`);
  const outputs = node.outputs.map((name) => name || "_").join(", ");
  const call = `${outputs} = ${op}(${node.inputs.map((name) => name || "_").join(", ")})`;
  return attributes.length === 0 ? call : `${call} {${attributes.join(", ")}}`;
}

function printInfo(info: ValueInfo): string {
  if (info.type === "other" && info.dims === undefined) return info.name;
  return `${info.name}: ${info.type}${info.dims === undefined ? "" : `[${info.dims.map((dim) => dim ?? "?").join(", ")}]`}`;
}

function printConstant(constant: Constant): string {
  const head = `${constant.type}[${constant.dims.join(", ")}]`;
  if (constant.data.kind === "external") return `${head} external`;
  const values = valuesOf(constant);
  return values === undefined || values.length > FEW ? head : `${head} = ${values.map(printNumber).join(", ")}`;
}

function printAttribute(attribute: Attribute): string {
  switch (attribute.kind) {
    case "int":
      return String(attribute.value);
    case "float":
      return printNumber(attribute.value);
    case "string":
      return JSON.stringify(attribute.value);
    case "ints":
    case "floats":
      return `[${attribute.value.map(printNumber).join(", ")}]`;
    case "strings":
      return JSON.stringify(attribute.value);
    case "tensor":
      return `<${printConstant(attribute.value)}>`;
    case "graph":
      return `{${attribute.value.name}: ${attribute.value.nodes.length} nodes}`;
    case "graphs":
      return `{${attribute.value.map((graph) => graph.name).join(", ")}}`;
  }
}

/** Numbers are float32 at heart: seven digits say all. */
function printNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(7)));
}
