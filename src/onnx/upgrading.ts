import { CfalignError } from "../base/errors.ts";
import type { GraphBuilder } from "./build.ts";
import type { Attribute, Attributes, Constant, Node } from "./graph.ts";

/** What an upgrader can see and use. */
export interface Upgrading {
  /** Takes constants and nodes that come before the result. */
  readonly builder: GraphBuilder;
  constant(value: string): Constant | undefined;
  rank(value: string): number | undefined;
  /** Whether a value is known to hold booleans. */
  isBool(value: string): boolean;
}

/** Writes one node in other terms: nodes that come before go to the builder, the last one is returned. */
export type Upgrader = (node: Node, at: Upgrading) => Node;

export function without(attributes: Attributes, ...names: readonly string[]): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
}

/** Inputs with one of them set; absent ones before it become "". */
export function withInput(node: Node, index: number, value: string): string[] {
  const inputs = Array.from({ length: Math.max(node.inputs.length, index + 1) }, (_, i) => node.inputs[i] ?? "");
  inputs[index] = value;
  return inputs;
}

export function numberOf(attribute: Attribute | undefined): number | undefined {
  return attribute?.kind === "int" || attribute?.kind === "float" ? attribute.value : undefined;
}

export function intsOf(attribute: Attribute | undefined): readonly number[] | undefined {
  return attribute?.kind === "ints" ? attribute.value : undefined;
}

/** Errors: CfalignError("input") that names the node. */
export function refuse(node: Node, reason: string): never {
  throw new CfalignError("input", `node "${node.name}" (${node.op}): ${reason}`, { where: node.name });
}

/** Refuses the node if one of these inputs is given. */
export function refuseInputs(node: Node, inputs: Readonly<Record<number, string>>): void {
  for (const [index, name] of Object.entries(inputs)) {
    if (node.inputs[Number(index)]) refuse(node, `input "${name}" is not supported`);
  }
}
