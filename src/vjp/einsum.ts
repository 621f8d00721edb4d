import { string } from "../onnx/build.ts";
import type { Rule, Rules } from "./rule.ts";
import type { Site } from "./site.ts";

interface Equation {
  readonly terms: readonly string[];
  readonly result: string;
}

function equationOf(at: Site): Equation {
  const equation = at.string("equation", "").replaceAll(" ", "");
  const [left = "", right] = equation.split("->");
  const terms = left.split(",");
  if (equation.includes(".")) throw at.error(`an ellipsis in "${equation}" has no gradient rule`);
  if (terms.some((term) => new Set(term).size < term.length)) {
    throw at.error(`a repeated index in one term of "${equation}" has no gradient rule`);
  }
  // Without an arrow the result has the letters that occur once, in alphabetical order.
  const once = [...new Set(left)].filter((letter) => letter !== "," && left.split(letter).length === 2).sort();
  return { terms, result: right ?? once.join("") };
}

/** y = Σ a·b·…: the cotangent of a is the sum of ct·b·… over a's indices; an index that only a has repeats it. */
const einsum =
  (index: number): Rule =>
  (ct, at) => {
    const { terms, result } = equationOf(at);
    const term = terms[index] as string;
    const others = terms.filter((_, i) => i !== index);
    const elsewhere = result + others.join("");
    const shared = [...term].filter((letter) => elsewhere.includes(letter)).join("");
    const equation = `${[result, ...others].join(",")}->${shared}`;
    const operands = at.node.inputs.filter((_, i) => i !== index);
    const product = at.emit("Einsum", [ct, ...operands], { equation: string(equation) });
    if (shared === term) return product;
    const dims = at.shape(at.input(index));
    const kept = dims.map((size, axis) => (shared.includes(term[axis] as string) ? size : 1));
    return at.expand(at.reshape(product, kept), dims);
  };

export const contraction = {
  Einsum: { each: einsum },
} satisfies Record<string, Rules>;
