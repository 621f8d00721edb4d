import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.ts";
import type { Tensor } from "../../../src/base/tensor.ts";
import { principalBasis, type Rows } from "../../../src/prepare/flatten/principal-basis.ts";
import { openProducts } from "../../../src/prepare/flatten/product.ts";

/** Rows with known spreads along random directions, around a mean far from 0. */
function rowsWith(spreads: readonly number[], count: number, size: number): Tensor {
  const random = createRandom("rows");
  const directions = spreads.map(() => Array.from({ length: size }, () => random.normal() / Math.sqrt(size)));
  const data = new Float32Array(count * size);
  for (let row = 0; row < count; row++) {
    const along = spreads.map((spread) => spread * random.normal());
    for (let i = 0; i < size; i++) {
      data[row * size + i] = 5 + along.reduce((sum, value, k) => sum + value * (directions[k]?.[i] as number), 0);
    }
  }
  return { data, dims: [count, size] };
}

async function basisOf(rows: Tensor, components: number, seed = 1) {
  await using products = await openProducts();
  return await principalBasis(blocksOf(rows), products, { components, seed });
}

/** Rows in blocks of 64, the last one smaller. */
function blocksOf({ data, dims: [count = 0, size = 0] }: Tensor): Rows {
  return {
    count,
    size,
    async *blocks() {
      for (let from = 0; from < count; from += 64) {
        const rows = Math.min(64, count - from);
        yield { data: data.subarray(from * size, (from + rows) * size), dims: [rows, size] };
      }
    },
  };
}

/** Standard deviations along the principal directions by the covariance matrix itself. */
function exactDeviations({ data, dims }: Tensor): number[] {
  const [count, size] = dims as [number, number];
  const matrix = Matrix.from1DArray(count, size, data);
  const centred = matrix.clone().subRowVector(matrix.mean("column"));
  const covariance = centred.transpose().mmul(centred).div(count);
  const { realEigenvalues } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  return realEigenvalues.map((value) => Math.sqrt(Math.max(0, value))).sort((a, b) => b - a);
}

const decay = Array.from({ length: 60 }, (_, k) => 3 / (1 + k));

test("the spreads along a basis are those of the covariance matrix", async () => {
  const rows = rowsWith(decay, 300, 90);
  const { deviations, vectors, mean } = await basisOf(rows, 12);
  const exact = exactDeviations(rows);
  expect(vectors.dims).toEqual([12, 90]);
  deviations.forEach((deviation, k) => {
    expect(Math.abs(deviation / (exact[k] as number) - 1)).toBeLessThan(1e-3);
  });
  for (let i = 0; i < 90; i++) {
    let sum = 0;
    for (let row = 0; row < 300; row++) sum += rows.data[row * 90 + i] as number;
    expect(mean[i]).toBeCloseTo(sum / 300, 4);
  }
});

test("its rows are orthonormal", async () => {
  const { vectors } = await basisOf(rowsWith(decay, 200, 70), 16);
  for (let a = 0; a < 16; a++) {
    for (let b = 0; b <= a; b++) {
      let dot = 0;
      for (let i = 0; i < 70; i++) dot += (vectors.data[a * 70 + i] as number) * (vectors.data[b * 70 + i] as number);
      expect(Math.abs(dot - (a === b ? 1 : 0))).toBeLessThan(1e-4);
    }
  }
});

test("rows that lie in few directions have no more of them, and all of their variance in them", async () => {
  const { deviations, shares } = await basisOf(rowsWith([2, 1, 0.5], 80, 40), 20);
  expect(deviations.length).toBeLessThanOrEqual(20);
  expect(shares.slice(0, 3).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
  expect(Math.max(0, ...deviations.slice(3))).toBeLessThan(1e-3);
});

test("fewer rows than numbers in a row are decomposed too", async () => {
  const rows = rowsWith(decay, 30, 200);
  const { deviations } = await basisOf(rows, 29);
  const exact = exactDeviations(rows);
  deviations.forEach((deviation, k) => {
    expect(Math.abs(deviation - (exact[k] as number))).toBeLessThan(1e-3 * (exact[0] as number));
  });
});

test("the same seed gives the same basis", async () => {
  const rows = rowsWith(decay, 120, 50);
  expect((await basisOf(rows, 8, 3)).vectors.data).toEqual((await basisOf(rows, 8, 3)).vectors.data);
});
