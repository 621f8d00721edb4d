import { sizeOf } from "../base/tensor.ts";
import type { Rule, Rules } from "./rule.ts";
import { type Neighbour, neighboursOf, positionCotangents, readPixels, spreadToPixels } from "./sampling.ts";
import type { Site } from "./site.ts";
import { windowOf } from "./window.ts";

/** A convolution whose kernel positions are moved by offsets: y = W·columns, columns = mask·(image read at moved positions). */
interface Deformable {
  readonly neighbours: readonly Neighbour[];
  /** Images and channels per offset group, points of all kernel positions. */
  readonly points: readonly [number, number, number];
  readonly size: readonly number[];
  /** Groups and channels of the weights: ct as [n, group, m/group, places]. */
  readonly ct: readonly [number, number, number, number];
  /** [group, m/group, c/group·kernel] */
  readonly weight: string;
  /** The mask beside the points [n·g, 1, p], if there is one. */
  readonly mask: string | undefined;
}

function deformableOf(at: Site): Deformable {
  const [n, c, ...size] = at.shape(at.x) as [number, number, ...number[]];
  const [m, perGroup, ...kernel] = at.shape(at.input(1)) as [number, number, ...number[]];
  const places = at.shape(at.y).slice(2);
  const { strides, dilations, begin } = windowOf(at, kernel, { input: size, output: places });
  const [group, offsets] = [at.int("group", 1), at.int("offset_group", 1)];
  const [taps, spots] = [sizeOf(kernel), sizeOf(places)];
  const moved = at.reshape(at.input(2), [n * offsets, taps, size.length, spots]);
  const lines = size.map((length, axis) => {
    const still = Array.from({ length: taps * spots }, (_, i) => {
      const [tap, spot] = [Math.floor(i / spots), i % spots];
      const along = (index: number, dims: readonly number[]) =>
        Math.floor(index / sizeOf(dims.slice(axis + 1))) % dims[axis]!;
      return along(spot, places) * strides[axis]! - begin[axis]! + along(tap, kernel) * dilations[axis]!;
    });
    const offset = at.reshape(at.slice(moved, 2, [axis, axis + 1]), [n * offsets, taps * spots]);
    const position = at.add(offset, at.constant(still, [1, taps * spots]));
    return { size: length, position, outside: "zeros", alignCorners: false } as const;
  });
  return {
    neighbours: neighboursOf(at, lines, "linear"),
    points: [n * offsets, c / offsets, taps * spots],
    size,
    ct: [n, group, m / group, spots],
    weight: at.reshape(at.input(1), [group, m / group, perGroup * taps]),
    mask: at.has(4) ? at.reshape(at.input(4), [n * offsets, 1, taps * spots]) : undefined,
  };
}

/** The cotangent of the columns: Wᵀ·ct, beside the points. */
function columnCotangent(at: Site, ct: string, d: Deformable): string {
  const columns = at.matmul(at.transpose(d.weight, [0, 2, 1]), at.reshape(ct, d.ct));
  return at.reshape(columns, d.points);
}

const masked = (at: Site, value: string, { mask }: Deformable): string =>
  mask === undefined ? value : at.mul(value, mask);

/** The image read at the moved positions, before the mask. */
function samples(at: Site, d: Deformable): string {
  const [n, , p] = d.points;
  return readPixels(at, d.neighbours, { ...d, image: at.x })
    .map((pixel, i) => at.mul(pixel, at.reshape(d.neighbours[i]!.weight, [n, 1, p])))
    .reduce((total, share) => at.add(total, share));
}

const image: Rule = (ct, at) => {
  const d = deformableOf(at);
  const read = masked(at, columnCotangent(at, ct, d), d);
  return at.reshape(spreadToPixels(at, d.neighbours, { ...d, ct: read }), at.shape(at.x));
};

const weight: Rule = (ct, at) => {
  const d = deformableOf(at);
  const [n, group, , spots] = d.ct;
  const rows = sizeOf(d.points) / (n * group * spots);
  const columns = at.reshape(masked(at, samples(at, d), d), [n, group, rows, spots]);
  const products = at.matmul(at.reshape(ct, d.ct), at.transpose(columns, [0, 1, 3, 2]));
  return at.reshape(at.sum(products, [0]), at.shape(at.input(1)));
};

const offset: Rule = (ct, at) => {
  const d = deformableOf(at);
  const read = masked(at, columnCotangent(at, ct, d), d);
  const pixels = readPixels(at, d.neighbours, { ...d, image: at.x });
  const [n, , p] = d.points;
  const [, , , spots] = d.ct;
  const cts = positionCotangents(at, d.neighbours, { ...d, pixels, ct: read });
  const beside = cts.map((value) => at.reshape(value, [n, p / spots, 1, spots]));
  return at.reshape(at.concat(beside, 2), at.shape(at.input(2)));
};

const bias: Rule = (ct, at) => {
  const axes = at.shape(at.y).flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  return at.reshape(at.sum(ct, axes), at.shape(at.input(3)));
};

const mask: Rule = (ct, at) => {
  const d = deformableOf(at);
  const along = at.sum(at.mul(columnCotangent(at, ct, d), samples(at, d)), [1]);
  return at.reshape(along, at.shape(at.input(4)));
};

/** Deformable convolution: reading at moved positions, then a matrix product. */
export const deformable = {
  DeformConv: [image, weight, offset, bias, mask],
} satisfies Record<string, Rules>;
