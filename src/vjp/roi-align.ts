import { int } from "../onnx/build.ts";
import type { Rule, Rules } from "./rule.ts";
import type { Site } from "./site.ts";

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Samples per bin along an axis: a fixed number, or one per region: as many as its bins are long. Then the regions must be known. */
function countsOf(at: Site, axis: number, bins: number): number[] {
  const ratio = at.int("sampling_ratio", 0);
  return ratio > 0 ? [ratio] : lengths(at, axis).map((length) => Math.max(0, Math.ceil(Math.fround(length / bins))));
}

const shiftOf = (at: Site): number =>
  at.string("coordinate_transformation_mode", "half_pixel") === "half_pixel" ? 0.5 : 0;

/** The regions' lengths along an axis, in pixels, rounded as onnxruntime rounds them. */
function lengths(at: Site, axis: number): number[] {
  const [rois, scale, shift] = [at.values(1) ?? [], at.float("spatial_scale", 1), shiftOf(at)];
  const edge = (region: number, side: number) =>
    Math.fround(Math.fround(rois[4 * region + side]! * Math.fround(scale)) - shift);
  return Array.from({ length: rois.length / 4 }, (_, region) => {
    const length = Math.fround(edge(region, 3 - axis) - edge(region, 1 - axis));
    return shift > 0 ? length : Math.max(length, 1);
  });
}

/** Where the regions are read along an axis (0 down, 1 across), in pixels, and what each sample counts for: [regions, bins, samples]. */
function samplesOf(at: Site, axis: number): readonly [position: string, shares: string] {
  const regions = at.shape(at.input(1))[0] as number;
  const bins = at.shape(at.y)[axis + 2] as number;
  const shift = shiftOf(at);
  const edge = (side: number) =>
    at.sub(at.mul(at.slice(at.input(1), 1, [side, side + 1]), at.float("spatial_scale", 1)), shift);
  const [from, to] = [edge(1 - axis), edge(3 - axis)];
  const length = shift > 0 ? at.sub(to, from) : at.emit("Max", [at.sub(to, from), 1]);
  const counts = countsOf(at, axis, bins);
  const most = Math.max(1, ...counts);
  const column = (value: string) => at.reshape(value, [regions, 1, 1]);
  const perRegion = [counts.length, 1, 1];
  // In onnxruntime's order, because a sample on the rim is in or out by its last bit.
  const bin = column(at.div(length, bins));
  const first = at.add(column(from), at.mul(bin, at.constant(numbers(bins), [1, bins, 1])));
  const halves = numbers(most).map((i) => i + 0.5);
  const within = at.div(
    at.mul(bin, at.constant(halves, [1, 1, most])),
    at.constant(
      counts.map((count) => Math.max(1, count)),
      perRegion,
    ),
  );
  const position = at.add(first, within);
  const shares = at.constant(
    counts.flatMap((count) => numbers(most).map((i) => (i < count ? 1 / count : 0))),
    perRegion.with(2, most),
  );
  const size = at.shape(at.x)[axis + 2] as number;
  const outside = at.emit("Or", [at.less(position, -1), at.greater(position, size)]);
  return [position, at.where(outside, 0, shares)];
}

/**
 * What every pixel along an axis counts for in every bin: [regions, bins, size]. A sample reads the two pixels beside it,
 * the outermost one beyond their centres, and nothing more than a pixel outside.
 */
function weightsOf(at: Site, axis: number): string {
  const [position, shares] = samplesOf(at, axis);
  const [size, bins] = [at.shape(at.x)[axis + 2] as number, at.shape(at.y)[axis + 2] as number];
  const each = (value: string) => at.reshape(value, [at.shape(at.input(1))[0] as number, bins, -1, 1]);
  const read = each(at.emit("Clip", [position, 0, size - 1]));
  const near = at.emit("Relu", [at.sub(1, at.abs(at.sub(read, at.constant(numbers(size), [size]))))]);
  return at.emit("ReduceSum", [at.mul(near, each(shares)), at.intConstant([2])], { keepdims: int(0) });
}

// Averages of samples between pixels: yᵣ = Dᵣ·x·Aᵣᵀ with weights Dᵣ down and Aᵣ across, so x̄ = Σ Dᵣᵀ·ȳᵣ·Aᵣ over an image's regions.
const image: Rule = (ct, at) => {
  const mode = at.string("mode", "avg");
  if (mode !== "avg") throw at.error(`mode "${mode}" has no gradient rule`);
  const [n, c, height, width] = at.shape(at.x) as [number, number, number, number];
  const [regions, , bins, across] = at.shape(at.y) as [number, number, number, number];
  const rows = at.matmul(ct, at.reshape(weightsOf(at, 1), [regions, 1, across, width]));
  const stacked = at.reshape(at.transpose(rows, [1, 0, 2, 3]), [1, c, regions * bins, width]);
  const images = at.intConstant(numbers(n), [n, 1]);
  const own = at.indicator(at.equal(at.reshape(at.input(2), [1, regions]), images));
  const down = at.mul(at.reshape(own, [n, regions, 1, 1]), at.reshape(weightsOf(at, 0), [1, regions, bins, height]));
  const columns = at.transpose(at.reshape(down, [n, regions * bins, height]), [0, 2, 1]);
  return at.matmul(at.reshape(columns, [n, 1, height, regions * bins]), stacked);
};

/** Averages over regions of an image. */
export const regions = {
  RoiAlign: [image, undefined, null],
} satisfies Record<string, Rules>;
