import { expandAttention, expandRotaryEmbedding } from "./attention.ts";
import { int } from "./build.ts";
import { valuesOf } from "./data-type.ts";
import { numberOf, refuse, type Upgrader } from "./upgrading.ts";

/** y = x / √(mean(x²) + ε) · scale over the axes from `axis` on. */
export const expandRmsNorm: Upgrader = (node, { builder: b, rank }) => {
  const [x = "", scale = ""] = node.inputs;
  const axis = numberOf(node.attributes.axis) ?? -1;
  const known = rank(x);
  if (axis !== -1 && known === undefined)
    refuse(node, `axis ${axis} needs the rank of "${x}", which the file does not state`);
  const first = axis < 0 ? axis + (known ?? 1) : axis;
  const axes = known === undefined ? [-1] : Array.from({ length: known - first }, (_, i) => first + i);
  const square = b.add("ReduceMean", [b.add("Mul", [x, x]), b.int(axes)], { keepdims: int(1) });
  const epsilon = b.float(numberOf(node.attributes.epsilon) ?? 1e-5);
  const normalized = b.add("Div", [x, b.add("Sqrt", [b.add("Add", [square, epsilon])])]);
  return {
    ...node,
    op: "Mul",
    domain: "",
    inputs: [normalized, scale],
    outputs: node.outputs.slice(0, 1),
    attributes: {},
  };
};

/** y = x·σ(αx). */
export const swish =
  (defaultAlpha: number): Upgrader =>
  (node, { builder: b }) => {
    const [x = ""] = node.inputs;
    const alpha = numberOf(node.attributes.alpha) ?? defaultAlpha;
    const scaled = alpha === 1 ? x : b.add("Mul", [x, b.float(alpha)]);
    return { ...node, op: "Mul", domain: "", inputs: [x, b.add("Sigmoid", [scaled])], attributes: {} };
  };

/** yᵢ = Π xⱼ over j ≤ i: products over the rows of a triangle of x's, with ones beyond it. */
const expandCumProd: Upgrader = (node, { builder: b, constant, rank }) => {
  const [x = "", axisName = ""] = node.inputs;
  const constantAxis = constant(axisName);
  const [axis] = (constantAxis && valuesOf(constantAxis)) ?? [];
  const known = rank(x);
  if (axis === undefined) refuse(node, "an axis that is not constant is not supported");
  if (known === undefined) refuse(node, `the rank of "${x}" is not stated in the file`);
  const from = axis < 0 ? axis + known : axis;
  const backward = numberOf(node.attributes.reverse) === 1;
  const exclusive = numberOf(node.attributes.exclusive) === 1;
  const length = b.add("Shape", [x], { start: int(from), end: int(from + 1) });
  const square = b.add("Expand", [b.float(1), b.add("Concat", [length, length], { axis: int(0) })]);
  const shift = exclusive ? (backward ? 1 : -1) : 0;
  const triangle = b.add("Trilu", [square, b.int(shift)], { upper: int(backward ? 1 : 0) });
  const trailing = Array.from({ length: known - from - 1 }, (_, i) => i + 2);
  const mask = b.add("Cast", [b.add("Unsqueeze", [triangle, b.int(trailing)])], { to: int(9) });
  const spread = b.add("Unsqueeze", [x, b.int([from])]);
  const rows = b.add("Where", [mask, spread, b.float(1)]);
  return { ...node, op: "ReduceProd", inputs: [rows, b.int([from + 1])], attributes: { keepdims: int(0) } };
};

/** Operators that are younger than opset 21, written in its terms. */
export const newcomers: Readonly<Record<string, Upgrader>> = {
  Attention: expandAttention,
  CumProd: expandCumProd,
  RMSNormalization: expandRmsNorm,
  RotaryEmbedding: expandRotaryEmbedding,
  Swish: swish(1),
};
