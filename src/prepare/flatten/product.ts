import type { Tensor } from "../../base/tensor.ts";
import { openSession } from "../../engine/open-session.ts";
import { GraphBuilder, int } from "../../onnx/build.ts";
import type { Session } from "../../platform/platform.ts";

/** A matrix in float64: [rows, columns]. */
export interface Doubles {
  readonly data: Float64Array;
  readonly dims: readonly number[];
}

interface ProductsOf<Matrix> {
  /** A·B of [m, k] and [k, n]. */
  times(a: Matrix, b: Matrix): Promise<Matrix>;
  /** Aᵀ·B of [k, m] and [k, n]. */
  transposedTimes(a: Matrix, b: Matrix): Promise<Matrix>;
}

/** Products of matrices, by onnxruntime. */
export interface Products extends ProductsOf<Tensor>, AsyncDisposable {
  /** The same in float64, for what squares a condition number or divides by small numbers. */
  readonly exact: ProductsOf<Doubles>;
}

/** Opens four sessions of one node each. */
export async function openProducts(): Promise<Products> {
  const sessions: Session[] = [];
  async function product<Matrix extends Tensor | Doubles>(type: "float32" | "float64", transA: 0 | 1) {
    const session = await openGemm(type, transA);
    sessions.push(session);
    return async (a: Matrix, b: Matrix): Promise<Matrix> => {
      const { product } = await session.run({ a: { type, ...a }, b: { type, ...b } });
      return product as unknown as Matrix;
    };
  }
  return {
    times: await product<Tensor>("float32", 0),
    transposedTimes: await product<Tensor>("float32", 1),
    exact: {
      times: await product<Doubles>("float64", 0),
      transposedTimes: await product<Doubles>("float64", 1),
    },
    async [Symbol.asyncDispose]() {
      for (const session of sessions) await session.dispose();
    },
  };
}

function openGemm(type: "float32" | "float64", transA: 0 | 1): Promise<Session> {
  const builder = new GraphBuilder("", ["a", "b", "product"]);
  builder.nodes.push({
    name: "gemm",
    op: "Gemm",
    domain: "",
    inputs: ["a", "b"],
    outputs: ["product"],
    attributes: { transA: int(transA) },
  });
  const matrix = (name: string) => ({ name, type, dims: [undefined, undefined] });
  const graph = builder.graph("product", [matrix("a"), matrix("b")], [matrix("product")]);
  return openSession({ graph, weights: new Map() });
}
