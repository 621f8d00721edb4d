import { normalAxis, sizeOf } from "../base/tensor.ts";
import type { Rule, Rules } from "./rule.ts";
import type { Site } from "./site.ts";

/** A reduction: its axes, and the shape of the result with reduced axes kept as 1. */
interface Reduction {
  readonly axes: readonly number[];
  readonly kept: readonly number[];
}

function reductionOf(at: Site): Reduction {
  const dims = at.shape(at.x);
  const given = at.values(1) ?? [];
  const all = given.length === 0 && at.int("noop_with_empty_axes", 0) === 0;
  const axes = all ? dims.map((_, axis) => axis) : given.map((axis) => normalAxis(axis, dims.length));
  return { axes, kept: dims.map((size, axis) => (axes.includes(axis) ? 1 : size)) };
}

/** A rule from the cotangent and the output, both shaped to broadcast against x. */
const reducing =
  (slope: (at: Site, ct: string, reduction: Reduction & { readonly y: string }) => string): Rule =>
  (ct, at) => {
    const reduction = reductionOf(at);
    return slope(at, at.reshape(ct, reduction.kept), { ...reduction, y: at.reshape(at.y, reduction.kept) });
  };

const countOf = (at: Site, { kept }: Reduction): number => sizeOf(at.shape(at.x)) / Math.max(1, sizeOf(kept));

/** Elements that attain the extreme share its cotangent equally. */
const extreme = reducing((at, ct, { y, axes }) => {
  const attains = at.indicator(at.equal(at.x, y));
  return at.mul(attains, at.div(ct, at.sum(attains, axes)));
});

// ∂Π/∂xᵢ is the product of the others: Π/xᵢ without zeros, Π of the rest at a single zero, 0 everywhere beside it.
const product = reducing((at, ct, { axes }) => {
  const zero = at.equal(at.x, 0);
  const isZero = at.indicator(zero);
  const safe = at.where(zero, 1, at.x);
  const rest = at.emit("ReduceProd", [safe, at.intConstant(axes)]);
  const otherZeros = at.sub(at.sum(isZero, axes), isZero);
  return at.mul(at.indicator(at.equal(otherZeros, 0)), at.mul(ct, at.div(rest, safe)));
});

/** Reductions. `ct` and `y` have the reduced axes kept as 1, so that arithmetic with x repeats them. */
export const reduction = {
  ReduceSum: [reducing((at, ct) => at.expand(ct, at.shape(at.x))), null],
  ReduceMean: [reducing((at, ct, r) => at.expand(at.div(ct, countOf(at, r)), at.shape(at.x))), null],
  ReduceSumSquare: [reducing((at, ct) => at.mul(at.mul(2, at.x), ct)), null],
  ReduceL1: [reducing((at, ct) => at.mul(at.sign(at.x), ct)), null],
  // x/y, and 0 at the zero vector.
  ReduceL2: [reducing((at, ct, { y }) => at.mul(at.x, at.where(at.equal(y, 0), 0, at.div(ct, y)))), null],
  ReduceLogSum: [reducing((at, ct, { axes }) => at.expand(at.div(ct, at.sum(at.x, axes)), at.shape(at.x))), null],
  ReduceLogSumExp: [reducing((at, ct, { y }) => at.mul(ct, at.exp(at.sub(at.x, y)))), null],
  ReduceMax: [extreme, null],
  ReduceMin: [extreme, null],
  ReduceProd: [product, null],
} satisfies Record<string, Rules>;
