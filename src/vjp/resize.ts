import { normalAxis } from "../base/tensor.ts";
import { float, ints } from "../onnx/build.ts";
import type { Attributes } from "../onnx/graph.ts";
import { identityMatrix, pullBack } from "./along-axis.ts";
import type { Rule, Rules } from "./rule.ts";
import type { Site } from "./site.ts";

/** How one axis is resized: either by a scale or to a size, exactly as the node says. */
interface AxisResize {
  readonly axis: number;
  readonly scale: number | undefined;
  readonly roi: readonly [number, number];
  /** Where the aspect ratio is kept: the size asked for here, and beside which resize it gives the common scale. */
  readonly kept?: { readonly size: number; readonly beside: readonly [from: number, to: number] };
}

function resizedAxes(at: Site): AxisResize[] {
  const [from, to] = [at.shape(at.x), at.shape(at.y)];
  const axes = (at.ints("axes") ?? from.map((_, axis) => axis)).map((axis) => normalAxis(axis, from.length));
  const ratio = commonRatio(at, axes);
  const scales = at.values(2) ?? [];
  const crop = at.string("coordinate_transformation_mode", "half_pixel") === "tf_crop_and_resize";
  const roi = crop ? (at.values(1) ?? []) : [];
  return axes
    .map((axis, i) => ({
      axis,
      roi: [roi[i] ?? 0, roi[i + axes.length] ?? 1] as const,
      ...(ratio === undefined
        ? { scale: scales[i] }
        : { scale: ratio[1] / ratio[0], kept: { size: at.values(3)![i]!, beside: ratio } }),
    }))
    .filter(({ axis, scale }) => crop || from[axis] !== to[axis] || (scale ?? 1) !== 1);
}

/** Where sizes are bounds of an image that keeps its shape: the resize [from, to] of the axis that bounds it, in lowest terms. */
function commonRatio(at: Site, axes: readonly number[]): readonly [from: number, to: number] | undefined {
  const policy = at.string("keep_aspect_ratio_policy", "stretch");
  const sizes = at.values(3);
  if (policy === "stretch" || sizes === undefined) return undefined;
  const ratios = axes.map((axis, i) => [at.shape(at.x)[axis]!, sizes[i]!] as const);
  const sorted = ratios.toSorted((a, b) => a[1] / a[0] - b[1] / b[0]);
  const [from, to] = (policy === "not_larger" ? sorted[0] : sorted.at(-1)) as readonly [number, number];
  const divisor = greatestDivisor(from, to);
  return [from / divisor, to / divisor];
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** The integer factor by which a nearest resize repeats every element, if that is what it does. */
function repeats(at: Site, from: number, to: number): number | undefined {
  const factor = to / from;
  if (at.string("mode", "nearest") !== "nearest" || !Number.isInteger(factor)) return undefined;
  const coordinate = at.string("coordinate_transformation_mode", "half_pixel");
  const rounding = at.string("nearest_mode", "round_prefer_floor");
  const simple =
    (coordinate === "asymmetric" && (rounding === "floor" || (factor === 2 && rounding === "round_prefer_floor"))) ||
    ((coordinate === "half_pixel" || (coordinate === "pytorch_half_pixel" && to > 1)) && rounding.startsWith("round_"));
  return simple ? factor : undefined;
}

/** The matrix [from, to] of one axis: the node's own Resize of the unit vectors, which onnxruntime folds when it loads the graph. */
function resizeMatrix(at: Site, { axis, scale, roi, kept: ratio }: AxisResize): string {
  const [from, to] = [at.shape(at.x)[axis] as number, at.shape(at.y)[axis] as number];
  const kept: Attributes = { ...at.node.attributes, extrapolation_value: float(0) };
  const { axes: _, ...attributes } = kept;
  if (ratio !== undefined) {
    // An axis of ones beside the unit vectors bounds them as the node's own bounds this one.
    const [length] = ratio.beside;
    const beside = at.expand(at.reshape(identityMatrix(at, from), [1, from, 1, from]), [1, from, length, from]);
    const sizes = at.intConstant([ratio.beside[1], ratio.size]);
    const resized = at.emitStated("Resize", [beside, "", "", sizes], {
      dims: [1, from, ratio.beside[1], to],
      attributes: { ...attributes, axes: ints([2, 3]) },
    });
    return at.reshape(at.slice(resized, 2, [0, 1]), [from, to]);
  }
  const unit = at.reshape(identityMatrix(at, from), [from, 1, 1, from]);
  const region = at.float32([0, 0, 0, roi[0], 1, 1, 1, roi[1]]);
  const target = scale === undefined ? ["", at.intConstant([from, 1, 1, to])] : [at.float32([1, 1, 1, scale])];
  const resized = at.emitStated("Resize", [unit, region, ...target], { dims: [from, 1, 1, to], attributes });
  return at.reshape(resized, [from, to]);
}

// Resizing works on one axis after another, so its adjoint multiplies by each axis' transposed matrix.
const resize: Rule = (ct, at) => {
  const [from, to] = [at.shape(at.x), at.shape(at.y)];
  const changed = resizedAxes(at);
  const factors = changed.map(({ axis, scale }) => {
    const factor = repeats(at, from[axis]!, to[axis]!);
    return scale === undefined || scale === factor ? factor : undefined;
  });
  const spatial = from.length === 3 || from.length === 4 || from.length === 5;
  if (spatial && factors.every((factor) => factor !== undefined) && changed.every(({ axis }) => axis >= 2)) {
    const kernel = from.slice(2).map((size, d) => to[d + 2]! / size);
    const area = kernel.reduce((product, size) => product * size, 1);
    if (area === 1) return ct;
    const pool = at.emit("AveragePool", [ct], { kernel_shape: ints(kernel), strides: ints(kernel) });
    return at.mul(pool, area);
  }
  return changed.reduce(
    (value, axisResize) => pullBack(at, value, { axis: axisResize.axis, matrix: resizeMatrix(at, axisResize) }),
    ct,
  );
};

/** Interpolation: nearest, linear and cubic, every coordinate transformation. */
export const resizing = {
  Resize: [resize, null, null, null],
} satisfies Record<string, Rules>;
