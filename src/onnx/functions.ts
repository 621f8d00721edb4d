import { clone, create } from "@bufbuild/protobuf";
import type { AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto } from "onnx-buf";
import { CfalignError } from "../base/errors.ts";
import { AttributeProtoSchema, GraphProtoSchema, NodeProtoSchema } from "./wire-schema.ts";

/** How deep functions may call functions before it is taken for a cycle. */
const MAX_DEPTH = 64;

/**
 * The model's graph with every call of a local function replaced by the function's nodes. Inner values are named after
 * the call, so names stay unique. Errors: CfalignError("input") for recursion and for functions in another operator set.
 */
export function inlineFunctions(model: ModelProto, name: string): GraphProto {
  const graph = model.graph ?? create(GraphProtoSchema);
  if (model.functions.length === 0) return graph;
  const versions = new Map(model.opsetImport.map((entry) => [entry.domain, entry.version]));
  for (const fn of model.functions) {
    for (const { domain, version } of fn.opsetImport) {
      const own = versions.get(domain);
      if (domain === "" && own !== undefined && own !== version) {
        throw new CfalignError(
          "input",
          `${name}: function "${fn.name}" is written in opset ${version}, the model in opset ${own}; export both in one opset`,
          { where: name },
        );
      }
    }
  }
  const functions = new Map(model.functions.map((fn) => [keyOf(fn.domain, fn.name, fn.overload), fn]));
  let calls = 0;
  const expand = (nodes: readonly NodeProto[], depth: number): NodeProto[] => {
    if (depth > MAX_DEPTH) throw new CfalignError("input", `${name}: local functions call each other in a cycle`);
    return nodes.flatMap((node) => {
      const fn = functions.get(keyOf(node.domain, node.opType, node.overload));
      return fn === undefined
        ? [expandBodies(node, depth)]
        : expand(instantiate(fn, node, `${fn.name}_${calls++}/`), depth + 1);
    });
  };
  const expandBodies = (node: NodeProto, depth: number): NodeProto => {
    if (!node.attribute.some((item) => item.g !== undefined || item.graphs.length > 0)) return node;
    const copy = clone(NodeProtoSchema, node);
    for (const item of copy.attribute) {
      for (const body of [...(item.g ? [item.g] : []), ...item.graphs]) body.node = expand(body.node, depth + 1);
    }
    return copy;
  };
  graph.node = expand(graph.node, 0);
  return graph;
}

function keyOf(domain: string, name: string, overload: string): string {
  return `${domain}:${name}:${overload}`;
}

/** The nodes of a function for one call: parameters become arguments, inner values get the prefix, attribute references get values. */
function instantiate(fn: FunctionProto, call: NodeProto, prefix: string): NodeProto[] {
  const names = new Map<string, string>([["", ""]]);
  fn.input.forEach((parameter, i) => {
    names.set(parameter, call.input[i] ?? "");
  });
  fn.output.forEach((parameter, i) => {
    const result = call.output[i];
    // A parameter handed straight through keeps its argument; the Identity below gives it the result's name.
    if (result && !fn.input.includes(parameter)) names.set(parameter, result);
  });
  const nameOf = (value: string) => names.get(value) ?? `${prefix}${value}`;
  const given = new Map<string, AttributeProto>([
    ...fn.attributeProto.map((item): [string, AttributeProto] => [item.name, item]),
    ...call.attribute.map((item): [string, AttributeProto] => [item.name, item]),
  ]);
  const rename = (node: NodeProto): NodeProto => {
    const copy = clone(NodeProtoSchema, node);
    copy.name = node.name === "" ? "" : `${prefix}${node.name}`;
    copy.input = node.input.map(nameOf);
    copy.output = node.output.map(nameOf);
    copy.attribute = node.attribute.flatMap((item) => {
      if (item.refAttrName === "") return [renameBody(item)];
      const value = given.get(item.refAttrName);
      if (value === undefined) return [];
      const bound = clone(AttributeProtoSchema, value);
      bound.name = item.name;
      return [bound];
    });
    return copy;
  };
  const renameBody = (item: AttributeProto): AttributeProto => {
    const copy = clone(AttributeProtoSchema, item);
    for (const body of [...(copy.g ? [copy.g] : []), ...copy.graphs]) {
      for (const info of [...body.input, ...body.output]) info.name = nameOf(info.name);
      for (const tensor of body.initializer) tensor.name = nameOf(tensor.name);
      body.node = body.node.map(rename);
    }
    return copy;
  };
  const passed = fn.output.flatMap((parameter, i) => {
    const result = call.output[i];
    if (!result || !fn.input.includes(parameter)) return [];
    return [
      create(NodeProtoSchema, {
        opType: "Identity",
        name: `${prefix}${result}`,
        input: [nameOf(parameter)],
        output: [result],
      }),
    ];
  });
  return [...fn.node.map(rename), ...passed];
}
