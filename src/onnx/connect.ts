import { CfalignError } from "../base/errors.ts";
import type { Graph } from "./graph.ts";
import { renameValues } from "./rename.ts";

export interface ConnectOptions {
  /** Outputs of the first graph that stay outputs. By default those that feed nothing. */
  readonly keep?: readonly string[];
}

/**
 * One graph that feeds outputs of `first` to inputs of `second`: `wires` maps input of the second → output of the first.
 * Inputs of the second that are not wired stay inputs; equally named ones are shared with the first. Other names must
 * differ (prefixValues); a clash is CfalignError("internal").
 */
export function connect(
  first: Graph,
  second: Graph,
  wires: Readonly<Record<string, string>>,
  options: ConnectOptions = {},
): Graph {
  const available = new Set([...first.outputs, ...first.inputs].map((info) => info.name));
  for (const [input, output] of Object.entries(wires)) {
    if (!second.inputs.some((info) => info.name === input) || !available.has(output)) {
      throw new CfalignError("internal", `cannot connect "${output}" of ${first.name} to "${input}" of ${second.name}`);
    }
  }
  const wired = renameValues(second, (name) => wires[name] ?? name);
  const made = new Set([...first.initializers.keys(), ...first.nodes.flatMap((node) => node.outputs)]);
  for (const name of [...wired.initializers.keys(), ...wired.nodes.flatMap((node) => node.outputs)]) {
    if (name !== "" && (made.has(name) || first.inputs.some((info) => info.name === name))) {
      throw new CfalignError("internal", `${first.name} and ${second.name} both define "${name}"`);
    }
  }
  const used = new Set(Object.values(wires));
  const kept = first.outputs.filter(({ name }) => options.keep?.includes(name) ?? !used.has(name));
  const inputs = [...first.inputs];
  for (const info of wired.inputs) {
    if (!available.has(info.name) && !inputs.some(({ name }) => name === info.name)) inputs.push(info);
  }
  return {
    name: `${first.name}+${second.name}`,
    inputs,
    outputs: [...kept, ...wired.outputs],
    nodes: [...first.nodes, ...wired.nodes],
    initializers: new Map([...first.initializers, ...wired.initializers]),
  };
}
