import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { createRandom } from "../../base/random.ts";
import type { Tensor } from "../../base/tensor.ts";
import type { Doubles, Products } from "./product.ts";

/** Directions beyond those asked for, and passes over the data: what a randomised decomposition needs to be as good as exact. */
const oversampling = 10;
const passes = 4;
/** Share of the largest eigenvalue below which a direction is rounding. */
const negligible = 1e-10;
/** Numbers of a block in float64: 16 MiB of them. */
const blockNumbers = 2 ** 21;

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
  let range = await orthonormal(await times(centred, start, products), products);
  let across = await transposedTimes(centred, range, products);
  for (let pass = 0; pass < passes; pass++) {
    range = await orthonormal(await times(centred, across, products), products);
    across = await transposedTimes(centred, range, products);
  }
  const variance = await varianceOf(centred);
  // across = XᵀQ: its singular vectors are those of X within the range that was found.
  const { values, vectors } = await eigen(across, products);
  const kept = values.slice(0, components);
  const directions = await rotated(across, vectors, kept, products);
  return {
    mean,
    vectors: transposed(directions),
    deviations: Float64Array.from(kept, (value) => Math.sqrt(value / count)),
    shares: Float64Array.from(kept, (value) => (variance === 0 ? 0 : value / count / variance)),
  };
}

async function meanOf({ count, size, blocks }: Rows): Promise<Float64Array> {
  const mean = new Float64Array(size);
  for await (const { data } of blocks()) {
    for (let from = 0; from < data.length; from += size) {
      for (let i = 0; i < size; i++) mean[i] = (mean[i] as number) + (data[from + i] as number) / count;
    }
  }
  return mean;
}

function centredRows({ count, size, blocks }: Rows, mean: Float64Array): Rows {
  return {
    count,
    size,
    async *blocks() {
      for await (const { data, dims } of blocks()) {
        const centred = new Float32Array(data.length);
        for (let from = 0; from < data.length; from += size) {
          for (let i = 0; i < size; i++) centred[from + i] = (data[from + i] as number) - (mean[i] as number);
        }
        yield { data: centred, dims };
      }
    },
  };
}

/** Sum over the numbers of a row of their variance, of centred rows. */
async function varianceOf({ count, blocks }: Rows): Promise<number> {
  let sum = 0;
  for await (const { data } of blocks()) for (const value of data) sum += value * value;
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
    const product = (await products.transposedTimes(block, part)).data;
    for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + (product[i] as number);
    at += rows;
  }
  return { data, dims: [size, columns] };
}

/** Rows of a matrix in float64, so many at a time that a block stays small, and where they begin. */
function* inDouble({ data, dims: [, width] }: Tensor): Generator<{ block: Doubles; from: number }> {
  const columns = width as number;
  const step = Math.ceil(blockNumbers / columns) * columns;
  for (let at = 0; at < data.length; at += step) {
    const block = Float64Array.from(data.subarray(at, at + step));
    yield { block: { data: block, dims: [block.length / columns, columns] }, from: at / columns };
  }
}

/** Eigenvalues of AᵀA that are more than rounding, largest first, and its eigenvectors as columns; in float64. */
async function eigen(matrix: Tensor, { exact }: Products): Promise<{ values: number[]; vectors: Matrix }> {
  const columns = matrix.dims[1] as number;
  const square = Matrix.zeros(columns, columns);
  for (const { block } of inDouble(matrix)) {
    square.add(Matrix.from1DArray(columns, columns, (await exact.transposedTimes(block, block)).data));
  }
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

/** A·V·Λ^−½ for the first columns of V: orthonormal columns. */
async function rotated(
  matrix: Tensor,
  vectors: Matrix,
  values: readonly number[],
  { exact }: Products,
): Promise<Tensor> {
  const [rows, columns] = matrix.dims as [number, number];
  const count = values.length;
  const turn = new Float64Array(columns * count);
  for (let i = 0; i < columns; i++) {
    for (const [k, value] of values.entries()) turn[i * count + k] = vectors.get(i, k) / Math.sqrt(value);
  }
  const data = new Float32Array(rows * count);
  for (const { block, from } of inDouble(matrix)) {
    data.set((await exact.times(block, { data: turn, dims: [columns, count] })).data, from * count);
  }
  return { data, dims: [rows, count] };
}

/** An orthonormal basis of the columns of [n, k], as columns; fewer where they depend on each other. */
async function orthonormal(matrix: Tensor, products: Products): Promise<Tensor> {
  const { values, vectors } = await eigen(matrix, products);
  return rotated(matrix, vectors, values, products);
}

function transposed({ data, dims }: Tensor): Tensor {
  const [rows, columns] = dims as [number, number];
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = data[row * columns + column] as number;
    }
  }
  return { data: turned, dims: [columns, rows] };
}
