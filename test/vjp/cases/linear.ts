import { linear, normal, type Row, smooth, weights } from "../row.ts";

const gemms: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
];

export const products: readonly Row[] = [
  linear("MatMul", "two matrices", [normal(3, 4), normal(4, 5)], { wrt: [0, 1] }),
  linear("MatMul", "a constant matrix", [normal(3, 4), weights(4, 5)]),
  linear("MatMul", "batches", [normal(2, 3, 4), normal(2, 4, 5)], { wrt: [0, 1] }),
  linear("MatMul", "batches on the left only", [normal(2, 3, 3, 4), normal(4, 5)], { wrt: [0, 1] }),
  linear("MatMul", "batches on the right only", [normal(3, 4), normal(2, 4, 5)], { wrt: [0, 1] }),
  linear("MatMul", "batches that broadcast", [normal(2, 1, 3, 4), normal(3, 4, 2)], { wrt: [0, 1] }),
  linear("MatMul", "a vector on the left", [normal(4), normal(4, 5)], { wrt: [0, 1] }),
  linear("MatMul", "a vector on the right", [normal(3, 4), normal(4)], { wrt: [0, 1] }),
  linear("MatMul", "a vector times batches", [normal(4), normal(2, 4, 5)], { wrt: [0, 1] }),
  linear("MatMul", "batches times a vector", [normal(2, 3, 4), normal(4)], { wrt: [0, 1] }),
  linear("MatMul", "two vectors", [normal(4), normal(4)], { wrt: [0, 1] }),
  linear("MatMul", "sizes of one", [normal(2, 1, 1), normal(1, 1)], { wrt: [0, 1] }),
  ...gemms.flatMap(([transA, transB]) => {
    const a = transA ? normal(4, 3) : normal(3, 4);
    const b = transB ? normal(5, 4) : normal(4, 5);
    const title = `transA ${transA}, transB ${transB}`;
    return [
      linear("Gemm", title, [a, b], { wrt: [0, 1], attributes: { transA, transB } }),
      linear("Gemm", `${title}, alpha and beta`, [a, b, normal(5)], {
        wrt: [0, 1, 2],
        attributes: { transA, transB, alpha: { float: 0.7 }, beta: { float: -1.3 } },
      }),
    ];
  }),
  linear("Gemm", "a bias per row", [normal(3, 4), normal(4, 5), normal(3, 1)], { wrt: [0, 2] }),
  linear("Gemm", "a scalar bias", [normal(3, 4), normal(4, 5), normal()], { wrt: [2] }),
  linear("Gemm", "a full bias", [normal(3, 4), normal(4, 5), normal(3, 5)], {
    wrt: [2],
    attributes: { beta: { float: 2 } },
  }),
  linear("Einsum", "a matrix product", [normal(3, 4), normal(4, 5)], {
    wrt: [0, 1],
    attributes: { equation: "ij,jk->ik" },
  }),
  linear("Einsum", "attention scores", [normal(2, 3, 2, 4), normal(2, 5, 2, 4)], {
    wrt: [0, 1],
    attributes: { equation: "bqhd,bkhd->bhqk" },
  }),
  linear("Einsum", "a transposition without an arrow", [normal(3, 4)], { attributes: { equation: "ba" } }),
  linear("Einsum", "an index that is summed away", [normal(3, 4), normal(3)], {
    wrt: [0, 1],
    attributes: { equation: "ij,i->i" },
  }),
  linear("Einsum", "everything summed", [normal(3, 4)], { attributes: { equation: "ij->" } }),
  linear("Einsum", "an ellipsis in both operands", [normal(2, 5, 3, 4), normal(2, 5, 4, 2)], {
    wrt: [0, 1],
    attributes: { equation: "...ij,...jk->...ik" },
  }),
  linear("Einsum", "an ellipsis without an arrow", [normal(2, 3, 4)], { attributes: { equation: "...ba" } }),
  linear("Einsum", "an ellipsis that one operand lacks", [normal(2, 3, 4), normal(4)], {
    wrt: [0, 1],
    attributes: { equation: "...j,j->..." },
  }),
  linear("Einsum", "a trace", [normal(3, 3)], { attributes: { equation: "ii->" } }),
  linear("Einsum", "a diagonal beside another operand", [normal(3, 4, 3), normal(3, 2)], {
    wrt: [0, 1],
    attributes: { equation: "iji,ik->jk" },
  }),
  linear("Einsum", "three operands", [normal(2, 3), normal(3, 4), normal(4)], {
    wrt: [0, 1, 2],
    attributes: { equation: "ij, jk, k -> i" },
  }),
  smooth("Det", "one matrix", [normal(3, 3)]),
  smooth("Det", "batches", [normal(2, 3, 4, 4)]),
  smooth("Det", "sizes of one", [normal(2, 1, 1)]),
  smooth("Det", "two by two", [normal(5, 2, 2)]),
];
