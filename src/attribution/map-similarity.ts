import { row, type Tensor } from "../base/tensor.ts";
import { correlation } from "../statistics/correlation.ts";
import { ranks } from "../statistics/rank-correlation.ts";

/** How alike two maps are where they look, whatever they say there. */
export interface MapSimilarity {
  /** Cosine of the magnitudes, from 0 (no pixel in common) to 1; undefined where a map is 0. */
  readonly cosine: number | undefined;
  /** Spearman's correlation of the magnitudes over pixels; undefined where a map does not vary. */
  readonly rank: number | undefined;
}

/** A map made ready for comparisons. */
export interface ComparableMap {
  readonly magnitudes: Float64Array;
  readonly norm: number;
  readonly ranks: Float64Array;
}

/** Magnitude of every pixel of a map [1, c, h, w], whatever the sign: mean |value| over the channels. */
export function magnitudes({ data, dims }: Tensor): Float64Array {
  const channels = dims[1] ?? 1;
  const plane = data.length / channels;
  return Float64Array.from({ length: plane }, (_, pixel) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += Math.abs(data[channel * plane + pixel] as number);
    return sum / channels;
  });
}

/** Maps [n, c, h, w] made ready, one by one: what is compared is where they look (Adebayo et al. 2018 compare magnitudes by rank). */
export function comparable(maps: Tensor): readonly ComparableMap[] {
  return Array.from({ length: maps.dims[0] ?? 0 }, (_, index) => ofMagnitudes(magnitudes(row(maps, index))));
}

/** A map's magnitudes made ready. */
export function ofMagnitudes(values: Float64Array): ComparableMap {
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  // Maps of saturated predictions are tiny: their squares would vanish.
  const scaled = largest === 0 ? values : values.map((value) => value / largest);
  return { magnitudes: scaled, norm: Math.sqrt(dot(scaled, scaled)), ranks: ranks(values) };
}

/** Compares two maps of equal size. */
export function mapSimilarity(a: ComparableMap, b: ComparableMap): MapSimilarity {
  const norms = a.norm * b.norm;
  return {
    cosine: norms === 0 ? undefined : Math.min(1, dot(a.magnitudes, b.magnitudes) / norms),
    rank: correlation(a.ranks, b.ranks),
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}
