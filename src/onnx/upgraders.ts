import { int, string } from "./build.ts";
import { valuesOf } from "./data-type.ts";
import type { Node } from "./graph.ts";
import { intsOf, numberOf, refuse, type Upgrader, type Upgrading, withInput, without } from "./upgrading.ts";

/** An operator's form changed in opset `since`: older files pass through the upgrader. */
export interface Step {
  readonly since: number;
  readonly upgrade: Upgrader;
}

/** Changes of meaning or form from opset 7 to 21, by operator, oldest first. Operators that only learnt new types are absent. */
export const upgraders: Readonly<Record<string, readonly Step[]>> = {
  BatchNormalization: [
    { since: 9, upgrade: dropSpatial },
    { since: 14, upgrade: inferenceOnly },
  ],
  Clip: [{ since: 11, upgrade: (node, at) => floatsToInputs(node, at, ["min", "max"]) }],
  DFT: [
    { since: 20, upgrade: (node, { builder }) => axisToInput(node, builder.int(numberOf(node.attributes.axis) ?? 1)) },
  ],
  Dropout: [{ since: 12, upgrade: (node, at) => floatsToInputs(node, at, ["ratio"], { ratio: 0.5 }) }],
  GridSample: [{ since: 20, upgrade: renameGridModes }],
  GroupNormalization: [{ since: 21, upgrade: scalePerChannel }],
  Hardmax: [{ since: 13, upgrade: overFlattened }],
  LogSoftmax: [{ since: 13, upgrade: overFlattened }],
  Pad: [{ since: 11, upgrade: padToInputs }],
  ReduceL1: [{ since: 18, upgrade: axesToInput }],
  ReduceL2: [{ since: 18, upgrade: axesToInput }],
  ReduceLogSum: [{ since: 18, upgrade: axesToInput }],
  ReduceLogSumExp: [{ since: 18, upgrade: axesToInput }],
  ReduceMax: [{ since: 18, upgrade: axesToInput }],
  ReduceMean: [{ since: 18, upgrade: axesToInput }],
  ReduceMin: [{ since: 18, upgrade: axesToInput }],
  ReduceProd: [{ since: 18, upgrade: axesToInput }],
  ReduceSum: [{ since: 13, upgrade: axesToInput }],
  ReduceSumSquare: [{ since: 18, upgrade: axesToInput }],
  Resize: [
    { since: 11, upgrade: asymmetricResize },
    { since: 13, upgrade: dropEmptyResizeInputs },
  ],
  RoiAlign: [
    { since: 16, upgrade: (node) => withDefault(node, "coordinate_transformation_mode", "output_half_pixel") },
  ],
  Scatter: [{ since: 11, upgrade: (node) => ({ ...node, op: "ScatterElements" }) }],
  Slice: [{ since: 10, upgrade: sliceToInputs }],
  Softmax: [{ since: 13, upgrade: overFlattened }],
  Split: [
    { since: 13, upgrade: (node, at) => intsToInput(node, at, "split", 1) },
    { since: 18, upgrade: countParts },
  ],
  Squeeze: [{ since: 13, upgrade: axesToInput }],
  TopK: [{ since: 10, upgrade: topCountToInput }],
  Unsqueeze: [{ since: 13, upgrade: axesToInput }],
  Upsample: [{ since: 10, upgrade: upsampleToResize }],
};

function withDefault(node: Node, name: string, value: string): Node {
  return { ...node, attributes: { [name]: string(value), ...node.attributes } };
}

/** An integer list moves from an attribute to an input; an absent one stays absent. */
function intsToInput(node: Node, { builder }: Upgrading, name: string, index: number): Node {
  const values = intsOf(node.attributes[name]);
  const attributes = without(node.attributes, name);
  return values === undefined ? node : { ...node, inputs: withInput(node, index, builder.int(values)), attributes };
}

function axesToInput(node: Node, at: Upgrading): Node {
  return intsToInput(node, at, "axes", 1);
}

/** Scalars move from attributes to the inputs 1, 2, …; an absent one takes its default or stays absent. */
function floatsToInputs(
  node: Node,
  { builder }: Upgrading,
  names: readonly string[],
  defaults: Readonly<Record<string, number>> = {},
): Node {
  const inputs = names.map((name) => {
    const value = numberOf(node.attributes[name]) ?? defaults[name];
    return value === undefined ? "" : builder.float(value);
  });
  while (inputs.at(-1) === "") inputs.pop();
  return { ...node, inputs: [...node.inputs, ...inputs], attributes: without(node.attributes, ...names) };
}

/** The axis of a DFT became its third input. */
function axisToInput(node: Node, axis: string): Node {
  return { ...node, inputs: withInput(node, 2, axis), attributes: without(node.attributes, "axis") };
}

function dropSpatial(node: Node): Node {
  if (numberOf(node.attributes.spatial) === 0) refuse(node, "spatial=0 was removed from ONNX and is not supported");
  return { ...node, attributes: without(node.attributes, "spatial") };
}

/** Before opset 14 further outputs meant training mode. */
function inferenceOnly(node: Node): Node {
  if (node.outputs.slice(1).some((name) => name !== ""))
    refuse(node, "the model is in training mode; export it for inference");
  return { ...node, outputs: node.outputs.slice(0, 1) };
}

