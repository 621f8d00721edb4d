import { float, int } from "../onnx/build.ts";
import type { Rule, Rules } from "./rule.ts";
import type { Site } from "./site.ts";
import { sumTo, unbroadcast } from "./unbroadcast.ts";

const swapLast = (at: Site, value: string, rank: number): string =>
  at.transpose(value, [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2]);

/** MatMul with vectors written as matrices: A [.., m, k], B [.., k, n], y [.., m, n]. */
function matrices(at: Site, ct: string) {
  const [a, b] = [at.shape(at.x), at.shape(at.input(1))];
  const rows = a.length === 1 ? [1, ...a] : a;
  const columns = b.length === 1 ? [...b, 1] : b;
  const batch = at.shape(at.y).slice(0, Math.max(a.length, b.length, 2) - 2);
  const y = [...batch, rows.at(-2) as number, columns.at(-1) as number];
  const as = (value: string, from: readonly number[], to: readonly number[]) =>
    from.length === to.length ? value : at.reshape(value, to);
  return {
    a,
    b,
    rows,
    columns,
    y,
    batch,
    ct: as(ct, at.shape(at.y), y),
    A: as(at.x, a, rows),
    B: as(at.input(1), b, columns),
  };
}

// Y = A·B: Ā = Ȳ·Bᵀ
const matMulA: Rule = (ct, at) => {
  const { a, rows, columns, ...m } = matrices(at, ct);
  const product = at.matmul(m.ct, swapLast(at, m.B, columns.length));
  const summed = sumTo(at, product, rows);
  return a.length === 1 ? at.reshape(summed, a) : summed;
};

// Y = A·B: B̄ = Aᵀ·Ȳ
const matMulB: Rule = (ct, at) => {
  const { b, rows, columns, ...m } = matrices(at, ct);
  const product = at.matmul(swapLast(at, m.A, rows.length), m.ct);
  const summed = sumTo(at, product, columns);
  return b.length === 1 ? at.reshape(summed, b) : summed;
};

/** α·op(a)·op(b), op transposing where told. */
const gemm = (
  at: Site,
  operands: readonly [a: string, b: string],
  [transA, transB]: readonly [number, number],
): string =>
  at.emit("Gemm", operands, { alpha: float(at.float("alpha", 1)), transA: int(transA), transB: int(transB) });

// Y = α·A′·B′ + β·C, A′ = A or Aᵀ
const gemmA: Rule = (ct, at) => {
  const [transA, transB] = [at.int("transA", 0), at.int("transB", 0)];
  return transA ? gemm(at, [at.input(1), ct], [transB, 1]) : gemm(at, [ct, at.input(1)], [0, 1 - transB]);
};
const gemmB: Rule = (ct, at) => {
  const [transA, transB] = [at.int("transA", 0), at.int("transB", 0)];
  return transB ? gemm(at, [ct, at.x], [1, transA]) : gemm(at, [at.x, ct], [1 - transA, 0]);
};

// ∂det X/∂Xᵢⱼ is the determinant of X without row i and column j, with the sign of a chessboard: right also where X is singular.
const det: Rule = (ct, at) => {
  const dims = at.shape(at.x);
  const [rank, n] = [dims.length, dims.at(-1) as number];
  const spread = at.reshape(ct, dims.with(-1, 1).with(-2, 1));
  if (n === 1) return spread;
  const square = Array.from({ length: n * n }, (_, i) => [Math.floor(i / n), i % n] as const);
  const others = at.intConstant(
    square.flatMap(([skipped, i]) => (i === skipped ? [] : [i])),
    [n, n - 1],
  );
  const rows = at.emit("Gather", [at.x, others], { axis: int(-2) });
  const minors = at.emit("Gather", [rows, others], { axis: int(-1) });
  const outer = Array.from({ length: rank - 2 }, (_, axis) => axis);
  const cofactors = at.emit("Det", [at.transpose(minors, [...outer, ...[0, 2, 1, 3].map((axis) => axis + rank - 2)])]);
  const signs = at.constant(
    square.map(([i, j]) => ((i + j) % 2 === 0 ? 1 : -1)),
    [n, n],
  );
  return at.mul(spread, at.mul(cofactors, signs));
};

/** Products and determinants of matrices. */
export const linear = {
  Det: [det],
  MatMul: [matMulA, matMulB],
  Gemm: [
    gemmA,
    gemmB,
    (ct, at) => {
      const beta = at.float("beta", 1);
      return unbroadcast(at, beta === 1 ? ct : at.mul(ct, beta), 2);
    },
  ],
} satisfies Record<string, Rules>;
