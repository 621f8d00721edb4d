import { parseSync } from "vite";

/** A node of the syntax tree (ESTree). */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** Whether a field of a node is a node. */
export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** The nodes right below a node. */
export const childrenOf = (node: Node): Node[] =>
  Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);

const nodesOf = (node: Node): Node[] => [node, ...childrenOf(node).flatMap(nodesOf)];

/** All nodes of a source text. Errors: where it is no TypeScript. */
export function nodesIn(text: string, name: string): Node[] {
  const { program, errors } = parseSync(name, text);
  if (errors[0] !== undefined) throw new Error(errors[0].message);
  return nodesOf(program as unknown as Node);
}
