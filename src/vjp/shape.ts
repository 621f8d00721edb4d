import { normalAxis, sizeOf } from "../base/tensor.ts";
import { int, ints, string } from "../onnx/build.ts";
import { identityMatrix, pullBack } from "./along-axis.ts";
import type { Rule, Rules } from "./rule.ts";
import { unbroadcast } from "./unbroadcast.ts";

/** For operators that only rename positions. */
const reshapeBack: Rule = (ct, at) => at.reshape(ct, at.shape(at.x));

const transpose: Rule = (ct, at) => {
  const rank = at.shape(at.x).length;
  const perm = at.ints("perm") ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  return at.transpose(
    ct,
    Array.from({ length: rank }, (_, axis) => perm.indexOf(axis)),
  );
};

const concat =
  (index: number): Rule =>
  (ct, at) => {
    const axis = normalAxis(at.int("axis", 0), at.shape(at.y).length);
    const sizes = at.node.inputs.map((input) => at.shape(input)[axis] as number);
    const start = sizes.slice(0, index).reduce((total, size) => total + size, 0);
    return at.slice(ct, axis, [start, start + (sizes[index] as number)]);
  };

const split: Rule = (_, at) => {
  const axis = normalAxis(at.int("axis", 0), at.shape(at.x).length);
  const parts = at.node.outputs.map((output, index) => {
    if (output === "") throw at.error(`output ${index} is left out, so its size is not known`);
    return at.ct(index) ?? at.zeros(at.shape(output));
  });
  return at.concat(parts, axis);
};

interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
}

const slice: Rule = (ct, at) => {
  const [from, to] = [at.shape(at.y), at.shape(at.x)];
  const starts = at.values(1) ?? [];
  const axes = at.values(3) ?? starts.map((_, axis) => axis);
  const steps = at.values(4) ?? starts.map(() => 1);
  const cuts = starts.map((start, i): Cut => {
    const axis = normalAxis(axes[i] as number, to.length);
    const size = to[axis] as number;
    const step = steps[i] as number;
    const bounded = start < 0 ? start + size : start;
    return { axis, step, start: Math.min(Math.max(bounded, 0), step > 0 ? size : size - 1) };
  });
  if (sizeOf(from) === 0) return at.zeros(to);
  // Along each axis: turn backward steps around, put the gaps of larger steps back as zeros, then pad to where the slice lay.
  let value = ct;
  const dims = [...from];
  const begin = to.map(() => 0);
  for (const { axis, start, step } of cuts) {
    const length = dims[axis] as number;
    const stride = Math.abs(step);
    if (step < 0) value = at.reverse(value, axis);
    begin[axis] = step < 0 ? start - (length - 1) * stride : start;
    if (stride === 1) continue;
    const apart = [...dims.slice(0, axis + 1), 1, ...dims.slice(axis + 1)];
    const gap = apart.map((_, d) => (d === axis + 1 ? stride - 1 : 0));
    value = at.pad(
      at.reshape(value, apart),
      gap.map(() => 0),
      gap,
    );
    dims[axis] = length * stride;
    value = at.reshape(value, dims);
  }
  return at.pad(
    value,
    begin,
    to.map((size, axis) => size - begin[axis]! - dims[axis]!),
  );
};

const pad: Rule = (ct, at) => {
  const to = at.shape(at.x);
  const amounts = at.values(1) ?? [];
  const axes = (at.values(3) ?? to.map((_, axis) => axis)).map((axis) => normalAxis(axis, to.length));
  const begin = to.map(() => 0);
  const end = to.map(() => 0);
  axes.forEach((axis, i) => {
    begin[axis] = amounts[i] as number;
    end[axis] = amounts[i + axes.length] as number;
  });
  const mode = at.string("mode", "constant");
  if (mode === "constant")
    return at.pad(
      ct,
      begin.map((n) => -n),
      end.map((n) => -n),
    );
  // Other modes repeat elements along one axis after another: the matrix of that is the padded identity.
  let value = ct;
  axes.forEach((axis) => {
    if (begin[axis] === 0 && end[axis] === 0) return;
    const amount = at.intConstant([0, begin[axis]!, 0, end[axis]!]);
    const matrix = at.emit("Pad", [identityMatrix(at, to[axis] as number), amount], { mode: string(mode) });
    value = pullBack(at, value, { axis, matrix });
  });
  return value;
};

/** What the pads took: everything that does not go back to the input. */
const padValue: Rule = (ct, at) => {
  if (at.string("mode", "constant") !== "constant") return at.zeros(at.shape(at.input(2)));
  const axes = at.shape(at.y).map((_, axis) => axis);
  const outside = at.sub(at.sum(ct, axes), at.sum(pad(ct, at), axes));
  return at.reshape(outside, at.shape(at.input(2)));
};

// What is cut off a middle is zero on the way back, and the other way round.
const centre: Rule = (ct, at) => {
  const dims = at.shape(at.x);
  const axes = at.ints("axes") ?? dims.map((_, axis) => axis);
  const sizes = axes.map((axis) => dims[normalAxis(axis, dims.length)]!);
  return at.emit("CenterCropPad", [ct, at.intConstant(sizes)], { axes: ints(axes) });
};

const tile: Rule = (ct, at) => {
  const dims = at.shape(at.x);
  const copies = at.shape(at.y).map((size, axis) => size / Math.max(1, dims[axis]!));
  if (sizeOf(dims) === 0) return at.zeros(dims);
  const pairs = dims.flatMap((size, axis) => [copies[axis]!, size]);
  const summed = at.sum(
    at.reshape(ct, pairs),
    copies.flatMap((n, axis) => (n === 1 ? [] : [2 * axis])),
  );
  return at.reshape(summed, dims);
};

// [n, b, b, c, h, w] (DCR) and [n, c, b, b, h, w] (CRD) are the two ways to read the channels.
const depthToSpace: Rule = (ct, at) => {
  const [n, channels, h, w] = at.shape(at.x) as [number, number, number, number];
  const block = at.int("blocksize", 1);
  const c = channels / (block * block);
  const apart = at.reshape(ct, [n, c, h, block, w, block]);
  const perm = at.string("mode", "DCR") === "CRD" ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4];
  return at.reshape(at.transpose(apart, perm), at.shape(at.x));
};

/** Operators that move, repeat or leave out elements. */
export const shape = {
  Reshape: [reshapeBack, null],
  Flatten: [reshapeBack],
  Squeeze: [reshapeBack, null],
  Unsqueeze: [reshapeBack, null],
  Transpose: [transpose],
  Concat: { each: concat },
  Split: [split, null],
  Slice: [slice, null, null, null, null],
  Pad: [pad, null, padValue, null],
  CenterCropPad: [centre, null],
  Expand: [(ct, at) => unbroadcast(at, ct, 0), null],
  Tile: [tile, null],
  DepthToSpace: [depthToSpace],
  SpaceToDepth: [(ct, at) => at.emit("DepthToSpace", [ct], { blocksize: int(at.int("blocksize", 1)) })],
} satisfies Record<string, Rules>;
