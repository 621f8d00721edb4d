import { CfalignError } from "../base/errors.ts";
import type { ValueInfo } from "../onnx/graph.ts";

/** The input or output that is asked for, or the only one. Errors: CfalignError("usage") that lists what there is. */
export function pickValue(
  kind: "input" | "output",
  infos: readonly ValueInfo[],
  { name, option }: { readonly name: string | undefined; readonly option: string },
): ValueInfo {
  const names = infos.map((info) => `"${info.name}"`).join(", ");
  const found = name === undefined ? infos[0] : infos.find((info) => info.name === name);
  if (name === undefined && infos.length !== 1) {
    throw new CfalignError("usage", `the model has ${infos.length} ${kind}s (${names}): name one with "${option}"`);
  }
  if (found === undefined)
    throw new CfalignError("usage", `unknown ${kind} "${name}": expected ${names}`, { where: option });
  return found;
}
