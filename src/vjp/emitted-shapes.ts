import { normalAxis, sizeOf } from "../base/tensor.ts";
import type { Attributes } from "../onnx/graph.ts";

type Dims = readonly number[];

/** A node as its shape rule sees it. Errors: where an operand is not what the rule needs to know. */
export interface Operands {
  readonly count: number;
  readonly attributes: Attributes;
  /** Shape of an input. */
  shape(index: number): Dims;
  /** Contents of an input. */
  values(index: number): readonly number[];
}

const int = ({ attributes }: Operands, name: string, fallback: number): number => {
  const attribute = attributes[name];
  return attribute?.kind === "int" ? attribute.value : fallback;
};
const ints = ({ attributes }: Operands, name: string): Dims | undefined => {
  const attribute = attributes[name];
  return attribute?.kind === "ints" ? attribute.value : undefined;
};
const each = (length: number, value: number): number[] => Array.from({ length }, () => value);
const printed = (dims: Dims): string => `[${dims.join(", ")}]`;

/** The shape to which shapes are repeated. */
function broadcast(shapes: readonly Dims[]): Dims {
  const rank = Math.max(...shapes.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((dims) => dims[axis - rank + dims.length] ?? 1);
    const size = sizes.find((one) => one !== 1) ?? 1;
    if (sizes.some((one) => one !== 1 && one !== size)) {
      throw new Error(`${shapes.map(printed).join(" and ")} do not go together`);
    }
    return size;
  });
}

const allShapes = (at: Operands): Dims[] => Array.from({ length: at.count }, (_, index) => at.shape(index));
const elementwise = (at: Operands): Dims => broadcast(allShapes(at));
const asFirst = (at: Operands): Dims => at.shape(0);

function reshape(at: Operands): Dims {
  const [from, wanted] = [at.shape(0), at.values(1)];
  const copies = int(at, "allowzero", 0) === 0;
  const given = wanted.map((size, axis) => (size === 0 && copies ? from[axis]! : size));
  const known = sizeOf(given.filter((size) => size !== -1));
  const to = given.map((size) => (size === -1 ? sizeOf(from) / known : size));
  if (sizeOf(to) !== sizeOf(from) || !to.every(Number.isInteger)) {
    throw new Error(`${printed(from)} cannot be read as ${printed(wanted)}`);
  }
  return to;
}

function reduced(axes: Dims, at: Operands): Dims {
  const dims = at.shape(0);
  const gone = axes.map((axis) => normalAxis(axis, dims.length));
  const kept = dims.map((size, axis) => (gone.includes(axis) ? 1 : size));
  return int(at, "keepdims", 1) === 1 ? kept : kept.filter((_, axis) => !gone.includes(axis));
}
const reduction = (at: Operands): Dims => reduced(at.values(1), at);

function pad(at: Operands): Dims {
  const [dims, amounts] = [at.shape(0), at.values(1)];
  return dims.map((size, axis) => size + amounts[axis]! + amounts[axis + dims.length]!);
}

function slice(at: Operands): Dims {
  const dims = [...at.shape(0)];
  const [starts, ends, axes, steps] = [at.values(1), at.values(2), at.values(3), at.values(4)];
  starts.forEach((start, i) => {
    const axis = normalAxis(axes[i]!, dims.length);
    const [size, step] = [dims[axis]!, steps[i]!];
    // Backwards, the place before the first is as far as one can go.
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const place = (value: number) => Math.min(high, Math.max(low, value < 0 ? value + size : value));
    dims[axis] = Math.max(0, Math.ceil((place(ends[i]!) - place(start)) / step));
  });
  return dims;
}

function concat(at: Operands): Dims {
  const [first, ...others] = allShapes(at) as [Dims, ...Dims[]];
  const axis = normalAxis(int(at, "axis", 0), first.length);
  return others.reduce((total, dims) => {
    if (dims.with(axis, 0).join() !== total.with(axis, 0).join()) {
      throw new Error(`${printed(total)} and ${printed(dims)} do not go behind each other`);
    }
    return total.with(axis, total[axis]! + dims[axis]!);
  }, first);
}

/** [rows, inner]·[inner, columns]. */
function product(a: Dims, b: Dims): Dims {
  const [rows, inner, same, columns] = [a.at(-2), a.at(-1), b.at(-2), b.at(-1)];
  if (inner !== same || rows === undefined || columns === undefined) {
    throw new Error(`${printed(a)} and ${printed(b)} have no product`);
  }
  return [rows, columns];
}

function matMul(at: Operands): Dims {
  const [a, b] = [at.shape(0), at.shape(1)];
  return [...broadcast([a.slice(0, -2), b.slice(0, -2)]), ...product(a, b)];
}

function gemm(at: Operands): Dims {
  const turned = (index: number, name: string) =>
    int(at, name, 0) === 1 ? at.shape(index).toReversed() : at.shape(index);
  return product(turned(0, "transA"), turned(1, "transB"));
}

function einsum(at: Operands): Dims {
  const { equation } = at.attributes;
  const [left = "", right = ""] = (equation?.kind === "string" ? equation.value : "").split("->");
  const sizes = new Map<string, number>();
  left.split(",").forEach((term, index) => {
    const dims = at.shape(index);
    if (dims.length !== term.length) throw new Error(`${printed(dims)} is not "${term}"`);
    dims.forEach((size, axis) => {
      const letter = term[axis]!;
      const known = sizes.get(letter) ?? 1;
      if (known !== 1 && size !== 1 && known !== size) throw new Error(`"${letter}" is ${known} and ${size}`);
      sizes.set(letter, Math.max(known, size));
    });
  });
  return [...right].map((letter) => sizes.get(letter) ?? 1);
}

