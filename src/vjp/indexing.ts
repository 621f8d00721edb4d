import { normalAxis, sizeOf } from "../base/tensor.ts";
import { int, string } from "../onnx/build.ts";
import type { Attributes } from "../onnx/graph.ts";
import type { Rule, Rules } from "./rule.ts";
import type { Site } from "./site.ts";

const add: Attributes = { reduction: string("add") };
const axisOf = (at: Site, rank: number): number => normalAxis(at.int("axis", 0), rank);

/** Adds each element of `ct` to the zeros at the place that `indices` name along one axis. */
const scatterAdd = (at: Site, ct: string, { indices, axis }: { indices: string; axis: number }): string =>
  at.emit("ScatterElements", [at.zeros(at.shape(at.x)), indices, ct], { axis: int(axis), ...add });

const gather: Rule = (ct, at) => {
  const to = at.shape(at.x);
  const axis = axisOf(at, to.length);
  const count = sizeOf(at.shape(at.input(1)));
  const dims = to.with(axis, count);
  const rows = at.reshape(ct, dims);
  const known = at.knownValues(1);
  if (known?.length === 1) {
    const size = to[axis] as number;
    const index = normalAxis(known[0] as number, size);
    const along = (amount: number) => to.map((_, d) => (d === axis ? amount : 0));
    return at.pad(rows, along(index), along(size - 1 - index));
  }
  const lined = at.reshape(
    at.input(1),
    to.map((_, d) => (d === axis ? count : 1)),
  );
  return scatterAdd(at, rows, { indices: at.expand(lined, dims), axis });
};

const gatherElements: Rule = (ct, at) =>
  scatterAdd(at, ct, { indices: at.input(1), axis: axisOf(at, at.shape(at.x).length) });

// ScatterND has no batch axes, so their positions go in front of the indices.
const gatherND: Rule = (ct, at) => {
  const dims = at.shape(at.input(1));
  const places = dims.slice(0, -1);
  const leading = at.int("batch_dims", 0);
  const positions = Array.from({ length: sizeOf(places) }, (_, i) =>
    Array.from({ length: leading }, (_, axis) => Math.floor(i / sizeOf(places.slice(axis + 1))) % places[axis]!),
  );
  const indices = leading === 0 ? [] : [at.intConstant(positions.flat(), [...places, leading])];
  return at.emit(
    "ScatterND",
    [at.zeros(at.shape(at.x)), at.concat([...indices, at.input(1)], dims.length - 1), ct],
    add,
  );
};

// A compression gathers where the condition holds: along an axis, or from the flattened input.
const compress: Rule = (ct, at) => {
  const to = at.shape(at.x);
  const along = at.node.attributes.axis === undefined ? 0 : axisOf(at, to.length);
  const picked = at.shape(at.y)[along] as number;
  const count = at.emitStated("NonZero", [at.input(1)], { dims: [1, picked] });
  if (at.node.attributes.axis === undefined) {
    const flat = at.emit("ScatterElements", [at.zeros([sizeOf(to)]), at.reshape(count, [picked]), ct]);
    return at.reshape(flat, to);
  }
  const axis = axisOf(at, to.length);
  const dims = at.shape(at.y);
  const lined = at.reshape(
    count,
    dims.map((size, d) => (d === axis ? size : 1)),
  );
  return at.emit("ScatterElements", [at.zeros(to), at.expand(lined, dims), ct], { axis: int(axis) });
};

// values [off, on]: what lies at the ones, and what lies elsewhere.
const oneHotValues: Rule = (ct, at) => {
  const ones = at.emitStated("OneHot", [at.input(0), at.input(1), at.constant([0, 1], [2])], {
    dims: at.shape(at.y),
    attributes: at.node.attributes,
  });
  const axes = at.shape(at.y).map((_, axis) => axis);
  const total = (value: string) => at.reshape(at.sum(value, axes), [1]);
  const on = total(at.mul(ct, ones));
  return at.concat([at.sub(total(ct), on), on], 0);
};

