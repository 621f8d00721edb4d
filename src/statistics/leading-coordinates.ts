import type { Random } from "../base/random.ts";

/** Directions beyond those asked for, and passes over the rows. */
const oversampling = 4;
const passes = 8;

/** Rows of numbers: row i is `data[i * size …]`. */
export interface Points {
  readonly data: Float64Array;
  readonly count: number;
  readonly size: number;
}

/**
 * Coordinates of rows, after their mean was taken away, along the `axes` orthogonal directions in which they differ most: [count, axes] or fewer,
 * largest first, by subspace iteration (Halko, Martinsson & Tropp 2011).
 */
export function leadingCoordinates(rows: Points, axes: number, random: Random): Points {
  const { count, size } = rows;
  const centred = centredRows(rows);
  const wide = Math.min(axes + oversampling, size, count);
  let directions = Float64Array.from({ length: wide * size }, () => random.normal());
  orthonormalize(directions, size);
  for (let pass = 0; pass < passes; pass++) {
    directions = combined(centred, coordinatesAlong(centred, directions, size), size);
    orthonormalize(directions, size);
  }
  const kept = Math.min(axes, wide);
  return { data: coordinatesAlong(centred, directions.subarray(0, kept * size), size), count, size: kept };
}

function centredRows({ data, count, size }: Points): Float64Array {
  const mean = new Float64Array(size);
  for (let i = 0; i < count; i++) {
    const own = rowAt(data, i, size);
    for (let at = 0; at < size; at++) mean[at] = (mean[at] as number) + (own[at] as number) / count;
  }
  const centred = data.slice();
  for (let i = 0; i < count; i++) {
    const own = rowAt(centred, i, size);
    for (let at = 0; at < size; at++) own[at] = (own[at] as number) - (mean[at] as number);
  }
  return centred;
}

/** A row as a view: loops over it take a third of the time of those over places in all rows. */
function rowAt(rows: Float64Array, row: number, size: number): Float64Array {
  return rows.subarray(row * size, (row + 1) * size);
}

/** Inner products of every row with every direction: [rows, directions]. */
function coordinatesAlong(rows: Float64Array, directions: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const [count, wide] = [rows.length / size, directions.length / size];
  const products = new Float64Array(count * wide);
  for (let i = 0; i < count; i++) {
    const row = rowAt(rows, i, size);
    for (let k = 0; k < wide; k++) {
      const direction = rowAt(directions, k, size);
      let sum = 0;
      for (let at = 0; at < size; at++) sum += (row[at] as number) * (direction[at] as number);
      products[i * wide + k] = sum;
    }
  }
  return products;
}

/** For every direction the rows by their coordinate along it, summed: [directions, size]. */
function combined(rows: Float64Array, products: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const count = rows.length / size;
  const wide = products.length / count;
  const sums = new Float64Array(wide * size);
  for (let i = 0; i < count; i++) {
    const row = rowAt(rows, i, size);
    for (let k = 0; k < wide; k++) {
      const weight = products[i * wide + k] as number;
      const sum = rowAt(sums, k, size);
      for (let at = 0; at < size; at++) sum[at] = (sum[at] as number) + weight * (row[at] as number);
    }
  }
  return sums;
}

/** Gram and Schmidt, twice, in place; what depends on those before becomes 0. */
function orthonormalize(directions: Float64Array, size: number): void {
  for (let k = 0; k < directions.length / size; k++) {
    const own = rowAt(directions, k, size);
    const before = norm(own);
    for (const _ of [1, 2]) {
      for (let j = 0; j < k; j++) {
        const other = rowAt(directions, j, size);
        let product = 0;
        for (let at = 0; at < size; at++) product += (own[at] as number) * (other[at] as number);
        for (let at = 0; at < size; at++) own[at] = (own[at] as number) - product * (other[at] as number);
      }
    }
    const length = norm(own);
    const scale = length > 1e-9 * before ? 1 / length : 0;
    for (let at = 0; at < size; at++) own[at] = (own[at] as number) * scale;
  }
}

function norm(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}
