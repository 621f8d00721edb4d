import type { Graph, Node } from "./graph.ts";
import { renameValues } from "./rename.ts";

/**
 * The graph with every If whose condition is known replaced by the branch that is taken, If nodes in that branch included.
 * known: the value of a condition, undefined where it is not known. Inner values are named after the node, so that names
 * stay unique.
 */
export function inlineBranches(graph: Graph, known: (condition: string) => boolean | undefined): Graph {
  const initializers = new Map(graph.initializers);
  const expand = (node: Node): Node[] => {
    if (node.op !== "If" || node.domain !== "") return [node];
    const condition = known(node.inputs[0] ?? "");
    const branch = node.attributes[condition === true ? "then_branch" : "else_branch"];
    if (condition === undefined || branch?.kind !== "graph") return [node];
    const body = ownNames(branch.value, `${node.name}/`);
    for (const [name, constant] of body.initializers) initializers.set(name, constant);
    const results = node.outputs.flatMap((output, i): Node[] => {
      const result = body.outputs[i]?.name;
      if (output === "" || result === undefined) return [];
      return [{ name: output, op: "Identity", domain: "", inputs: [result], outputs: [output], attributes: {} }];
    });
    return [...body.nodes.flatMap(expand), ...results];
  };
  return { ...graph, nodes: graph.nodes.flatMap(expand), initializers };
}

/** The body with the prefix before every name that it defines itself; what it takes from outside keeps its name. */
function ownNames(body: Graph, prefix: string): Graph {
  const own = new Set([...body.initializers.keys(), ...body.nodes.flatMap((node) => [node.name, ...node.outputs])]);
  return renameValues(body, (name) => (own.has(name) ? `${prefix}${name}` : name));
}