/** ScatterElements or ScatterND at the node's places, and reading what lies there. */
const scatterAt = (at: Site, [to, updates]: readonly [string, string], reduction: string): string =>
  at.emit(at.node.op === "ScatterND" ? "ScatterND" : "ScatterElements", [to, at.input(1), updates], {
    ...at.node.attributes,
    reduction: string(reduction),
  });
const readAt = (at: Site, value: string): string =>
  at.node.op === "ScatterND"
    ? at.emit("GatherND", [value, at.input(1)])
    : at.emit("GatherElements", [value, at.input(1)], { axis: int(at.int("axis", 0)) });

/** The data and the updates that attain the extreme, as ones, and the cotangent of a place shared among them. */
function shareOfExtreme(at: Site, ct: string) {
  const attained = at.indicator(at.equal(at.x, at.y));
  const attaining = at.indicator(at.equal(at.input(2), readAt(at, at.y)));
  return { attained, attaining, share: at.div(ct, scatterAt(at, [attained, attaining], "add")) };
}

/** A product without its zeros, and how many there are: the product of the others is 0 where another one is zero. */
function productParts(at: Site) {
  const parts = (value: string) => {
    const zero = at.equal(value, 0);
    return { zeros: at.indicator(zero), rest: at.where(zero, 1, value) };
  };
  const [data, updates] = [parts(at.x), parts(at.input(2))];
  return {
    data,
    updates,
    zeros: scatterAt(at, [data.zeros, updates.zeros], "add"),
    product: scatterAt(at, [data.rest, updates.rest], "mul"),
  };
}
const productOfOthers = (
  at: Site,
  all: { product: string; zeros: string },
  own: { zeros: string; rest: string },
): string => at.mul(at.indicator(at.equal(at.sub(all.zeros, own.zeros), 0)), at.div(all.product, own.rest));

const scatterData: Rule = (ct, at) => {
  switch (at.string("reduction", "none")) {
    // Overwritten elements do not reach the output. Indices are distinct where a scatter overwrites.
    case "none":
      return scatterAt(at, [ct, at.zeros(at.shape(at.input(2)))], "none");
    case "add":
      return ct;
    case "mul": {
      const { data, zeros, product } = productParts(at);
      return at.mul(ct, productOfOthers(at, { product, zeros }, data));
    }
    default: {
      const { attained, share } = shareOfExtreme(at, ct);
      return at.mul(attained, share);
    }
  }
};

const scatterUpdates: Rule = (ct, at) => {
  switch (at.string("reduction", "none")) {
    case "none":
    case "add":
      return readAt(at, ct);
    case "mul": {
      const { updates, zeros, product } = productParts(at);
      return productOfOthers(at, { product: readAt(at, at.mul(ct, product)), zeros: readAt(at, zeros) }, updates);
    }
    default: {
      const { attaining, share } = shareOfExtreme(at, ct);
      return at.mul(attaining, readAt(at, share));
    }
  }
};

/** Operators that pick or place elements by index. Where an element is picked twice its cotangents add up. */
export const indexing = {
  Gather: [gather, null],
  GatherElements: [gatherElements, null],
  GatherND: [gatherND, null],
  Compress: [compress, null],
  OneHot: [null, null, oneHotValues],
  ScatterElements: [scatterData, null, scatterUpdates],
  ScatterND: [scatterData, null, scatterUpdates],
  TopK: [
    (ct, at) =>
      scatterAdd(at, ct, { indices: at.output(1), axis: normalAxis(at.int("axis", -1), at.shape(at.x).length) }),
    null,
  ],
  Trilu: [(ct, at) => at.emit("Trilu", at.has(1) ? [ct, at.input(1)] : [ct], { upper: int(at.int("upper", 1)) }), null],
  ReverseSequence: [(ct, at) => at.emit("ReverseSequence", [ct, at.input(1)], at.node.attributes), null],
} satisfies Record<string, Rules>;
