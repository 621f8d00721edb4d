import { string } from "../onnx/build.ts";
import { identityMatrix } from "./along-axis.ts";
import type { Rule, Rules } from "./rule.ts";
import type { Site } from "./site.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

interface Equation {
  /** One letter per axis of each operand; an ellipsis is spelled out. */
  readonly terms: readonly string[];
  readonly result: string;
  /** Letters that nobody uses. */
  readonly free: string;
}

function equationOf(at: Site): Equation {
  const equation = at.string("equation", "").replaceAll(" ", "");
  const [left = "", right] = equation.split("->");
  const short = left.split(",");
  const unused = [...LETTERS].filter((letter) => !equation.includes(letter)).join("");
  const hidden = short.map((term, i) => (term.includes("...") ? at.shape(at.input(i)).length - term.length + 3 : 0));
  const widest = Math.max(...hidden);
  const dots = unused.slice(0, widest);
  const terms = short.map((term, i) => term.replace("...", dots.slice(widest - hidden[i]!)));
  // Without an arrow the result has the ellipsis and the letters that occur once, in alphabetical order.
  const once = [...new Set(left)].filter((letter) => /[a-z]/i.test(letter) && left.split(letter).length === 2).sort();
  return { terms, result: right?.replace("...", dots) ?? dots + once.join(""), free: unused.slice(widest) };
}

/** y = Σ a·b·…: the cotangent of a is the sum of ct·b·… over a's indices; an index that only a has repeats it. */
const einsum =
  (index: number): Rule =>
  (ct, at) => {
    const { terms, result, free } = equationOf(at);
    const dims = at.shape(at.input(index));
    const term = terms[index] as string;
    // An index that comes twice reads the diagonal: its cotangent lies there, between zeros.
    const axes = [...term].map((letter, axis) => (term.indexOf(letter) === axis ? letter : free[axis]!));
    const diagonals = axes.flatMap((letter, axis) => (letter === term[axis] ? [] : [`${term[axis]}${letter}`]));
    const others = [...terms.filter((_, i) => i !== index), ...diagonals];
    const elsewhere = result + others.join("");
    const shared = axes.filter((letter) => elsewhere.includes(letter));
    const operands = [
      ...at.node.inputs.filter((_, i) => i !== index),
      ...diagonals.map(([letter]) => identityMatrix(at, dims[term.indexOf(letter!)]!)),
    ];
    const equation = `${[result, ...others].join(",")}->${shared.join("")}`;
    const product = at.emit("Einsum", [ct, ...operands], { equation: string(equation) });
    if (shared.length === axes.length) return product;
    const kept = axes.map((letter, axis) => (shared.includes(letter) ? dims[axis]! : 1));
    return at.expand(at.reshape(product, kept), dims);
  };

export const contraction = {
  Einsum: { each: einsum },
} satisfies Record<string, Rules>;
