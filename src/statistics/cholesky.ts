/** Share of its diagonal entry below which a pivot counts as zero: what float64 leaves of a dependent column. */
const vanishingPivot = 1e-12;

/** L of A = L·Lᵀ for a symmetric matrix (row-major, size × size); undefined where A is not positive definite. */
export function cholesky(matrix: Float64Array, size: number): Float64Array | undefined {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] as number;
      for (let k = 0; k < j; k++) sum -= (factor[i * size + k] as number) * (factor[j * size + k] as number);
      if (i !== j) {
        factor[i * size + j] = sum / (factor[j * size + j] as number);
        continue;
      }
      if (!(sum > vanishingPivot * (matrix[i * size + i] as number))) return undefined;
      factor[i * size + i] = Math.sqrt(sum);
    }
  }
  return factor;
}

/** x of L·Lᵀ·x = right. */
export function solveFactored(factor: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const x = right.slice();
  for (let i = 0; i < size; i++) {
    let sum = x[i] as number;
    for (let k = 0; k < i; k++) sum -= (factor[i * size + k] as number) * (x[k] as number);
    x[i] = sum / (factor[i * size + i] as number);
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < size; k++) sum -= (factor[k * size + i] as number) * (x[k] as number);
    x[i] = sum / (factor[i * size + i] as number);
  }
  return x;
}
