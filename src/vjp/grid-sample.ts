import { sizeOf } from "../base/tensor.ts";
import { int } from "../onnx/build.ts";
import type { Rule, Rules } from "./rule.ts";
import {
  type Line,
  type Neighbour,
  neighboursOf,
  type Outside,
  positionCotangents,
  readPixels,
  spreadToPixels,
} from "./sampling.ts";
import type { Site } from "./site.ts";

interface Sampling {
  readonly neighbours: readonly Neighbour[];
  /** [n, c, p]: images, channels, points. */
  readonly points: readonly [number, number, number];
  readonly size: readonly number[];
  /** ∂position/∂grid by spatial axis. */
  readonly scales: readonly number[];
}

/** The grid [n, …out, d] holds points in [−1, 1]: x before y before z, the reverse of the image's axes. */
function samplingOf(at: Site): Sampling {
  const [n, c, ...size] = at.shape(at.x) as [number, number, ...number[]];
  const rank = size.length;
  const p = sizeOf(at.shape(at.y).slice(2));
  const alignCorners = at.int("align_corners", 0) === 1;
  const outside = at.string("padding_mode", "zeros") as Outside;
  const grid = at.reshape(at.input(1), [n, p, rank]);
  const scales = size.map((length) => (alignCorners ? length - 1 : length) / 2);
  const lines = size.map((length, axis): Line => {
    const unit = at.reshape(at.slice(grid, 2, [rank - 1 - axis, rank - axis]), [n, p]);
    const position = at.add(at.mul(unit, scales[axis]!), (length - 1) / 2);
    return { size: length, position, outside, alignCorners };
  });
  return { neighbours: neighboursOf(at, lines, at.string("mode", "linear")), points: [n, c, p], size, scales };
}

const image: Rule = (ct, at) => {
  const { neighbours, points, size } = samplingOf(at);
  return spreadToPixels(at, neighbours, { ct: at.reshape(ct, points), points, size });
};

const grid: Rule = (ct, at) => {
  const { neighbours, points, size, scales } = samplingOf(at);
  const pixels = readPixels(at, neighbours, { image: at.x, points, size });
  const [n, , p] = points;
  const cts = positionCotangents(at, neighbours, { pixels, ct: at.reshape(ct, points), points })
    .map((value, axis) => at.reshape(at.mul(value, scales[axis]!), [n, p, 1]))
    .reverse();
  return at.reshape(at.concat(cts, 2), at.shape(at.input(1)));
};

// grid = base·θᵀ, base the points of the untransformed grid with a 1 behind each.
const theta: Rule = (ct, at) => {
  const [n, rank] = at.shape(at.x) as [number, number];
  const p = sizeOf(at.shape(at.y)) / (n * rank);
  const [, channels, ...size] = at.values(1) as [number, number, ...number[]];
  const identity = Array.from({ length: rank * (rank + 1) }, (_, i) => (i % (rank + 2) === 0 ? 1 : 0));
  const still = at.emit(
    "AffineGrid",
    [at.constant(identity, [1, rank, rank + 1]), at.intConstant([1, channels, ...size])],
    { align_corners: int(at.int("align_corners", 0)) },
  );
  const one = at.add(at.zeros([p, 1]), 1);
  const base = at.concat([at.reshape(still, [p, rank]), one], 1);
  return at.matmul(at.transpose(at.reshape(ct, [n, p, rank]), [0, 2, 1]), base);
};

/** Reading images at points of a grid. */
export const gridSampling = {
  GridSample: [image, grid],
  AffineGrid: [theta, null],
} satisfies Record<string, Rules>;