/** A sliding window as it is emitted: nothing automatic. */
function windowOf(at: Operands, kernel: Dims) {
  const pads = ints(at, "pads") ?? each(2 * kernel.length, 0);
  const dilations = ints(at, "dilations") ?? each(kernel.length, 1);
  return {
    strides: ints(at, "strides") ?? each(kernel.length, 1),
    reaches: kernel.map((size, d) => reach(size, dilations[d]!)),
    margins: kernel.map((_, d) => pads[d]! + pads[d + kernel.length]!),
  };
}

function slid(at: Operands, kernel: Dims): Dims {
  const { strides, reaches, margins } = windowOf(at, kernel);
  const size = at.shape(0).slice(2);
  return size.map((n, d) => Math.floor((n + margins[d]! - reaches[d]!) / strides[d]!) + 1);
}

function conv(at: Operands): Dims {
  const [image, weight] = [at.shape(0), at.shape(1)];
  if (image[1] !== weight[1]! * int(at, "group", 1)) {
    throw new Error(`${printed(image)} has not the channels of weights ${printed(weight)}`);
  }
  return [image[0]!, weight[0]!, ...slid(at, weight.slice(2))];
}

function convTranspose(at: Operands): Dims {
  const [map, weight] = [at.shape(0), at.shape(1)];
  if (map[1] !== weight[0]) throw new Error(`${printed(map)} has not the channels of weights ${printed(weight)}`);
  const { strides, reaches, margins } = windowOf(at, weight.slice(2));
  const extra = ints(at, "output_padding") ?? each(strides.length, 0);
  const size = map.slice(2).map((n, d) => strides[d]! * (n - 1) + extra[d]! + reaches[d]! - margins[d]!);
  return [map[0]!, weight[1]! * int(at, "group", 1), ...size];
}

function gather(at: Operands): Dims {
  const dims = at.shape(0);
  const axis = normalAxis(int(at, "axis", 0), dims.length);
  return [...dims.slice(0, axis), ...at.shape(1), ...dims.slice(axis + 1)];
}

function gatherND(at: Operands): Dims {
  const places = at.shape(1);
  return [...places.slice(0, -1), ...at.shape(0).slice(places.at(-1))];
}

function affineGrid(at: Operands): Dims {
  const [n, , ...size] = at.values(1) as [number, number, ...number[]];
  return [n, ...size, size.length];
}

function centreCropPad(at: Operands): Dims {
  const [dims, sizes] = [at.shape(0), at.values(1)];
  const axes = (ints(at, "axes") ?? dims.map((_, axis) => axis)).map((axis) => normalAxis(axis, dims.length));
  return dims.map((size, axis) => sizes[axes.indexOf(axis)] ?? size);
}

function depthToSpace(at: Operands): Dims {
  const [n, channels, height, width] = at.shape(0) as [number, number, number, number];
  const block = int(at, "blocksize", 1);
  return [n, channels / block ** 2, height * block, width * block];
}

/** The shape of what the operators give that gradient rules emit, for each one of all outputs. */
export const emittedShapes = {
  Abs: asFirst,
  Add: elementwise,
  AffineGrid: affineGrid,
  And: elementwise,
  ArgMax: (at) => reduced([int(at, "axis", 0)], at),
  AveragePool: (at) => [...at.shape(0).slice(0, 2), ...slid(at, ints(at, "kernel_shape") ?? [])],
  BatchNormalization: asFirst,
  Cast: asFirst,
  CenterCropPad: centreCropPad,
  Clip: asFirst,
  Concat: concat,
  Conv: conv,
  ConvTranspose: convTranspose,
  Cos: asFirst,
  Cosh: asFirst,
  CumSum: asFirst,
  DepthToSpace: depthToSpace,
  Det: (at) => at.shape(0).slice(0, -2),
  Div: elementwise,
  Einsum: einsum,
  Equal: elementwise,
  Erf: asFirst,
  Exp: asFirst,
  Expand: (at) => broadcast([at.shape(0), at.values(1)]),
  EyeLike: asFirst,
  Floor: asFirst,
  Gather: gather,
  GatherElements: (at) => at.shape(1),
  GatherND: gatherND,
  Gemm: gemm,
  Greater: elementwise,
  HardSigmoid: asFirst,
  Less: elementwise,
  Log: asFirst,
  MatMul: matMul,
  Max: elementwise,
  MaxUnpool: (at) => at.values(2),
  Min: elementwise,
  Mod: elementwise,
  Mul: elementwise,
  Neg: asFirst,
  Or: elementwise,
  Pad: pad,
  Pow: elementwise,
  Reciprocal: asFirst,
  ReduceMean: reduction,
  ReduceProd: reduction,
  ReduceSum: reduction,
  Relu: asFirst,
  Reshape: reshape,
  ReverseSequence: asFirst,
  Round: asFirst,
  ScatterElements: asFirst,
  ScatterND: asFirst,
  Sigmoid: asFirst,
  Sign: asFirst,
  Sin: asFirst,
  Sinh: asFirst,
  Slice: slice,
  Softmax: asFirst,
  Softplus: asFirst,
  Sqrt: asFirst,
  Sub: elementwise,
  Sum: elementwise,
  Tanh: asFirst,
  Transpose: (at) => (ints(at, "perm") ?? []).map((axis) => at.shape(0)[axis]!),
  Trilu: asFirst,
  Where: elementwise,
} as const satisfies Record<string, (at: Operands) => Dims>;

/** An operator whose shape follows from its operands. */
export type EmittedOperator = keyof typeof emittedShapes;

/** Extent of a kernel with its holes. */
export function reach(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}
