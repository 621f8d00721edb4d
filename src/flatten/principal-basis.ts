import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { createRandom } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import type { Products } from "./product.ts";

/** Directions beyond those asked for, and passes over the data: what a randomised decomposition needs to be as good as exact. */
const oversampling = 10;
const passes = 4;
/** Share of the largest eigenvalue below which a direction is rounding. */
const negligible = 1e-10;

/** The directions in which rows differ most, largest first (principal components). */
export interface PrincipalBasis {
  /** [size] */
  readonly mean: Float64Array;
  /** [components, size]: orthonormal rows. */
  readonly vectors: Tensor;
  /** Standard deviation of the rows along each direction. */
  readonly deviations: Float64Array;
  /** Share of the variance of the rows that lies along each direction. */
  readonly shares: Float64Array;
}

/** Rows of equal size, in blocks that come one after the other, as often as they are asked for: so that they need not all be in memory. */
export interface Rows {
  readonly count: number;
  readonly size: number;
  /** Every block [rows, size]. */
  blocks(): AsyncIterable<Tensor>;
}

/**
 * Mean and principal directions of rows, by randomised subspace iteration (Halko, Martinsson & Tropp 2011, algorithm 4.4);
 * exact where `components` comes near to count or size. The rows are gone through 1 + 2·(1 + 4) times.
 * Fewer directions than asked for where the rows have no more.
 */
export async function principalBasis(
  rows: Rows,
  products: Products,
  { components, seed }: { readonly components: number; readonly seed: number },
): Promise<PrincipalBasis> {
  const { count, size } = rows;
  const mean = await meanOf(rows);
  const centred = centredRows(rows, mean);
  const width = Math.min(components + oversampling, count, size);
  const random = createRandom(seed);
  const start = { data: Float32Array.from({ length: size * width }, () => random.normal()), dims: [size, width] };
  let range = orthonormal(await times(centred, start, products));
  let across = await transposedTimes(centred, range, products);
  for (let pass = 0; pass < passes; pass++) {
    range = orthonormal(await times(centred, across, products));
    across = await transposedTimes(centred, range, products);
  }
  const variance = await varianceOf(centred);
  // across = XᵀQ: its singular vectors are those of X within the range that was found.
  const { values, vectors } = eigen(across);
  const kept = values.slice(0, components);
  const directions = rotated(across, vectors, kept);
  return {
    mean,
    vectors: directions,
    deviations: Float64Array.from(kept, (value) => Math.sqrt(value / count)),
    shares: Float64Array.from(kept, (value) => (variance === 0 ? 0 : value / count / variance)),
  };
}

async function meanOf({ count, size, blocks }: Rows): Promise<Float64Array> {
  const mean = new Float64Array(size);
  for await (const { data } of blocks()) {
    for (let i = 0; i < data.length; i++) mean[i % size] = (mean[i % size] as number) + (data[i] as number) / count;
  }
  return mean;
}

function centredRows({ count, size, blocks }: Rows, mean: Float64Array): Rows {
  return {
    count,
    size,
    async *blocks() {
      for await (const { data, dims } of blocks()) {
        yield { data: data.map((value, i) => value - (mean[i % size] as number)), dims };
      }
    },
  };
}

/** Sum over the numbers of a row of their variance, of centred rows. */
async function varianceOf({ count, blocks }: Rows): Promise<number> {
  let sum = 0;
  for await (const { data } of blocks()) sum += data.reduce((total, value) => total + value * value, 0);
  return sum / count;
}

/** X·B, block after block. */
async function times({ count, blocks }: Rows, factor: Tensor, products: Products): Promise<Tensor> {
  const columns = factor.dims[1] as number;
  const data = new Float32Array(count * columns);
  let at = 0;
  for await (const block of blocks()) {
    data.set((await products.times(block, factor)).data, at * columns);
    at += block.dims[0] as number;
  }
  return { data, dims: [count, columns] };
}

/** Xᵀ·B, as a sum over blocks. */
async function transposedTimes({ size, blocks }: Rows, factor: Tensor, products: Products): Promise<Tensor> {
  const columns = factor.dims[1] as number;
  const data = new Float32Array(size * columns);
  let at = 0;
  for await (const block of blocks()) {
    const rows = block.dims[0] as number;
    const part = { data: factor.data.subarray(at * columns, (at + rows) * columns), dims: [rows, columns] };
    (await products.transposedTimes(block, part)).data.forEach((value, i) => {
      data[i] = (data[i] as number) + value;
    });
    at += rows;
  }
  return { data, dims: [size, columns] };
}

/** Eigenvalues of AᵀA that are more than rounding, largest first, and its eigenvectors as columns; in float64. */
function eigen({ data, dims: [height, width] }: Tensor): { values: number[]; vectors: Matrix } {
  const [rows, columns] = [height as number, width as number];
  const gram = new Float64Array(columns * columns);
  for (let row = 0; row < rows; row++) {
    const line = data.subarray(row * columns, (row + 1) * columns);
    for (let i = 0; i < columns; i++) {
      const value = line[i] as number;
      for (let j = i; j < columns; j++) {
        gram[i * columns + j] = (gram[i * columns + j] as number) + value * (line[j] as number);
      }
    }
  }
  const square = Matrix.from1DArray(columns, columns, gram);
  for (let i = 0; i < columns; i++) for (let j = 0; j < i; j++) square.set(i, j, square.get(j, i));
  const found = new EigenvalueDecomposition(square, { assumeSymmetric: true });
  const order = found.realEigenvalues
    .map((value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value)
    .filter(({ value }, _, all) => value > negligible * (all[0]?.value ?? 0));
  return {
    values: order.map(({ value }) => value),
    vectors: found.eigenvectorMatrix.subMatrixColumn(order.map(({ index }) => index)),
  };
}

/** (A·V·Λ^−½)ᵀ for the first columns of V: orthonormal rows. */
function rotated({ data, dims: [height, width] }: Tensor, vectors: Matrix, values: readonly number[]): Tensor {
  const [rows, columns] = [height as number, width as number];
  const out = new Float32Array(values.length * rows);
  const scaled = values.map((value, k) =>
    Float64Array.from({ length: columns }, (_, i) => vectors.get(i, k) / Math.sqrt(value)),
  );
  for (let row = 0; row < rows; row++) {
    const line = data.subarray(row * columns, (row + 1) * columns);
    for (const [k, column] of scaled.entries()) {
      let sum = 0;
      for (let i = 0; i < columns; i++) sum += (line[i] as number) * (column[i] as number);
      out[k * rows + row] = sum;
    }
  }
  return { data: out, dims: [values.length, rows] };
}

/** An orthonormal basis of the columns of [n, k], as columns; fewer where they depend on each other. */
function orthonormal(matrix: Tensor): Tensor {
  const { values, vectors } = eigen(matrix);
  const { data, dims } = rotated(matrix, vectors, values);
  const [columns, rows] = dims as [number, number];
  return {
    data: Float32Array.from(
      { length: data.length },
      (_, i) => data[(i % columns) * rows + Math.floor(i / columns)] as number,
    ),
    dims: [rows, columns],
  };
}
