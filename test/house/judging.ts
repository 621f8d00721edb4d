import { resolveOptions } from "../../src/audit/options.ts";
import { thresholdsOf } from "../../src/audit/thresholds.ts";
import type { RunData } from "../../src/results/run-data.ts";
import * as cellState from "../../src/statistics/cell-state.ts";
import { childrenOf, isNode, type Node, nodesIn } from "./syntax.ts";

/** What the page and the report must leave to the audit, found in source text. */
export interface Judging {
  readonly line: number;
  readonly what: "divides a change" | "decides presence" | "holds a figure against a threshold";
  readonly text: string;
}

/** Fields of rows and points that hold a prediction or how far one moved. */
const predictions = [
  "input",
  "reconstruction",
  "before",
  "after",
  "predictions",
  "change",
  "baseChange",
  "relativeChange",
];

/** Names of what the audit holds figures against. */
const thresholds = Object.entries({
  ...cellState,
  ...thresholdsOf({ options: {} as RunData["options"] }),
  ...resolveOptions({}),
}).flatMap(([name, value]) => (/^m(in|ax)/.test(name) && typeof value === "number" ? name : []));

/** What a node is apart from brackets, a sign and what only the compiler reads. */
function bare(node: Node): Node {
  const inner = /^(Parenthesized|TSAs|TSNonNull|TSSatisfies|Unary|Chain)Expression$/.test(node.type);
  return inner ? bare((node.argument ?? node.expression) as Node) : node;
}

const nameOf = (node: unknown): string | undefined =>
  isNode(node) && node.type === "Identifier" ? (node.name as string) : undefined;

/** A name of a file: the values that it is given, and the field that it is taken from where a record is taken apart. */
interface Bound {
  readonly values: Node[];
  readonly fields: string[];
}

function boundIn(nodes: readonly Node[]): ReadonlyMap<string, Bound> {
  const all = new Map<string, Bound>();
  const of = (name: string): Bound => {
    const bound = all.get(name) ?? { values: [], fields: [] };
    all.set(name, bound);
    return bound;
  };
  for (const node of nodes) {
    if (node.type === "VariableDeclarator" && isNode(node.init)) {
      const { id, init } = node as Node & { id: Node; init: Node };
      const parts = (init.elements ?? []) as Node[];
      const elements = id.type === "ArrayPattern" ? (id.elements as Node[]) : undefined;
      const pairs = elements?.map((element, place) => [nameOf(element), parts[place] ?? init] as const);
      for (const [name, value] of pairs ?? [[nameOf(id), init]]) if (name !== undefined) of(name).values.push(value);
    }
    if (node.type !== "ObjectPattern") continue;
    for (const { key, value } of node.properties as Node[]) {
      const name = nameOf(isNode(value) && value.type === "AssignmentPattern" ? value.left : value);
      const field = nameOf(key);
      if (name !== undefined && field !== undefined) of(name).fields.push(field);
    }
  }
  return all;
}

/** Every line of a source text that judges, whatever its variables are called: what counts is which fields their values come from. */
export function judgingIn(text: string, name = "source.tsx"): Judging[] {
  const nodes = nodesIn(text, name);
  const bound = boundIn(nodes);

  /** Fields that a value is made of; a name counts as the field that it is called after, too. */
  const fieldsOf = (node: Node, seen: ReadonlySet<string> = new Set()): string[] => {
    const name = nameOf(node);
    if (name !== undefined) {
      if (seen.has(name)) return [];
      const { values, fields } = bound.get(name) ?? { values: [], fields: [] };
      return [name, ...fields, ...values.flatMap((value) => fieldsOf(value, new Set([...seen, name])))];
    }
    const { type, object, property, computed, test, key } = node;
    if (type === "MemberExpression" && !computed) return [nameOf(property) ?? ""];
    if (type === "CallExpression") {
      // What a function makes of its values is its own, but for those that only choose or round.
      const { callee, arguments: values } = node as Node & { callee: Node; arguments: Node[] };
      const from = callee.object as Node | undefined;
      if (from === undefined) return [];
      return (nameOf(from) === "Math" ? values : [from]).flatMap((value) => fieldsOf(value, seen));
    }
    const inner = childrenOf(node).filter(
      (child) =>
        !child.type.startsWith("TSType") &&
        child !== test &&
        child !== key &&
        !(object !== undefined && child === property),
    );
    return inner.flatMap((child) => fieldsOf(child, seen));
  };
  const madeOf = (node: Node, fields: readonly string[]): boolean =>
    fieldsOf(node).some((field) => fields.includes(field));

  /** The node that a name stands for. */
  const meant = (node: Node): Node => {
    const inner = bare(node);
    const value = bound.get(nameOf(inner) ?? "")?.values[0];
    return value === undefined ? inner : bare(value);
  };
  const numberOf = (node: Node): number | undefined => {
    const { type, value } = meant(node);
    return type === "Literal" && typeof value === "number" ? value : undefined;
  };
  /** What is taken away, where a value is a difference or a multiple of one. */
  const start = (node: Node): string | undefined => {
    const { type, operator, left, right } = meant(node) as Node & { left: Node; right: Node };
    if (type !== "BinaryExpression") return undefined;
    if (operator === "*") return start(left) ?? start(right);
    return operator === "-" ? text.slice(right.start, right.end) : undefined;
  };
  const dividesChange = (left: Node, right: Node): boolean => {
    if ([left, right].some((side) => numberOf(side) !== undefined)) return false;
    const [above, below] = [start(left), start(right)];
    // A scale begins at one value, above and below; a relative change at two.
    if (above !== undefined && below !== undefined) return above !== below;
    return madeOf(left, predictions) || madeOf(right, predictions);
  };

  return nodes.flatMap((node) => {
    const { type, operator, left, right } = node as Node & { operator: string; left: Node; right: Node };
    if (type !== "BinaryExpression" && type !== "AssignmentExpression") return [];
    const sides = [left, right];
    const what: Judging["what"][] = [];
    if (/^\/=?$/.test(operator) && dividesChange(left, right)) what.push("divides a change");
    if (/^[<>]=?$/.test(operator)) {
      if (sides.some((side) => numberOf(side) === 0.5)) what.push("decides presence");
      if (sides.some((side) => madeOf(side, thresholds))) what.push("holds a figure against a threshold");
    }
    const line = text.slice(0, node.start).split("\n").length;
    return what.map((each) => ({ line, what: each, text: (text.split("\n")[line - 1] as string).trim() }));
  });
}