function renameGridModes(node: Node): Node {
  const { mode } = node.attributes;
  const now = { bilinear: "linear", bicubic: "cubic" }[mode?.kind === "string" ? mode.value : "bilinear"];
  return now === undefined ? node : { ...node, attributes: { ...node.attributes, mode: string(now) } };
}

/** Scale and bias per group [g] become ones per channel [c]. */
function scalePerChannel(node: Node, { builder: b }: Upgrading): Node {
  const groups = b.int([numberOf(node.attributes.num_groups) ?? 1]);
  const [x = "", scale = "", bias = ""] = node.inputs;
  const channels = b.add("Shape", [x], { start: int(1), end: int(2) });
  const repeated = b.add("Concat", [b.int([1]), b.add("Div", [channels, groups])], { axis: int(0) });
  const perChannel = (value: string) =>
    b.add("Reshape", [b.add("Expand", [b.add("Unsqueeze", [value, b.int([1])]), repeated]), b.int([-1])]);
  return { ...node, inputs: [x, perChannel(scale), perChannel(bias)] };
}

/** Before opset 13 these ran over all axes from `axis` (default 1) on, flattened; since then over one axis. */
function overFlattened(node: Node, { builder: b, rank }: Upgrading): Node {
  const [x = ""] = node.inputs;
  const axis = numberOf(node.attributes.axis) ?? 1;
  const known = rank(x) ?? rank(node.outputs[0] ?? "");
  if (axis === -1 || axis + 1 === known) return { ...node, attributes: { axis: int(-1) } };
  const flat = b.add(node.op, [b.add("Flatten", [x], { axis: int(axis) })], { axis: int(-1) });
  return { ...node, op: "Reshape", inputs: [flat, b.add("Shape", [x])], attributes: {} };
}

function padToInputs(node: Node, { builder }: Upgrading): Node {
  const pads = intsOf(node.attributes.pads) ?? refuse(node, 'attribute "pads" is missing');
  const inputs = [node.inputs[0] ?? "", builder.int(pads), builder.float(numberOf(node.attributes.value) ?? 0)];
  return { ...node, inputs, attributes: without(node.attributes, "pads", "value") };
}

function sliceToInputs(node: Node, { builder }: Upgrading): Node {
  const [starts, ends, axes] = ["starts", "ends", "axes"].map((name) => intsOf(node.attributes[name]));
  if (starts === undefined || ends === undefined) refuse(node, 'attributes "starts" and "ends" are missing');
  const lists = axes === undefined ? [starts, ends] : [starts, ends, axes];
  return { ...node, inputs: [node.inputs[0] ?? "", ...lists.map((list) => builder.int(list))], attributes: {} };
}

/** Since opset 18 equal parts are asked for by their number. */
function countParts(node: Node): Node {
  if (node.inputs[1]) return node;
  return { ...node, attributes: { ...node.attributes, num_outputs: int(node.outputs.length) } };
}

function topCountToInput(node: Node, { builder }: Upgrading): Node {
  const count = numberOf(node.attributes.k) ?? refuse(node, 'attribute "k" is missing');
  return { ...node, inputs: withInput(node, 1, builder.int([count])), attributes: without(node.attributes, "k") };
}

/** Upsample took its scales as an attribute (opset 7) and as an input (opset 9); it is Resize of opset 10. */
function upsampleToResize(node: Node, at: Upgrading): Node {
  const { scales } = node.attributes;
  const inputs = scales?.kind === "floats" ? [node.inputs[0] ?? "", at.builder.float(scales.value)] : node.inputs;
  return { ...node, op: "Resize", inputs, attributes: without(node.attributes, "scales") };
}

/** Resize of opset 10 knew no coordinate modes: x_in = x_out / scale, rounded down when growing and up when shrinking. */
function asymmetricResize(node: Node, at: Upgrading): Node {
  const [x = "", scales = ""] = node.inputs;
  const constant = at.constant(scales);
  const factors = (constant && valuesOf(constant)) ?? [];
  const shrinks = factors.some((factor) => factor < 1);
  const mode = node.attributes.mode?.kind === "string" ? node.attributes.mode.value : "nearest";
  if (shrinks && mode === "nearest" && factors.some((factor) => factor > 1)) {
    refuse(node, `opset 10 scales [${factors.join(", ")}] both grow and shrink; export with opset 11 or later`);
  }
  return {
    ...node,
    inputs: [x, "", scales],
    attributes: {
      ...node.attributes,
      coordinate_transformation_mode: string("asymmetric"),
      nearest_mode: string(shrinks ? "ceil" : "floor"),
    },
  };
}

/** Opset 11 had no absent inputs here: an empty tensor stood for them. */
function dropEmptyResizeInputs(node: Node, at: Upgrading): Node {
  const [x = "", roi = "", scales = "", sizes = ""] = node.inputs;
  const { coordinate_transformation_mode: coordinates } = node.attributes;
  if (coordinates?.kind === "string" && coordinates.value === "tf_half_pixel_for_nn") {
    refuse(node, "coordinate mode tf_half_pixel_for_nn was removed from ONNX and is not supported");
  }
  const isEmpty = (value: string) => at.constant(value)?.dims.includes(0) === true;
  const inputs = [x, isEmpty(roi) ? "" : roi, sizes !== "" || isEmpty(scales) ? "" : scales, sizes];
  while (inputs.at(-1) === "") inputs.pop();
  return { ...node, inputs };
}
